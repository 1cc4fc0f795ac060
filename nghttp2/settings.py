"""Settings of both sides: values, validation, acknowledgement (RFC 9113 6.5; RFC 8441 3; RFC 9218 2.1)."""

from typing import Final

from .codes import (
    INITIAL_WINDOW_SIZE,
    MAX_MAX_FRAME_SIZE,
    MAX_WINDOW_SIZE,
    MIN_MAX_FRAME_SIZE,
    ErrorCode,
    SettingId,
)
from .errors import ConnectionFault
from .limits import Limits

_UNLIMITED: Final = (1 << 32) - 1


class Settings:
    """The values that one side announced; the RFC's initial values until then (RFC 9113 6.5.2)."""

    __slots__ = (
        "enable_connect_protocol",
        "enable_push",
        "header_table_size",
        "initial_window_size",
        "max_concurrent_streams",
        "max_frame_size",
        "max_header_list_size",
        "no_rfc7540_priorities",
    )

    def __init__(self) -> None:
        self.header_table_size = 4096
        self.enable_push = 1
        self.max_concurrent_streams = _UNLIMITED
        self.initial_window_size = INITIAL_WINDOW_SIZE
        self.max_frame_size = MIN_MAX_FRAME_SIZE
        # RFC 9113 6.5.2: "This advisory setting"; a larger field section goes out all the same.
        self.max_header_list_size = _UNLIMITED
        self.enable_connect_protocol = 0
        self.no_rfc7540_priorities = 0

    def set(self, identifier: int, value: int) -> None:
        """Store one announced value; unknown identifiers are ignored (RFC 9113 6.5.2)."""
        name = _NAMES.get(identifier)
        if name is not None:
            setattr(self, name, value)


_NAMES: Final = {int(identifier): identifier.name.lower() for identifier in SettingId}


def check(identifier: int, value: int, from_server: bool, known: Settings) -> None:
    """Raise ConnectionFault if the peer may not announce `value` (RFC 9113 6.5.2).

    known: what the peer announced before.
    """
    match identifier:
        case SettingId.ENABLE_PUSH:
            # RFC 9113 6.5.2: "Any value other than 0 or 1 MUST be treated as a connection error of type
            # PROTOCOL_ERROR." and "A client MUST treat receipt of a SETTINGS frame with SETTINGS_ENABLE_PUSH
            # set to 1 as a connection error of type PROTOCOL_ERROR."
            if value > 1 or (value == 1 and from_server):
                raise _protocol_error("ENABLE_PUSH", value)
        case SettingId.INITIAL_WINDOW_SIZE:
            # RFC 9113 6.5.2: "Values above the maximum flow-control window size of 2^31-1 MUST be treated
            # as a connection error of type FLOW_CONTROL_ERROR."
            if value > MAX_WINDOW_SIZE:
                raise ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, f"INITIAL_WINDOW_SIZE of {value}")
        case SettingId.MAX_FRAME_SIZE:
            # RFC 9113 6.5.2: "Values outside this range MUST be treated as a connection error of type
            # PROTOCOL_ERROR."
            if not MIN_MAX_FRAME_SIZE <= value <= MAX_MAX_FRAME_SIZE:
                raise _protocol_error("MAX_FRAME_SIZE", value)
        case SettingId.ENABLE_CONNECT_PROTOCOL:
            # RFC 8441 3: "The value of the parameter MUST be 0 or 1." and "A sender MUST NOT send a
            # SETTINGS_ENABLE_CONNECT_PROTOCOL parameter with the value of 0 after previously sending a
            # value of 1."  Sent by a client, "receipt of this parameter by a server does not have any
            # impact".
            if from_server and (value > 1 or value < known.enable_connect_protocol):
                raise _protocol_error("ENABLE_CONNECT_PROTOCOL", value)
        case SettingId.NO_RFC7540_PRIORITIES:
            # RFC 9218 2.1: "any value other than 0 or 1 MUST be treated as a connection error of type
            # PROTOCOL_ERROR"
            if value > 1:
                raise _protocol_error("NO_RFC7540_PRIORITIES", value)


def _protocol_error(name: str, value: int) -> ConnectionFault:
    return ConnectionFault(ErrorCode.PROTOCOL_ERROR, f"{name} of {value}")


def server_settings(limits: Limits, connect_protocol: bool) -> tuple[tuple[int, int], ...]:
    """Return what a server with these limits announces first."""
    entries = [
        (SettingId.MAX_CONCURRENT_STREAMS, limits.max_concurrent_streams),
        (SettingId.INITIAL_WINDOW_SIZE, limits.stream_window),
        (SettingId.MAX_HEADER_LIST_SIZE, limits.max_header_list_size),
        (SettingId.NO_RFC7540_PRIORITIES, 1),
    ]
    if connect_protocol:
        entries.append((SettingId.ENABLE_CONNECT_PROTOCOL, 1))
    return _with_sizes(entries, limits)


def client_settings(limits: Limits, enable_push: bool) -> tuple[tuple[int, int], ...]:
    """Return what a client with these limits announces first."""
    entries = [
        (SettingId.ENABLE_PUSH, int(enable_push)),
        (SettingId.MAX_CONCURRENT_STREAMS, limits.max_concurrent_streams),
        (SettingId.INITIAL_WINDOW_SIZE, limits.stream_window),
        (SettingId.MAX_HEADER_LIST_SIZE, limits.max_header_list_size),
        (SettingId.NO_RFC7540_PRIORITIES, 1),
    ]
    return _with_sizes(entries, limits)


def _with_sizes(entries: list[tuple[SettingId, int]], limits: Limits) -> tuple[tuple[int, int], ...]:
    if limits.header_table_size != 4096:
        entries.insert(0, (SettingId.HEADER_TABLE_SIZE, limits.header_table_size))
    if limits.max_frame_size != MIN_MAX_FRAME_SIZE:
        entries.append((SettingId.MAX_FRAME_SIZE, limits.max_frame_size))
    return tuple((int(identifier), value) for identifier, value in entries)
