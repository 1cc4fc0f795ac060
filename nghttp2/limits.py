"""Every bound on what a peer can make this endpoint hold or do, by name (RFC 9113 10.5)."""

from dataclasses import dataclass, fields

from .errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one connection; sizes in octets, times in seconds, `None` = no limit.

    The name of a limit that trips stands in the GOAWAY debug data, in the log and in `stats`.
    A `*_rate` refills the bucket `*_burst` by so many units a second.
    Raises UsageError on a value that RFC 9113 6.5.2 forbids to announce.
    """

    # Announced in our SETTINGS.
    max_concurrent_streams: int = 100
    max_header_list_size: int = 64 * 1024  # 32 added per field; above: 431, the block decoded
    header_table_size: int = 4096
    max_frame_size: int = 16_384
    stream_window: int = 65_535
    connection_window: int = 1024 * 1024

    # Field blocks.
    max_header_list_size_hard: int = 256 * 1024  # above: the connection ends
    max_header_fields: int = 256  # every cookie crumb counts; above: 431
    max_header_fields_hard: int = 1000  # above: the connection ends
    max_field_block: int = 64 * 1024  # encoded
    max_continuations: int = 8
    max_live_header_bytes: int = 1024 * 1024  # over all live streams; above: REFUSED_STREAM
    max_encoder_table_size: int = 4096

    # What we hold for the peer to read.
    max_stream_send_buffer: int = 64 * 1024
    max_send_buffer: int = 1024 * 1024
    stop_reading_above: int = 512 * 1024
    max_queued_acks: int = 1000
    max_queued_frames: int = 5000

    # Floods: every one of these frames is legal, many of them are not.
    ping_burst: int = 1000
    ping_rate: float = 100.0
    settings_burst: int = 100
    settings_rate: float = 50.0
    max_settings_entries: int = 32
    reset_burst: int = 200  # streams reset by the peer, or by us because of the peer
    reset_rate: float = 10.0
    refused_burst: int = 1000  # streams above max_concurrent_streams
    refused_rate: float = 10.0
    glitch_burst: int = 1000  # oddities that are tolerated one by one
    glitch_rate: float = 33.0
    empty_frame_burst: int = 100  # DATA, HEADERS, CONTINUATION without content and END_STREAM
    empty_frame_rate: float = 10.0
    small_data_size: int = 256  # DATA shorter than this costs the difference
    small_data_burst: int = 25_600
    small_data_rate: float = 10_240.0
    priority_burst: int = 1000  # and 100 more per stream opened
    window_update_burst: int = 1005  # and 2 more per stream opened, 20 per DATA frame sent

    # Work in one turn of the loop, memory of the closed, life of a connection.
    new_streams_per_turn: int = 200
    frames_per_turn: int = 256
    bytes_per_turn: int = 64 * 1024  # read from the transport at once
    closed_streams_remembered: int = 100
    max_requests_per_connection: int | None = None  # then a graceful GOAWAY

    # Timeouts.
    preface_timeout: float | None = 10.0
    settings_timeout: float | None = 10.0  # from the preface to the first SETTINGS
    settings_ack_timeout: float | None = 5.0
    header_block_timeout: float | None = 10.0
    body_timeout: float | None = 30.0  # no request content while some is due
    send_timeout: float | None = 30.0  # no octet of a waiting response could leave
    idle_timeout: float | None = 60.0  # no stream at all
    handler_timeout: float | None = None  # from request to the response's start
    drain_timeout: float | None = 30.0
    linger_timeout: float | None = 1.0  # for the peer to read our GOAWAY

    # The whole server.
    max_connections: int = 1000
    max_connections_per_address: int | None = None
    memory_budget: int | None = 512 * 1024 * 1024  # accounted over all connections

    def __post_init__(self) -> None:
        ranges = (
            ("max_concurrent_streams", 0, (1 << 32) - 1),
            ("max_header_list_size", 0, (1 << 32) - 1),
            ("header_table_size", 0, (1 << 32) - 1),
            ("max_frame_size", 1 << 14, (1 << 24) - 1),
            ("stream_window", 0, (1 << 31) - 1),
            ("connection_window", 65_535, (1 << 31) - 1),
        )
        for name, low, high in ranges:
            value = getattr(self, name)
            if not low <= value <= high:
                raise UsageError(f"{name} must be {low} to {high}, not {value}")
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None and value < 0:
                raise UsageError(f"{field.name} must not be negative, but is {value}")


DEFAULT_LIMITS = Limits()
"""The limits of a server or client that was given none."""
