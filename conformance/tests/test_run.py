"""`h2conf run` from end to end: exit codes, reports that are written whatever happens, the record."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree

import pytest

from ..cli import main
from ..exitcodes import Exit
from .test_loader import GOOD, HEAD, written

MEMORY = "py:conformance.targets.embedded:factory"


def record_of(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a run record."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_good_server_passes_and_the_record_says_how(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    assert main(["run", "server/6.7-ping", "-t", MEMORY, "-q", "-o", f"jsonl={path}"]) == Exit.OK
    header, *cases, footer = record_of(path)
    assert header["kind"] == "header"
    assert header["target"] == {"spec": MEMORY, "kind": "py", "version": None}
    assert header["needs"] == {"large": {"present": True, "how": "/large"}}
    assert {case["verdict"] for case in cases} == {"pass"}
    assert footer["counts"] == {"pass": len(cases)}
    assert footer["exit"] == 0
    by_id = {case["id"]: case for case in cases}
    case = by_id["server/6.7-ping/on-a-stream"]
    assert case["outcome"] == "connection_error(PROTOCOL_ERROR)"
    assert case["control"] == {"outcome": "alive", "ok": True}
    assert case["expects_error"]
    stimulus = next(entry for entry in case["transcript"] if entry.get("type") == "PING")
    assert stimulus["hex"].startswith("00 00 08 06 00 00 00 00 01")
    assert (stimulus["dir"], stimulus["phase"]) == ("send", "case")


def test_the_embedded_server_over_sockets_and_tls(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    assert main(["run", "server/6.7-ping", "server/9.2-tls", "-q", "-o", f"jsonl={path}"]) == Exit.OK
    _, *cases, _ = record_of(path)
    assert len(cases) > 20
    assert {case["verdict"] for case in cases} <= {"pass", "acceptable"}


def test_an_unreachable_target_exits_3_and_still_writes_the_reports(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        port = taken.getsockname()[1]
        jsonl, junit = tmp_path / "run.jsonl", tmp_path / "run.xml"
        arguments = ["-t", f"tcp:127.0.0.1:{port}", "-q", "-o", f"jsonl={jsonl}", "-o", f"junit={junit}"]
        assert main(["run", "server/6.7-ping", *arguments]) == Exit.UNREACHABLE
    header, *cases, footer = record_of(jsonl)
    assert header["kind"] == "header"
    assert {case["verdict"] for case in cases} == {"error"}
    assert "refused" in cases[0]["reason"]
    assert footer["exit"] == Exit.UNREACHABLE
    assert ElementTree.parse(junit).getroot().tag == "testsuites"  # our own file


@pytest.mark.parametrize(
    "arguments",
    [["run", "server/6.7-ping/nothing-like-it"], ["run", "level:MAY", "--level", "must"]],
)
def test_an_empty_selection_exits_4(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == Exit.NOTHING_SELECTED
    assert "nothing is selected" in capsys.readouterr().err


def test_a_broken_file_exits_5_and_names_file_line_and_case(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, HEAD + GOOD.replace("{stream: 1}", "{strem: 1}"))
    assert main(["run", str(path), "-t", MEMORY]) == Exit.INVALID_VECTORS
    error = capsys.readouterr().err
    assert f"{tmp_path}/server/x.yaml:13: case on-a-stream: unknown key 'strem'" in error


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "-t", "nonsense:1"],
        ["run", "-t", "tcp:127.0.0.1"],
        ["run", "-t", "exec:server without its port"],
        ["run", "-t", "exec:server '{port}"],
        ["run", "-t", "py:conformance.no_such_module:factory"],
        ["run", "-t", MEMORY, "-o", "jsonl"],
        ["run", "-t", MEMORY, "-o", "pdf=x"],
        ["run", "@/no/such/file"],
    ],
)
def test_a_wrong_command_line_exits_2(arguments: list[str]) -> None:
    assert main(arguments) == Exit.USAGE


def test_a_need_that_is_absent_skips_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    target = "py:conformance.tests.bad_servers:Answers200"
    main(["run", "server/6.7-ping/ahead-of-data", "-t", target, "-q", "-o", f"jsonl={path}"])
    (case,) = record_of(path)[1:-1]
    assert case["verdict"] == "skip"
    assert case["reason"] == "no endpoint for large: less than 1 MiB on /large (status 200)"


def test_a_failed_self_check_exits_3_unless_it_is_waived(tmp_path: Path) -> None:
    target = "py:conformance.tests.bad_servers:HangsUp"
    assert main(["run", "server/6.7-ping", "-t", target, "-q"]) == Exit.UNREACHABLE
    assert main(["run", "server/6.7-ping", "-t", target, "-q", "--no-self-check"]) == Exit.FAILED


@contextmanager
def pipe(path: Path) -> Iterator[BinaryIO]:
    """Give the near end of a named pipe: it can be read as soon as something was written there."""
    os.mkfifo(path)
    # Open for both, so that a writer that comes and goes is no end.
    with open(os.open(path, os.O_RDWR | os.O_NONBLOCK), "rb", buffering=0) as end:
        yield end


def test_ctrl_c_writes_what_is_known(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with pipe(path) as record, socket.create_server(("127.0.0.1", 0)) as silent:  # every case waits for it
        target = f"tcp:127.0.0.1:{silent.getsockname()[1]}"
        command = [sys.executable, "-m", "conformance", "run", "server/6.7-ping", "-t", target]
        root = Path(__file__).resolve().parents[2]
        process = subprocess.Popen(
            [*command, "--no-self-check", "--timeout", "0.7", "-j", "1", "-o", f"jsonl={path}"],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            assert select.select([record], [], [], 30)[0], "no header within 30 s"
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == Exit.INTERRUPTED
        finally:
            process.kill()
        lines = [json.loads(line) for line in record.read().splitlines()]
    assert lines[0]["kind"] == "header"
    assert lines[-1]["kind"] == "footer"
    assert lines[-1]["exit"] == Exit.INTERRUPTED


@pytest.mark.parametrize("role", ["client", "proxy"])
def test_cases_of_a_role_that_cannot_be_driven_are_not_run_against_a_server(
    role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["run", "--role", role])
    assert left.value.code == Exit.USAGE
    assert f"invalid choice: '{role}'" in capsys.readouterr().err
