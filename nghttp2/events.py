"""What a connection tells its owner, one event at a time (RFC 9113 8.1, 6.5, 6.7, 6.8)."""

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from .fields import Fields, RequestHead, ResponseHead

if TYPE_CHECKING:
    from .stream import Stream


class RequestReceived(NamedTuple):
    """A well-formed request head (server).  end_stream: no content and no trailers follow."""

    stream: "Stream"
    head: RequestHead
    end_stream: bool


class ResponseReceived(NamedTuple):
    """A well-formed final response head (client)."""

    stream: "Stream"
    head: ResponseHead
    end_stream: bool


class InformationalReceived(NamedTuple):
    """A 1xx response (client)."""

    stream: "Stream"
    head: ResponseHead


class PushPromised(NamedTuple):
    """A promised request on an open stream of ours (client); `promised` is reserved."""

    stream: "Stream"
    promised: "Stream"
    head: RequestHead


class DataReceived(NamedTuple):
    """Content without its padding; empty only when end_stream.

    The owner calls `Connection.consume(stream, len(data))` once it is done with it: the flow-control credit.
    """

    stream: "Stream"
    data: bytes
    end_stream: bool


class TrailersReceived(NamedTuple):
    """The trailer section; it ends the stream."""

    stream: "Stream"
    fields: Fields


class BodyFailed(NamedTuple):
    """The application's body raised `error` or broke its content-length; the stream was reset."""

    stream: "Stream"
    error: Exception


class StreamClosed(NamedTuple):
    """The last event of a stream.  error_code: NO_ERROR, or the code of the RST_STREAM sent or received."""

    stream: "Stream"
    error_code: int


class SettingsReceived(NamedTuple):
    """The peer's settings were applied and acknowledged."""


class SettingsAcknowledged(NamedTuple):
    """The peer acknowledged our oldest outstanding SETTINGS."""


class PingAcknowledged(NamedTuple):
    """The answer to a PING of ours."""

    payload: bytes


class GoAwayReceived(NamedTuple):
    """The peer takes no streams of ours above last_stream_id."""

    last_stream_id: int
    error_code: int
    debug_data: bytes


class ConnectionTerminated(NamedTuple):
    """A connection error of ours: GOAWAY is in the output, nothing that follows is read."""

    error_code: int
    reason: str


Event: TypeAlias = (
    RequestReceived
    | ResponseReceived
    | InformationalReceived
    | PushPromised
    | DataReceived
    | TrailersReceived
    | BodyFailed
    | StreamClosed
    | SettingsReceived
    | SettingsAcknowledged
    | PingAcknowledged
    | GoAwayReceived
    | ConnectionTerminated
)
