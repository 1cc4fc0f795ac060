"""The pytest plugin: collection, marks, baseline, and the target's life, in pytest runs of their own."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .. import pytest_plugin
from ..errors import NothingSelected
from ..pytest_plugin import cases as pytest_cases
from ..pytest_plugin.bench import Request
from ..reading.places import VECTORS

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent.parent
TOY = Path(__file__).parent / "data" / "toy_server.py"
# `wrong` expects an error for a legal PING: it fails on every good server, with the outcome `serve`.
PING = """\
format: 1
suite: server/6.7-ping
spec: RFC 9113 6.7
cases:
  - id: answered
    title: A PING is answered
    req: [rfc9113/6.7-4#1]
    level: MUST
    steps:
      - handshake
      - fence
      - expect: alive
  - id: on-a-stream
    title: PING on a stream is a connection error
    req: [rfc9113/6.7-8#1]
    level: MUST
    situation: ping-on-stream
    steps:
      - handshake
      - send: {PING: {stream: 1}}
      - expect: {connection_error: PROTOCOL_ERROR}
  - id: wrong
    title: A case that no good server passes
    req: [rfc9113/6.7-8#1]
    level: MUST
    situation: ping-on-stream
    control: "none: the stimulus is legal"
    steps:
      - handshake
      - send: {PING: {payload: "01 02 03 04 05 06 07 08"}}
      - expect: {connection_error: PROTOCOL_ERROR}
"""
PUSH = """\
format: 1
suite: server/8.4-push
spec: RFC 9113 8.4
cases:
  - id: order
    title: A case that needs push
    req: [limits/push]
    level: INFO
    needs: [push]
    steps:
      - handshake
      - expect: alive
"""
# Plugins of our own test run that have no part in the user's.
OTHERS = ("-p", "no:h2conf", "-p", "no:asyncio", "-p", "no:hypothesispytest")
PLUGIN = pytest_plugin.__name__
assert pytest_cases  # imported here, or each run in this process would import the engine anew
ANSWERED, ON_A_STREAM = "server/6.7-ping::answered", "server/6.7-ping::on-a-stream"
WRONG, ORDER = "server/6.7-ping::wrong", "server/8.4-push::order"


class Project:
    """A user's project that judges the toy server with four cases."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.path = pytester.path
        self.log = self.path / "starts.log"
        self.write("vectors/server/6.7-ping.yaml", PING)
        self.write("vectors/server/8.4-push.yaml", PUSH)
        (self.path / "vectors" / "requirements").mkdir()
        shutil.copy(VECTORS / "verdicts.yaml", self.path / "vectors" / "verdicts.yaml")

    def write(self, name: str, text: str) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def pytest(
        self, *arguments: str, target: str | None = None, args: str = "--retries 0", own_process: bool = False
    ) -> pytest.RunResult:
        target = target or f"exec:{sys.executable} {TOY} {{port}} {self.log}"
        run = self.pytester.runpytest_subprocess if own_process else self.pytester.runpytest_inprocess
        return run(
            *("-p", PLUGIN, *OTHERS, "--strict-markers", "-v"),
            *(f"--h2-target={target}", f"--h2-vectors={self.path / 'vectors'}", f"--h2-args={args}"),
            *arguments,
        )

    def collected(self, *arguments: str, args: str = "") -> list[str]:
        result = self.pytest("--collect-only", "-qq", *arguments, args=args)
        return [line for line in result.outlines if line.startswith("server/")]

    def starts(self) -> int:
        return self.log.read_text(encoding="utf-8").count("started") if self.log.exists() else 0


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return Project(pytester)


def outcomes(result: pytest.RunResult) -> dict[str, str]:
    """Return the outcome of each case from the lines of `-v`."""
    found: dict[str, str] = {}
    for line in result.outlines:
        words = "PASSED|FAILED|SKIPPED|XFAIL|XPASS|ERROR"
        if match := re.match(rf"(server/\S+::\S+) ({words})", line):
            found[match[1]] = match[2]
        elif match := re.match(rf"\[gw\d+\] \[ *\d+%\] ({words}) (server/\S+::\S+)", line):
            found[match[2]] = match[1]
    return found


def test_each_case_is_an_item_with_its_verdict(project: Project) -> None:
    result = project.pytest()
    assert outcomes(result) == {ANSWERED: "PASSED", ON_A_STREAM: "PASSED", WRONG: "FAILED", ORDER: "SKIPPED"}
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert project.starts() == 1


def test_a_failure_tells_the_story_and_the_transcript(project: Project) -> None:
    result = project.pytest("-k", "wrong")
    result.stdout.fnmatch_lines(
        [
            "fail: expected connection_error(PROTOCOL_ERROR), saw drop",
            "server/6.7-ping/wrong (MUST, RFC 9113 6.7)",
            "A case that no good server passes",
            "*expected  connection_error(PROTOCOL_ERROR)",
            "*reproduce  h2conf run *vectors/server/6.7-ping.yaml server/6.7-ping/wrong -t *",
            "*transcript*",
            "*--> PING*",
            "*<-- PING*",
        ]
    )
    result.stdout.fnmatch_lines(["FAILED server/6.7-ping::wrong - fail: expected connection_error*"])
    assert "Traceback" not in result.stdout.str()


def test_the_count_of_collected_items_is_right(project: Project) -> None:
    project.pytester.makepyfile("def test_of_the_user(): pass")
    result = project.pytest("-k", "answered or user")
    result.stdout.fnmatch_lines(["*collected 5 items / 3 deselected / 2 selected"])
    result = project.pytest("--collect-only")
    result.stdout.fnmatch_lines(["*= 5 tests collected in *"])


def test_collection_starts_nothing(project: Project) -> None:
    assert project.collected() == [ANSWERED, ON_A_STREAM, WRONG, ORDER]
    assert project.starts() == 0


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        (["-k", "ping and stream"], [ON_A_STREAM]),
        (["-k", "push"], [ORDER]),
        (["-m", "h2_must"], [ANSWERED, ON_A_STREAM, WRONG]),
        (["-m", "h2_rfc9113_8_4"], [ORDER]),
        (["-m", "h2 and not h2_rfc9113_6_7"], [ORDER]),
        (["--h2-select", "server/8.4-push", "--h2-select", "*/answered"], [ANSWERED, ORDER]),
        (["--h2-select", "req:rfc9113/6.7-4*"], [ANSWERED]),
        (["--deselect", WRONG], [ANSWERED, ON_A_STREAM, ORDER]),
    ],
)
def test_cases_are_chosen_by_name_mark_and_selection(
    project: Project, arguments: list[str], chosen: list[str]
) -> None:
    assert project.collected(*arguments) == chosen


def test_further_arguments_are_those_of_the_command(project: Project) -> None:
    assert project.collected(args="--level info") == [ORDER]


def test_x_stops_and_lf_runs_what_failed_last(project: Project) -> None:
    assert outcomes(project.pytest("-x"))[WRONG] == "FAILED"
    result = project.pytest("--lf")
    assert outcomes(result) == {WRONG: "FAILED"}
    assert ORDER not in outcomes(project.pytest("-x"))


def test_with_xdist_each_worker_starts_the_target_once(project: Project) -> None:
    result = project.pytest("-n", "2", own_process=True)
    assert outcomes(result) == {ANSWERED: "PASSED", ON_A_STREAM: "PASSED", WRONG: "FAILED", ORDER: "SKIPPED"}
    assert 1 <= project.starts() <= 2


def test_a_baseline_makes_the_pinned_outcome_an_xfail(project: Project) -> None:
    project.write("b.yaml", "server/6.7-ping/wrong: {verdict: fail, outcome: drop, reason: issue 7}\n")
    result = project.pytest("--h2-baseline=b.yaml", "-rx")
    assert outcomes(result)[WRONG] == "XFAIL"
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["XFAIL server/6.7-ping::wrong - issue 7 (expects fail drop)*"])


