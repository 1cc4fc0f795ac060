"""A codec behind an adapter process in any language (vectors/README.md has the protocol)."""

from collections.abc import Mapping
from typing import Any, Final

from ..errors import TargetError
from ..targets.jsonlines import Adapter, AdapterDied, BadAnswer
from .codec import CodecCrash, Decoded, Refused, Table
from .vector import Context, Field

OPERATIONS: Final = frozenset({"decode", "encode"})
"""What a codec does; an adapter that does neither is of another role."""


class StdioCodec:
    """Speaks to one adapter; a dead one is started again for the next context."""

    def __init__(self, command: str) -> None:
        """Start `command`.  Raises TargetError, also when the adapter is none of a codec."""
        self._adapter = Adapter(command)
        self.name = self._adapter.name
        self.version = self._adapter.version
        self.can = self._adapter.can
        self._is_new = False
        if not self.can & OPERATIONS:
            self.close()
            lacking = "neither 'decode' nor 'encode' is in its `can`"
            raise TargetError(f"stdio:{command}: the adapter is of no codec ({lacking})")

    def new(self, context: Context) -> None:
        """Begin a context."""
        limits = {key: value for key, value in context._asdict().items() if value is not None}
        self._plain({"op": "new", **limits})
        self._is_new = True

    def resize(self, limit: int) -> None:
        """Change the limit of both directions."""
        self._plain({"op": "resize", "limit": limit})

    def decode(self, wire: bytes) -> Decoded | Refused:
        """Decode a block."""
        answer = self._ask({"op": "decode", "wire": wire.hex()})
        if not answer["ok"]:
            return Refused(str(answer.get("error", "")))
        never = answer.get("never")
        if never is not None and not (isinstance(never, list) and all(type(n) is int for n in never)):
            raise CodecCrash(f"not positions: {never!r}")
        return Decoded(_fields(answer.get("fields")), None if never is None else tuple(never))

    def encode(self, fields: tuple[Field, ...], never: tuple[int, ...]) -> bytes | Refused:
        """Encode a list."""
        request: dict[str, Any] = {"op": "encode", "fields": [[n.hex(), v.hex()] for n, v in fields]}
        if never:
            request["never"] = list(never)
        answer = self._ask(request)
        return _octets(answer.get("wire")) if answer["ok"] else Refused(str(answer.get("error", "")))

    def table(self) -> Table:
        """Return the decoder's table."""
        answer = self._plain({"op": "table"})
        entries = _fields(answer.get("entries"))
        size = answer.get("size", sum(len(n) + len(v) + 32 for n, v in entries))
        if type(size) is not int:
            raise CodecCrash(f"not a size: {size!r}")
        return Table(entries, size)

    def close(self) -> None:
        """End the adapter."""
        self._adapter.close()

    def _plain(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Ask for what cannot fail in a sound codec."""
        answer = self._ask(request)
        if not answer["ok"]:
            raise CodecCrash(f"{request['op']}: {answer.get('error', '')}")
        return answer

    def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if request["op"] != "new" and not (self._is_new and self._adapter.is_running):
            raise CodecCrash("the adapter has no context")
        try:
            answer = self._adapter.ask(request)
        except (AdapterDied, BadAnswer) as error:
            self._is_new = False
            raise CodecCrash(str(error)) from error
        if not isinstance(answer.get("ok"), bool):
            raise CodecCrash(f"neither ok nor error: {answer!r}")
        return answer


def _octets(value: Any) -> bytes:
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError) as error:
        raise CodecCrash(f"not hexadecimal octets: {value!r}") from error


def _fields(value: Any) -> tuple[Field, ...]:
    if not isinstance(value, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        raise CodecCrash(f"not a list of fields: {value!r}")
    return tuple((_octets(name), _octets(value)) for name, value in value)
