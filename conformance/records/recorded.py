"""A recorded run, read back whole: what `diff` and `baseline` compare."""

from dataclasses import dataclass
from pathlib import Path

from .record import Line, read


@dataclass(frozen=True, slots=True)
class Run:
    """The lines of one record.  `footer` is None when the run was killed before its end."""

    path: Path
    header: Line
    cases: dict[str, Line]
    footer: Line | None

    @property
    def is_whole(self) -> bool:
        """Whether every case of the role was to be run: nothing selected, every level, to the end."""
        return self.footer is not None and not self.header["selection"] and not self.header["level"]


def load_run(path: Path) -> Run:
    """Read a run record.  Raises UsageError for a file that is none."""
    header, *rest = read(path)
    footer = rest.pop() if rest and rest[-1]["kind"] == "footer" else None
    return Run(path, header, {line["id"]: line for line in rest}, footer)


def plain_verdict(case: Line) -> str:
    """Return the verdict of a case as it is without a baseline: xfail was a failure, xpass was allowed."""
    return str(
        case.get("without_baseline")
        or {"xfail": "fail", "xpass": "pass"}.get(case["verdict"], case["verdict"])
    )