def test_another_outcome_than_the_pinned_one_fails(project: Project) -> None:
    project.write("b.yaml", "server/6.7-ping/wrong: {verdict: fail, outcome: close, reason: issue 7}\n")
    result = project.pytest("--h2-baseline=b.yaml", "-k", "wrong")
    assert outcomes(result) == {WRONG: "FAILED"}
    result.stdout.fnmatch_lines(["*because * the baseline expects fail close"])


def test_an_entry_whose_case_passes_is_stale(project: Project) -> None:
    project.write("b.yaml", "server/6.7-ping/answered: {verdict: fail, outcome: close, reason: issue 7}\n")
    result = project.pytest("--h2-baseline=b.yaml", "-k", "answered")
    assert outcomes(result) == {ANSWERED: "FAILED"}
    result.stdout.fnmatch_lines(["*XPASS(strict)*issue 7*"])


def test_runxfail_shows_the_known_failure(project: Project) -> None:
    project.write("b.yaml", "server/6.7-ping/wrong: {verdict: fail, outcome: drop, reason: issue 7}\n")
    assert outcomes(project.pytest("--h2-baseline=b.yaml", "--runxfail", "-k", "wrong")) == {WRONG: "FAILED"}


def test_a_skip_file_gives_its_reason(project: Project) -> None:
    project.write("s.yaml", "server/6.7-ping/*: not today\n")
    result = project.pytest("--h2-skip-file=s.yaml", "-rs", "-k", "ping")
    assert set(outcomes(result).values()) == {"SKIPPED"}
    assert "skip file: not today" in result.stdout.str()
    assert project.starts() == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--h2-select", "server/9.9-none"], "choose no case"),
        (["--h2-args=--no-such-option"], "unrecognized arguments: --no-such-option"),
        (["--h2-role=waiter"], "invalid choice: 'waiter'"),
        (["--h2-role=codec"], "role codec has no dialogues"),
        (["--h2-target=pigeon:x"], "unknown target 'pigeon:x'"),
        (["--h2-target=exec:./server"], "the command needs {port}"),
        (["--h2-vectors=no-such-folder"], "no folder no-such-folder"),
        (["--h2-baseline=none.yaml"], "none.yaml"),
        (["--h2-baseline=unknown.yaml"], "names no case: server/6.7-ping/renamed"),
        (["--h2-skip-file=stale.yaml"], "names no case: server/1.1-nothing/[*]"),
    ],
)
def test_a_wrong_option_is_a_usage_error(project: Project, arguments: list[str], message: str) -> None:
    project.write("unknown.yaml", "server/6.7-ping/renamed: {verdict: fail, outcome: close, reason: x}\n")
    project.write("stale.yaml", "server/1.1-nothing/*: x\n")
    result = project.pytest(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert re.search(message, result.stdout.str() + result.stderr.str())
    assert project.starts() == 0


def test_a_misspelt_selection_is_answered_with_the_nearest() -> None:
    with pytest.raises(NothingSelected, match=r"did you mean server/6\.7-ping"):
        _ = Request.of("embedded", "server", "", ["server/6.7-pign"]).chosen


def test_a_target_that_does_not_start_is_an_error_of_every_case(project: Project) -> None:
    result = project.pytest(target=f"exec:{sys.executable} -c 'raise SystemExit(7)' {{port}}")
    assert set(outcomes(result).values()) == {"ERROR"}
    result.stdout.fnmatch_lines(["h2conf: exec:*exited with 7*"])


def test_without_a_target_nothing_is_collected(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile("def test_of_the_user(): pass")
    result = pytester.runpytest_inprocess("-p", PLUGIN, *OTHERS)
    result.assert_outcomes(passed=1)


def test_a_run_without_target_loads_nothing_of_the_engine() -> None:
    script = (
        f"import sys, {PLUGIN}; loaded = set(sys.modules);"
        "assert not loaded & {'yaml', 'rich', 'jinja2', 'jsonschema', 'conformance.reading.nodes'}, loaded"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=30)


def test_the_users_own_tests_run_beside_the_cases(project: Project) -> None:
    project.pytester.makepyfile("def test_of_the_user(): pass")
    result = project.pytest("-k", "answered or user")
    result.assert_outcomes(passed=2, deselected=3)
