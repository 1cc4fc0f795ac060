"""A disagreement becomes a minimised case that the conformance command runs."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from ..connection_diff import CLIENT, SERVER
from ..differential import Disagreement, StateMachine, search
from ..regressions import save
from ..searches import SEARCHES
from ..vote import conformance_command


def found(machine: StateMachine, seed_number: int) -> Disagreement:
    disagreement = search(machine, (), examples=300, seed_number=seed_number).unexplained
    assert disagreement is not None
    return disagreement


def conformance(*arguments: str) -> str:
    """Run the command, which has to find nothing, and return what it says."""
    ran = subprocess.run([*conformance_command(), *arguments], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def steps(file: Path) -> list[Any]:
    (case,) = yaml.safe_load(file.read_text(encoding="utf-8"))["cases"]
    return list(case["steps"])


@pytest.mark.parametrize("seed_number", range(4))
def test_a_saved_case_runs_and_expects_what_our_server_does(tmp_path: Path, seed_number: int) -> None:
    file = save(found(SERVER, seed_number), tmp_path / "regressions")
    conformance("vectors", "lint", str(file))
    conformance("run", str(file), "-t", "embedded", "--retries", "0")


@pytest.mark.parametrize("machine", [SERVER, CLIENT], ids=lambda machine: machine.name)
def test_a_saved_dialogue_is_short_and_has_named_frames(tmp_path: Path, machine: StateMachine) -> None:
    disagreement = found(machine, 5)
    sends = [step["send"] for step in steps(save(disagreement, tmp_path)) if "send" in step]
    assert len(sends) <= 3
    assert "RAW" not in str(sends)


@pytest.mark.parametrize("kind", ["codec", "frame"])
def test_saved_vectors_are_sound_and_run_beside_a_dialogue(tmp_path: Path, kind: str) -> None:
    save(found(SERVER, 1), tmp_path)
    for comparison in SEARCHES[kind]:
        disagreement = search(comparison, (), examples=600, seed_number=1).unexplained
        assert disagreement is not None
        save(disagreement, tmp_path)
    conformance("vectors", "lint", str(tmp_path))
    count = len(SEARCHES[kind])
    assert f"{count} of {count} pass" in conformance("run", str(tmp_path), "--role", kind, "-q")
    conformance("list", str(tmp_path))


def test_the_same_disagreement_has_the_same_file(tmp_path: Path) -> None:
    assert save(found(SERVER, 1), tmp_path) == save(found(SERVER, 1), tmp_path)
