"""A recorded run, read back whole: what `diff` and `baseline` compare."""

from dataclasses import dataclass
from pathlib import Path

from ..errors import UsageError
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
    """Read a run record.  Raises UsageError for a file that is none, or that names a case twice."""
    lines = read(path)
    header = next(lines)
    footer: Line | None = None
    cases: dict[str, Line] = {}
    for line in lines:
        if line["kind"] == "footer":
            footer = line
        elif line["id"] in cases:
            raise UsageError(f"{path}: case {line['id']} stands there twice")
        else:
            cases[line["id"]] = line
    return Run(path, header, cases, footer)


def plain_verdict(case: Line) -> str:
    """Return the verdict of a case as it is without a baseline: xfail was a failure, xpass was allowed."""
    return str(
        case.get("without_baseline")
        or {"xfail": "fail", "xpass": "pass"}.get(case["verdict"], case["verdict"])
    )
