"""Cases that a user leaves out, each with the reason: `--skip-file`.

server/8.4-push/*: this target never pushes
server/6.7-ping/on-a-stream: mended in the next release, see our issue 12
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ..errors import UsageError, VectorError
from ..reading.nodes import load


@dataclass(frozen=True, slots=True)
class SkipFile:
    """Ids or globs of ids, with their reasons, in the order of the file."""

    reasons: Mapping[str, str]

    def reason(self, case_id: str) -> str | None:
        """Return why the case is left out, or None; the first line that fits counts."""
        return next((why for pattern, why in self.reasons.items() if fnmatchcase(case_id, pattern)), None)

    def stale(self, known: Collection[str]) -> list[str]:
        """Return the lines that fit no case at all: renamed, removed, or mistyped."""
        return [pattern for pattern in self.reasons if not any(fnmatchcase(name, pattern) for name in known)]


def load_skip_file(path: Path) -> SkipFile:
    """Read a skip file.  Raises UsageError with file and line, also for an empty reason."""
    try:
        reasons: dict[str, str] = {}
        for pattern, value in load(path).mapping().items():
            reason = value.text().strip()
            if not reason:
                raise value.error(f"{pattern} needs a reason")
            reasons[pattern] = reason
    except VectorError as error:
        raise UsageError(f"skip file: {error}") from error
    return SkipFile(reasons)
