"""The console report: what is printed at each verbosity, and what a terminal sees."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ..exitcodes import Exit
from ..report.console import NORMAL, QUIET, TRANSCRIPTS, VERBOSE, ConsoleReport
from .records import CASES, FOOTER, HEADER, case, feed

REQUIREMENTS = {"rfc9113/6.7-8#1": "A PING belongs to the connection."}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(
    verbosity: int = NORMAL, cases: list[dict[str, object]] | None = None, stream: io.StringIO | None = None
) -> str:
    stream = stream or io.StringIO()
    feed(
        ConsoleReport(len(cases or CASES), verbosity=verbosity, stream=stream, requirements=REQUIREMENTS),
        cases,
    )
    return stream.getvalue()


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def test_a_failure_is_told_with_everything_needed_to_judge_it() -> None:
    assert """
FAIL    server/6.7-ping/on-a-stream (MUST, RFC 9113 6.7)
        PING on a stream is a connection error
  requirement  rfc9113/6.7-8#1: A PING belongs to the connection.
     expected  connection_error(PROTOCOL_ERROR)
         seen  serve
      because  the PING on stream 1 was answered
      control  alive (survived)
   transcript
        0.1 ms   . connected
        0.2 ms --> PING stream=1 payload=0000000000000000
        0.9 ms <-- PING ACK stream=1 payload=0000000000000000
  control: the same dialogue with the fault taken out
        1.5 ms   . connected
    reproduce  h2conf run server/6.7-ping/on-a-stream -t 'exec:nghttpd --no-tls {port}'
""" in printed()


def test_the_summary_counts_pass_alone_and_acceptable_by_flag() -> None:
    text = printed()
    assert text.endswith(
        """
target     exec:nghttpd --no-tls {port}, role server, profile rfc9113
pass       2 of 12 judged
acceptable 2 (Escalated 2, NoGoaway 1; weakest, Escalated + NoGoaway: 1)
fail       3 (MUST 2, SHOULD 1)
blocked    1
error      1
flaky      1
xfail      1
xpass      1
skip       2
             2 cases: no PUSH_PROMISE on /push
crashes    1
noted      AnsweredBadRequest 1
violations padding-zero: server/6.7-ping/hostile, server/8.1-messages/bad-name
time       1.23 s
result     failed (exit 1): 2 MUST failures, 1 below MUST, 1 blocked, 1 flaky, 1 stale baseline entry, 1 crash
next       h2conf explain server/5.1-states/first  the rule, what is allowed and why, the octets
           -o html=run.html  every case with its transcript, to filter and search
           h2conf baseline update FILE RUN.jsonl  after -o jsonl=RUN.jsonl
