"""The same case on several implementations: who stands with whom, and what the verdict table says.

Cases are run by the conformance command as a subprocess; what is compared is the observed outcome of each run
record, whatever the verdict.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import InteropError

RUN_TIMEOUT_S = 300.0

_PLAIN = ("--retries", "0", "--quiet")

# Verdicts that decide: the outcome is allowed, or it is not.
_ALLOWED = frozenset(("pass", "acceptable"))
_WRONG = frozenset(("fail",))


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one implementation did on one case."""

    voter: str
    outcome: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class Vote:
    """All ballots of one case, in the order of the voters."""

    case: str
    title: str
    is_decided: bool
    """The verdict table knows the situation; else nobody can be called wrong."""
    ballots: tuple[Ballot, ...]

    @property
    def clusters(self) -> dict[str, list[str]]:
        """Return the voters of each outcome, the largest cluster first."""
        found: dict[str, list[str]] = {}
        for ballot in self.ballots:
            found.setdefault(ballot.outcome, []).append(ballot.voter)
        return dict(sorted(found.items(), key=lambda item: -len(item[1])))

    @property
    def wrong(self) -> list[Ballot]:
        """Return the ballots that the verdict table forbids; empty where it decides nothing."""
        return [ballot for ballot in self.ballots if ballot.verdict in _WRONG] if self.is_decided else []

    @property
    def decision(self) -> str:
        """Say in one sentence what the vote shows."""
        if len(self.clusters) < 2:
            return "unanimous"
        if not self.is_decided:
            return "ambiguous: no situation of the verdict table covers this"
        if not self.wrong:
            return "all allowed"
        return "wrong: " + "; ".join(f"{b.voter} ({b.outcome}): {b.reason}" for b in self.wrong)


def conformance_command() -> list[str]:
    """Return the command of the conformance harness: of this checkout, or the installed one."""
    module = __package__.rpartition(".")[0] if __package__ else ""
    return [sys.executable, "-m", f"{module}.conformance" if module else "conformance"]


def run(select: Sequence[str], target: str) -> list[dict[str, Any]]:
    """Run cases against `target`; return the case records.  Raises InteropError if there is no record."""
    with tempfile.TemporaryDirectory(prefix="h2interop-") as folder:
        record = Path(folder) / "run.jsonl"
        finished = subprocess.run(
            [
                *conformance_command(),
                "run",
                *select,
                "-t",
                target,
                "--retries",
                "0",
                "-q",
                "-o",
                f"jsonl={record}",
            ],
            capture_output=True,
            text=True,
            timeout=RUN_TIMEOUT_S,
            check=False,
        )
        if not record.exists() or finished.returncode > 1:
            raise InteropError(f"{target}: {finished.stderr.strip() or finished.stdout.strip()}")
        lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line["kind"] == "case"]


def count(records: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Vote]:
    """Count the case records of each voter; a case that a voter skipped has no ballot of it."""
    cases: dict[str, list[Ballot]] = {}
    about: dict[str, tuple[str, bool]] = {}
    for voter, lines in records.items():
        for line in lines:
            if line["verdict"] not in _ALLOWED | _WRONG:
                continue
            about[line["id"]] = (line["title"], bool(line.get("situation")))
            ballot = Ballot(voter, line["outcome"], line["verdict"], line.get("reason") or "")
            cases.setdefault(line["id"], []).append(ballot)
    return [Vote(case, *about[case], tuple(ballots)) for case, ballots in cases.items()]


def poll(select: Sequence[str], targets: Mapping[str, str]) -> list[Vote]:
    """Run the cases on every target, two at a time, and count."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        runs = dict(zip(targets, pool.map(lambda target: run(select, target), targets.values()), strict=True))
    return count(runs)
