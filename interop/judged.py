"""What h2conf said about one server: run records of the same cases side by side."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any

from . import stimulus
from .errors import InteropError

FROM_BEST = ("pass", "acceptable", "skip", "blocked", "error")
"""Verdicts, the best first; any other is worse, `fail` among them."""
WRONG = frozenset(("fail", "flaky", "error"))
"""Verdicts that ask for an explanation."""
LEVELS = ("MUST", "SHOULD", "MAY", "INFO")


@dataclass(frozen=True, slots=True)
class Run:
    """One run record; transcripts are kept of failures alone."""

    cases: tuple[Mapping[str, Any], ...]
    seconds: float
    is_whole: bool
    """Nothing was selected, so that a case without a line does not exist."""
    deaths: tuple[str, ...] = ()
    """How the server died, each time."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One case over all runs; it counts with its worst verdict."""

    id: str
    title: str
    level: str
    seen: Mapping[tuple[str, str], int]
    """How often each pair of verdict and outcome came."""
    flags: tuple[str, ...]
    reason: str
    """Of the worst verdict."""
    is_indiscriminate: bool
    """The case's legal twin fares no better."""
    octets: str
    """What was sent, for a failure."""

    @property
    def verdict(self) -> str:
        """Return the worst verdict."""
        return max((verdict for verdict, _ in self.seen), key=_badness)

    @property
    def is_wrong(self) -> bool:
        """Tell whether it asks for an explanation."""
        return self.verdict in WRONG

    @property
    def differs(self) -> bool:
        """Tell whether the runs gave different verdicts."""
        return len({verdict for verdict, _ in self.seen}) > 1

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Return what was seen where the verdict was the worst one."""
        return tuple(sorted({outcome for verdict, outcome in self.seen if verdict == self.verdict}))

    @property
    def wrong_outcomes(self) -> tuple[str, ...]:
        """Return what was seen wherever it asks for an explanation."""
        return tuple(sorted({outcome for verdict, outcome in self.seen if verdict in WRONG}))


@dataclass(frozen=True)
class Judged:
    """All runs of one server."""

    server: str
    version: str
    runs: tuple[Run, ...]
    tls_runs: tuple[Run, ...] = field(default=())

    @cached_property
    def tallies(self) -> Sequence[Tally]:
        """Return one tally a case of the cleartext runs, by id."""
        return tuple(tally(self.runs))

    @cached_property
    def tls_tallies(self) -> Sequence[Tally]:
        """Return one tally a case of the runs over TLS, by id."""
        return tuple(tally(self.tls_runs))

    @property
    def all_tallies(self) -> Iterator[Tally]:
        """Yield both kinds; a case that TLS was there for, from there."""
        over_tls = {tally.id for tally in self.tls_tallies}
        yield from (tally for tally in self.tallies if tally.id not in over_tls)
        yield from self.tls_tallies

    @property
    def differing(self) -> list[Tally]:
        """Return the cases whose verdict is not the same in every run."""
        return [one for one in self.all_tallies if one.differs]

    @property
    def deaths(self) -> list[str]:
        """Return how the server died, over all runs."""
        return [how for run in (*self.runs, *self.tls_runs) for how in run.deaths]

    @property
    def seconds(self) -> float:
        """Return the median time of a run."""
        return median(run.seconds for run in self.runs) if self.runs else 0.0


def read(file: Path) -> Run:
    """Read a run record.  Raises InteropError if it is not a whole one."""
    header: dict[str, Any] = {}
    footer: dict[str, Any] = {}
    cases = []
    try:
        with file.open(encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                match line["kind"]:
                    case "header":
                        header = line
                    case "case":
                        if line["verdict"] not in WRONG:
                            line.pop("transcript", None)
                        # A death that no case brings about alone belongs to the run: see `deaths`.
                        cases.append({**line, "verdict": line.get("alone", line["verdict"])})
                    case "footer":
                        footer = line
        seconds = footer["duration_ms"] / 1000
        is_whole = not header["selection"] and not header["level"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InteropError(f"{file} is no whole run record: {type(error).__name__}: {error}") from error
    return Run(tuple(cases), seconds, is_whole, tuple(footer.get("deaths", ())))


def tally(runs: Sequence[Run]) -> Iterable[Tally]:
    """Count the verdicts and outcomes of each case, by id."""
    lines: dict[str, list[Mapping[str, Any]]] = {}
    for run in runs:
        for line in run.cases:
            lines.setdefault(line["id"], []).append(line)
    for _, same in sorted(lines.items()):
        worst = max(same, key=lambda line: _badness(line["verdict"]))
        control = worst.get("control") or {}
        yield Tally(
            id=worst["id"],
            title=worst["title"],
            level=worst["level"],
            seen=Counter((line["verdict"], line["outcome"]) for line in same),
            flags=tuple(worst["flags"]),
            reason=worst.get("reason") or "",
            is_indiscriminate=worst["verdict"] in WRONG and control.get("ok") is False,
            octets=stimulus.octets(worst.get("transcript") or ()),
        )


def _badness(verdict: str) -> int:
    return FROM_BEST.index(verdict) if verdict in FROM_BEST else len(FROM_BEST)
