"""A frame reader behind an adapter process in any language (vectors/README.md has the protocol)."""

from ..errors import TargetError
from ..targets.jsonlines import ANSWER_S, Adapter, AdapterDied
from .answer import Answer, parse_answer
from .reader import ReaderCrash
from .vector import Context


class StdioReader:
    """Speaks to one adapter; a dead one is started again, so that one wire spoils no other."""

    def __init__(self, command: str, answer_s: float = ANSWER_S) -> None:
        """Start `command`.  Raises TargetError, also when the adapter reads no frames."""
        self._adapter = Adapter(command, answer_s)
        self.name = self._adapter.name
        self.version = self._adapter.version
        self.can = self._adapter.can
        if "frame" not in self.can:
            self.close()
            raise TargetError(f"stdio:{command}: the adapter cannot read frames (no 'frame' in its `can`)")

    def read(self, wire: bytes, context: Context) -> Answer:
        """Ask for one wire."""
        request = {"op": "frame", "wire": wire.hex(), "context": context._asdict()}
        try:
            return parse_answer(self._adapter.ask(request))
        except AdapterDied as error:
            raise ReaderCrash(str(error)) from error

    def close(self) -> None:
        """End the adapter."""
        self._adapter.close()
