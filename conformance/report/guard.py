"""A report whose file fails while the run goes on: told once, and every other report is still made."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ..records.record import Line, Sink

_problems: ContextVar[list[str] | None] = ContextVar("problems", default=None)


@contextmanager
def unwritten() -> Iterator[list[str]]:
    """Collect what cannot be written: the list grows while the reports that were opened inside are told."""
    found: list[str] = []
    token = _problems.set(found)
    try:
        yield found
    finally:
        _problems.reset(token)


class Guarded:
    """Hands on to a report until its file fails (a full disk, a folder that went away)."""

    def __init__(self, name: str, place: str, sink: Sink) -> None:
        """`name` and `place`: the two halves of `-o NAME=FILE`."""
        self._name = name
        self._place = place
        self._sink = sink
        self._problems = _problems.get()
        self._broken = False

    def header(self, line: Line) -> None:
        """Hand on the header."""
        self._try(self._sink.header, line)

    def case(self, line: Line) -> None:
        """Hand on a case."""
        self._try(self._sink.case, line)

    def footer(self, line: Line) -> None:
        """Hand on the footer."""
        self._try(self._sink.footer, line)

    def _try(self, tell: Callable[[Line], None], line: Line) -> None:
        if self._broken:
            return
        try:
            tell(line)
        except OSError as error:
            self._broken = True
            problem = f"report {self._name!r}: cannot write {self._place}: {error.strerror or error}"
            if self._problems is not None:
                self._problems.append(problem)
            print(f"h2conf: {problem}", file=sys.stderr)
