"""The timeouts of a connection and its streams: what runs, and what happens at its end (RFC 9113 6.5.3, 9.1).

Only what the peer is to do is timed, never the application.
"""

from collections.abc import Callable, Iterator

from .codes import ErrorCode
from .connection import Connection
from .limits import Limits
from .stream import Stream


class Deadlines:
    """The part of a Driver that knows what is waited for; times are those of its clock."""

    connection: Connection
    limits: Limits
    _opened_at: float
    _active_at: float  # octets last came
    _settings_at: float | None  # the peer's first SETTINGS came
    _block_at: float | None  # a field block began that has not ended
    _is_finished: bool

    def _deadlines(self) -> Iterator[tuple[float, Callable[[], None]]]:
        """Yield every timeout that is running, with what to do at its end."""
        limits, connection = self.limits, self.connection
        if self._is_finished or connection.is_terminated:
            return
        if not connection.settings_received:
            if connection.preface_missing:
                if limits.preface_timeout is not None:
                    yield self._opened_at + limits.preface_timeout, self._ends("preface_timeout")
            elif limits.settings_timeout is not None:
                yield self._opened_at + limits.settings_timeout, self._ends("settings_timeout")
            return
        if (
            connection.awaits_settings_ack
            and self._settings_at is not None
            and limits.settings_ack_timeout is not None
        ):
            # RFC 9113 6.5.3: "If the sender of a SETTINGS frame does not receive an acknowledgment within a
            # reasonable amount of time, it MAY issue a connection error of type SETTINGS_TIMEOUT."
            yield (
                self._settings_at + limits.settings_ack_timeout,
                self._ends("settings_ack_timeout", ErrorCode.SETTINGS_TIMEOUT),
            )
        if self._block_at is not None and limits.header_block_timeout is not None:
            yield self._block_at + limits.header_block_timeout, self._ends("header_block_timeout")
        streams = connection.streams.live
        for stream in list(streams.values()):
            yield from self._stream_deadlines(stream)
        if not streams and not connection.held_slots and limits.idle_timeout is not None:
            yield self._active_at + limits.idle_timeout, self._ends("idle_timeout", ErrorCode.NO_ERROR)

    def _stream_deadlines(self, stream: Stream) -> Iterator[tuple[float, Callable[[], None]]]:
        """Yield the timeouts of one stream; only what the peer is to do is timed, never the application."""
        limits, connection = self.limits, self.connection
        if limits.send_timeout is not None and stream.body is not None and not stream.is_deferred:
            is_blocked = (
                stream.send_window <= 0 or connection.send_window <= 0 or not connection.may_write_bodies
            )
            connection.note_progress(stream)
            if is_blocked:
                yield stream.progress_time + limits.send_timeout, self._resets(stream, "send_timeout")
        if limits.body_timeout is not None and self._owes_content(stream):
            yield stream.received_at + limits.body_timeout, self._resets(stream, "body_timeout")

    def _owes_content(self, stream: Stream) -> bool:
        """Tell whether the peer is to send content and may; an open exchange may rest as long as it likes."""
        if not stream.can_receive or stream.is_tunnel or stream.held:
            return False
        return stream.expected > 0 or (stream.expected < 0 and not stream.final_sent)

    def _ends(self, name: str, code: ErrorCode = ErrorCode.PROTOCOL_ERROR) -> Callable[[], None]:
        def end() -> None:
            self.connection.stats["timeouts"] += 1
            self.connection.stats.add(f"limit:{name}")
            self.connection.terminate(code, name)

        return end

    def _resets(self, stream: Stream, name: str) -> Callable[[], None]:
        def reset() -> None:
            self.connection.stats["timeouts"] += 1
            self.connection.stats.add(f"limit:{name}")
            self.connection.reset(stream, ErrorCode.CANCEL)

        return reset
