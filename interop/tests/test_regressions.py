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


def conformance(*arguments: str) -> None:
    """Run the command; it has to find nothing."""
    ran = subprocess.run([*conformance_command(), *arguments], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


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
def test_a_codec_or_frame_case_fits_the_schema(tmp_path: Path, kind: str) -> None:
    # The folder names the schema.
    folder = tmp_path / {"codec": "hpack", "frame": "frames"}[kind]
    for comparison in SEARCHES[kind]:
        disagreement = search(comparison, (), examples=600, seed_number=1).unexplained
        assert disagreement is not None
        file = save(disagreement, folder)
        suite = yaml.safe_load(file.read_text(encoding="utf-8"))["suite"]
        text = file.read_text(encoding="utf-8").replace(suite, f"{folder.name}/{file.stem}")
        file.write_text(text, encoding="utf-8")
        conformance("vectors", "lint", str(file))


def test_the_same_disagreement_has_the_same_file(tmp_path: Path) -> None:
    assert save(found(SERVER, 1), tmp_path) == save(found(SERVER, 1), tmp_path)
