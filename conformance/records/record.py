"""The run record: JSON Lines with a header, one line a case, a footer.  Every report derives from it."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol, TextIO

from ..errors import UsageError

FORMAT = 1
"""Version of the record's layout."""

Line = dict[str, Any]
"""One line of the record: a JSON object whose `kind` is header, case or footer."""


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
        json.dump(line, self._stream, ensure_ascii=False, separators=(",", ":"))
        self._stream.write("\n")
        self._stream.flush()

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
    """Yield the lines of a record.  Raises UsageError when the file is no run record."""
    try:
        with path.open(encoding="utf-8") as stream:
            for number, text in enumerate(stream, 1):
                if not text.strip():
                    continue
                try:
                    line = json.loads(text)
                except json.JSONDecodeError as error:
                    raise UsageError(f"{path}:{number}: not a run record: {error}") from error
                if not isinstance(line, dict) or line.get("kind") not in ("header", "case", "footer"):
                    raise UsageError(f"{path}:{number}: not a line of a run record")
                yield line
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error


def replay(lines: Iterable[Line], sinks: Iterable[Sink]) -> None:
    """Tell the sinks a recorded run again."""
    targets = list(sinks)
    for line in lines:
        for sink in targets:
            {"header": sink.header, "case": sink.case, "footer": sink.footer}[line["kind"]](line)