"""
    )


def test_only_problems_get_a_transcript() -> None:
    text = printed()
    assert text.count("transcript\n") == 7
    assert "server/6.7-ping/bad-length" not in text


def test_a_reason_that_says_no_more_than_expected_and_seen_is_left_out() -> None:
    reason = "expected connection_error(PROTOCOL_ERROR), saw serve"
    assert "because" not in printed(cases=[case("server/a/b", "fail", reason=reason)])
    assert "because" in printed(cases=[case("server/a/b", "fail", reason=f"{reason}, twice")])


def test_the_gravest_ten_are_told_in_full_and_the_rest_in_a_line() -> None:
    cases = [case(f"server/a/{n}", "fail", level="SHOULD" if n < 4 else "MUST") for n in range(15)]
    cases.append(case("server/z/crash", "fail", level="INFO", crash=True))
    text = printed(cases=cases)
    told = re.findall(r"^FAIL    (\S+)", text, re.MULTILINE)
    assert told == ["server/z/crash", *(f"server/a/{n}" for n in range(4, 13))]
    assert "\n6 more, one a line; -v tells them all in full\n" in text
    assert re.findall(r"^fail +(.+?)  ", text, re.MULTILINE)[:6] == [
        *("server/a/13", "server/a/14", "server/a/0 (SHOULD)", "server/a/1 (SHOULD)"),
        *("server/a/2 (SHOULD)", "server/a/3 (SHOULD)"),
    ]
    assert len(re.findall(r"^FAIL", printed(VERBOSE, cases), re.MULTILINE)) == 16


@pytest.mark.parametrize("verbosity", [QUIET, NORMAL, VERBOSE])
def test_a_target_that_is_gone_is_said_once(verbosity: int) -> None:
    cases = [
        case(f"server/a/{n}", "error", reason="refused", transcript=[], outcome="error") for n in range(99)
    ]
    text = printed(verbosity, cases)
    assert "error      99 cases: refused\n" in text
    assert "ERROR" not in text


def test_the_result_says_what_does_not_count() -> None:
    stream = io.StringIO()
    report = ConsoleReport(stream=stream, requirements={})
    report.header(HEADER)
    report.case(case("server/a/b", "fail", level="SHOULD"))
    report.footer(FOOTER | {"exit": 0})
    assert (
        "result     ok (exit 0); 1 failure below MUST does not count without --strict\n" in stream.getvalue()
    )


def test_a_run_that_skipped_everything_does_not_look_like_success() -> None:
    stream = io.StringIO()
    report = ConsoleReport(stream=stream, requirements={})
    report.header(HEADER)
    report.case(case("server/a/b", "skip", reason="no push"))
    report.footer(FOOTER | {"exit": 0})
    assert "result     ok (exit 0), though no case was judged\n" in stream.getvalue()


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("x failed the self-check: no answer", True),
        ("x failed the self-check: the connection was refused", False),
        ("x failed the self-check: no connection: the name does not resolve", False),
    ],
)
def test_no_self_check_is_for_a_target_that_can_be_reached(reason: str, told: bool) -> None:
    stream = io.StringIO()
    report = ConsoleReport(stream=stream, requirements={})
    report.header(HEADER)
    report.case(case("server/a/b", "error", reason=reason, transcript=[]))
    report.footer(FOOTER | {"exit": 3})
    assert "result     not judged (exit 3): 1 case\n" in stream.getvalue()
    assert ("--no-self-check" in stream.getvalue()) == told


def test_skips_for_want_of_an_endpoint_name_the_option() -> None:
    reasons = ["no endpoint for echo: 404"] * 2 + [
        "no endpoint for 204: 404",
        "no push: none",
    ]
    text = printed(cases=[case(f"server/a/{n}", "skip", reason=why) for n, why in enumerate(reasons)])
    assert "next       --endpoint 204=/PATH,echo=/PATH  where the target serves what 3 skips need\n" in text


def test_a_reader_that_goes_away_ends_neither_the_run_nor_the_other_reports(tmp_path: Path) -> None:
    html = tmp_path / "run.html"
    run = ["run", "server/6.7-ping/on-a-stream", "-v", "-o", f"html={html}"]
    begin, end = os.pipe()
    os.close(begin)
    with open(end, "wb") as nobody:
        done = subprocess.run(
            [sys.executable, "-m", "conformance", *run],
            stdout=nobody,
            stderr=subprocess.PIPE,
            check=False,
            cwd=Path(__file__).parent.parent.parent,
        )
    assert (done.returncode, done.stderr) == (Exit.OK, b"")
    assert html.stat().st_size > 500


def test_quiet_is_a_line_a_problem_and_the_score() -> None:
    lines = printed(QUIET).splitlines()
    assert len(lines) == 8
    assert lines[0] == "fail       server/5.1-states/first  close  1.5 ms"
    assert lines[4] == "error      server/5.4-errors/gone  connect: connection refused  1.5 ms"
    assert lines[5] == "blocked    server/5.1-states/after  server/5.1-states/first failed  1.5 ms"
    assert lines[6] == "fail       server/6.7-ping/hostile (SHOULD)  serve  1.5 ms"
    assert lines[-1] == "2 of 12 pass"


def test_verbose_prints_each_case_and_the_octets() -> None:
    text = printed(VERBOSE)
    for record in CASES:
        assert re.search(rf"^{record['verdict']:<10} {record['id']}( .SHOULD.)?  ", text, re.MULTILINE)
    assert "                    00 00 08 06 00 00 00 00 01\n" in text


def test_very_verbose_prints_the_transcript_of_a_passing_case() -> None:
    text = printed(TRANSCRIPTS, [case("server/a/b")])
    assert "--> PING stream=1" in text
    assert "--> PING stream=1" not in printed(VERBOSE, [case("server/a/b")])


def test_nothing_from_the_target_steers_the_terminal() -> None:
    text = printed(VERBOSE)
    assert "\x1b" not in text
    assert "\\x1b[31m<script>alert(1)</script>" in text
    assert "\u202e" not in text


def test_brackets_are_not_taken_for_markup() -> None:
    text = printed(cases=[case("server/a/b", "fail", reason="[bold]x[/bold] [/] :boom:")])
    assert "because  [bold]x[/bold] [/] :boom:" in text


def test_long_lines_are_left_to_the_reader_to_wrap() -> None:
    reason = "word " * 60 + "end"
    assert f"because  {reason}\n" in printed(cases=[case("server/a/b", "fail", reason=reason)])


def test_many_violations_are_counted() -> None:
    cases = [case(f"server/a/{n}", violations=["padding-zero: x", "padding-zero: y"]) for n in range(9)]
    assert "violations padding-zero: 9 cases\n" in printed(cases=cases)


def test_a_terminal_sees_a_bar_with_the_number_of_cases_and_colours() -> None:
    text = printed(stream=Terminal())
    assert f"/{len(CASES)}" in text
    assert "\x1b[1;31mFAIL" in text


def test_no_color_takes_the_colours_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = printed(stream=Terminal())
    assert re.findall(r"\x1b\[[0-9;]*3[0-9][0-9;]*m", text) == []


def test_a_pipe_sees_no_bar_and_no_escape() -> None:
    assert "\x1b" not in printed()
    assert f"/{len(CASES)}" not in printed()


def test_quiet_on_a_terminal_has_no_bar() -> None:
    assert f"/{len(CASES)}" not in printed(QUIET, stream=Terminal())


def test_an_interrupted_run_says_so() -> None:
    stream = io.StringIO()
    report = ConsoleReport(stream=stream, requirements={})
    report.header(HEADER)
    report.footer(FOOTER | {"exit": 130})
    assert "result     interrupted (exit 130): this is what was known, 0 cases\n" in stream.getvalue()
    assert "pass       0 of 0 judged\n" in stream.getvalue()
