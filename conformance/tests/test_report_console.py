"""The console report: what is printed at each verbosity, and what a terminal sees."""

import io
import re

import pytest

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
"""
    )


def test_only_problems_get_a_transcript() -> None:
    text = printed()
    assert text.count("transcript\n") == 7
    assert "server/6.7-ping/bad-length" not in text


def test_quiet_is_a_line_a_problem_and_the_score() -> None:
    lines = printed(QUIET).splitlines()
    assert len(lines) == 8
    assert lines[0] == "blocked    server/5.1-states/after  server/5.1-states/first failed  1.5 ms"
    assert lines[4] == "fail       server/6.7-ping/hostile  serve  1.5 ms"
    assert lines[-1] == "2 of 12 pass"


def test_verbose_prints_each_case_and_the_octets() -> None:
    text = printed(VERBOSE)
    for record in CASES:
        assert re.search(rf"^{record['verdict']:<10} {record['id']}  ", text, re.MULTILINE)
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
    assert "interrupted: this is what was known\n" in stream.getvalue()
    assert "pass       0 of 0 judged\n" in stream.getvalue()
