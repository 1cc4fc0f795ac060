"""The run record: JSON Lines with a header, one line a case, a footer.  Every report derives from it."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, TextIO

from ..cases.select import Placed
from ..errors import UsageError
from .shape import FORMAT, check_line

__all__ = ["FORMAT", "JsonlSink", "Line", "Named", "Sink", "line_before", "read", "replay"]

Line = dict[str, Any]
"""One line of the record: a JSON object whose `kind` is header, case or footer."""


class Named(Placed, Protocol):
    """A case or a vector, by what its line begins with."""

    @property
    def title(self) -> str:
        """What is asked, as a sentence."""

    @property
    def spec(self) -> str:
        """Document and section."""

    @property
    def hash(self) -> str:
        """16 hexadecimal digits that name its content."""


def line_before(
    case: Named, reproduce: str, *, situation: str | None = None, expects_error: bool = False
) -> Line:
    """Return the line of a case with what is known before it runs.  `reproduce`: a command for a shell."""
    return {
        "kind": "case",
        "id": case.id,
        "suite": case.suite,
        "title": case.title,
        "spec": case.spec,
        "req": list(case.req),
        "level": case.level,
        "situation": situation,
        "verdict": "skip",
        "outcome": "",
        "expected": [],
        "flags": [],
        "info": [],
        "reason": "",
        "violations": [],
        "ms": 0.0,
        "hash": case.hash,
        "attempts": 0,
        "history": [],
        "control": None,
        "crash": False,
        "expects_error": expects_error,
        "transcript": [],
        "reproduce": reproduce,
    }


class Sink(Protocol):
    """Something that is told the lines of a run in order: a report, a file, the console."""

    def header(self, line: Line) -> None:
        """Take the first line: target, selection, needs, environment."""

    def case(self, line: Line) -> None:
        """Take the result of one case, in the order in which the cases end."""

    def footer(self, line: Line) -> None:
        """Take the last line, with the counts; always told, also after Ctrl-C or a lost target."""


class JsonlSink:
    """Writes the record itself, flushed line by line, so that a killed run leaves what it knew."""

    def __init__(self, stream: TextIO) -> None:
        """`stream`: open for writing; closed after the footer unless it is standard output."""
        self._stream = stream

    def _write(self, line: Line) -> None:
        try:
            json.dump(line, self._stream, ensure_ascii=False, separators=(",", ":"))
            self._stream.write("\n")
            self._stream.flush()
        except OSError:
            with suppress(OSError):  # it would try to write once more
                self._stream.close()
            raise

    def header(self, line: Line) -> None:
        """Write the header line."""
        self._write(line)

    def case(self, line: Line) -> None:
        """Write the line of a case."""
        self._write(line)

    def footer(self, line: Line) -> None:
        """Write the last line."""
        self._write(line)
        if self._stream is not sys.stdout:
            self._stream.close()


def read(path: Path) -> Iterator[Line]:
    """Yield the lines of a record, each of the right shape, the header first and nothing behind the footer.

    A last line that was cut off, as a killed run leaves it, is left out: what stands before it is whole.
    Raises UsageError with file and line for anything else.
    """
    place = "header"
    seen: set[str] = set()
    for number, text in enumerate(_texts(path), 1):
        if not text.strip():
            continue
        where = f"{path}:{number}"
        try:
            line = json.loads(text)
        except ValueError as error:
            if number > 1 and not text.endswith("\n"):
                return
            raise UsageError(f"{where}: not a run record: {error}") from error
        check_line(line, where)
        if place == "end":
            raise UsageError(f"{where}: {_behind(line)}")
        if (line["kind"] == "header") != (place == "header"):
            wrong = "not a run record: no header" if place == "header" else "two runs in one file"
            raise UsageError(f"{where}: {wrong}")
        place = "end" if line["kind"] == "footer" else "cases"
        if line["kind"] == "case":
            if line["id"] in seen:
                raise UsageError(f"{where}: case {line['id']} stands there twice")
            seen.add(line["id"])
        yield line
    if place == "header":
        raise UsageError(f"{path}: not a run record: no header")


def _behind(line: Line) -> str:
    return "two runs in one file" if line["kind"] == "header" else f"a {line['kind']} behind the footer"


def _texts(path: Path) -> Iterator[str]:
    try:
        with path.open("rb") as stream:
            for number, octets in enumerate(stream, 1):
                try:
                    yield octets.decode("utf-8")
                except UnicodeDecodeError as error:
                    if number > 1 and not octets.endswith(b"\n"):
                        return
                    raise UsageError(f"{path}:{number}: not a run record: not UTF-8") from error
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error


def replay(lines: Iterable[Line], sinks: Iterable[Sink]) -> None:
    """Tell the sinks a recorded run again."""
    targets = list(sinks)
    for line in lines:
        for sink in targets:
            {"header": sink.header, "case": sink.case, "footer": sink.footer}[line["kind"]](line)
