"""`h2conf run --role frame`: selection, record, baseline, exit codes."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance import cli
from conformance.exitcodes import Exit

# Reads a PING of the right size and waits for ever for everything else; knows nothing of limits or values.
ADAPTER = """
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    if request["op"] == "hello":
        answer = {"ok": True, "name": "ping only", "version": "9", "can": ["frame"]}
    else:
        wire = bytes.fromhex(request["wire"])
        answer = {"ok": True, "outcome": "wait"}
        if wire[3:4] == b"\\x06" and len(wire) == 17:
            stream = int.from_bytes(wire[5:9], "big") & 0x7FFFFFFF
            frame = {"type": "PING", "stream": stream, "flags": wire[4], "payload": wire[9:].hex()}
            answer = {"ok": True, "frame": frame}
    print(json.dumps(answer), flush=True)
"""


@pytest.fixture
def ping_only(tmp_path: Path) -> str:
    path = tmp_path / "adapter.py"
    path.write_text(ADAPTER)
    return f"stdio:{sys.executable} {path}"


def run(tmp_path: Path, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """Return exit code and the lines of the record."""
    record = tmp_path / "run.jsonl"
    code = cli.main(["run", "--role", "frame", "-q", "-o", f"jsonl={record}", *arguments])
    return code, [json.loads(line) for line in record.read_text().splitlines()]


def test_the_embedded_reader_is_the_default_and_passes(tmp_path: Path) -> None:
    code, (header, *cases, footer) = run(tmp_path)
    assert code == Exit.OK
    assert (header["kind"], footer["kind"]) == ("header", "footer")
    assert header["role"] == "frame"
    assert header["target"]["spec"] == "embedded"
    assert footer["exit"] == 0
    assert footer["counts"] == {"pass": len(cases) - 3, "skip": 3}


def test_a_failure_of_a_must_is_exit_code_one(tmp_path: Path, ping_only: str) -> None:
    code, (header, *cases, footer) = run(tmp_path, "-t", ping_only, "frames/6.7-ping")
    assert code == Exit.FAILED
    assert header["target"]["version"] == "ping only 9"
    verdicts = {case["id"].removeprefix("frames/6.7-ping/"): case["verdict"] for case in cases}
    assert verdicts["request"] == verdicts["response"] == "pass"
    assert verdicts["on-a-stream"] == "fail"
    assert footer["exit"] == 1


def test_a_selection_is_by_id_requirement_and_level(tmp_path: Path) -> None:
    assert len(run(tmp_path, "frames/6.7-ping/request")[1]) == 3
    for selection in (["req:rfc9113/6.7-8#1"], ["level:MAY"], ["--level", "may"], ["frames/6.8-*"]):
        code, lines = run(tmp_path, *selection)
        assert code == Exit.OK
        assert len(lines) > 4


def test_nothing_selected_has_its_own_exit_code(tmp_path: Path) -> None:
    assert cli.main(["run", "--role", "frame", "no/such"]) == Exit.NOTHING_SELECTED


def test_a_skip_file_leaves_out_with_its_reason(tmp_path: Path, ping_only: str) -> None:
    skips = tmp_path / "skips.yaml"
    skips.write_text("frames/6.7-ping/on-*: known for years\n")
    _, (_, *cases, _) = run(tmp_path, "-t", ping_only, "frames/6.7-ping", "--skip-file", str(skips))
    left_out = [case for case in cases if case["verdict"] == "skip"]
    assert {case["reason"] for case in left_out} == {"known for years"}
    assert [case["id"] for case in left_out] == [
        "frames/6.7-ping/on-a-stream",
        "frames/6.7-ping/on-the-highest-stream",
    ]


def test_a_baseline_turns_known_failures_into_expected_ones(tmp_path: Path, ping_only: str) -> None:
    one = ["-t", ping_only, "frames/6.7-ping/on-a-stream"]
    entry = "frames/6.7-ping/on-a-stream:\n  verdict: fail\n  outcome: {}\n  reason: reads it\n"
    baseline = tmp_path / "known.yaml"
    baseline.write_text(entry.format("frame"))
    code, lines = run(tmp_path, *one, "--baseline", str(baseline))
    assert (code, lines[1]["verdict"]) == (Exit.OK, "xfail")
    baseline.write_text(entry.format("wait"))
    code, lines = run(tmp_path, *one, "--baseline", str(baseline))
    assert (code, lines[1]["verdict"]) == (Exit.FAILED, "fail")


def test_a_baseline_entry_that_passes_now_fails_the_run(tmp_path: Path) -> None:
    baseline = tmp_path / "known.yaml"
    baseline.write_text("frames/6.7-ping/request:\n  verdict: fail\n  outcome: wait\n  reason: old\n")
    code, lines = run(tmp_path, "frames/6.7-ping/request", "--baseline", str(baseline))
    assert (code, lines[1]["verdict"]) == (Exit.FAILED, "xpass")


def test_the_order_follows_the_seed_and_the_hash_does_not(tmp_path: Path) -> None:
    runs = [run(tmp_path, "frames/6.7-ping", "--seed", seed)[1] for seed in ("0", "7", "7")]
    orders = [[line["id"] for line in lines if line["kind"] == "case"] for lines in runs]
    assert orders[0] != orders[1]
    assert orders[1] == orders[2]
    assert len({lines[0]["vectors"]["hash"] for lines in runs}) == 1
