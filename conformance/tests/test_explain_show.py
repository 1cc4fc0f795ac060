"""`explain` and `show`: of every role, and of a user's own file."""

from pathlib import Path

import pytest

from ..cli import main
from ..exitcodes import Exit

FRAME = "frames/6.7-ping/on-a-stream"
OWN = """\
format: 1
suite: mine/x
spec: RFC 9113 6.7
cases:
- id: a
  title: A PING on a stream
  req: [rfc9113/6.7-8#1]
  level: MUST
  situation: ping-on-stream

  steps: [handshake, {send: {PING: {stream: 1}}}, {expect: {connection_error: PROTOCOL_ERROR}}]
- id: b
  title: A PING
  req: []
  level: INFO
  steps: [handshake, {expect: alive}]
"""


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(list(words)) == Exit.OK
    return capsys.readouterr().out


def test_a_frame_vector_is_explained_with_rule_outcomes_and_octets(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed(capsys, "explain", FRAME)
    assert text.startswith(f"{FRAME}  (MUST, RFC 9113 6.7)\n")
    assert "\nrequirements\n  rfc9113/6.7-8#1  MUST: " in text
    assert "\noutcomes\n  pass  connection_error(PROTOCOL_ERROR)" in text
    assert "\n  06                        type PING\n" in text
    assert "\ncontrol, a legal frame of the same type, to a server" in text


@pytest.mark.parametrize(
    ("case", "first"),
    [
        (FRAME, "  - id: on-a-stream"),
        ("hpack/appendix-c/c.1.1-integer-10", "  - id: c.1.1-integer-10"),
        ("server/6.7-ping/on-a-stream", "  - id: on-a-stream"),
    ],
)
def test_the_yaml_of_one_case_is_shown_and_no_other(
    case: str, first: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(capsys, "show", case).splitlines()
    assert lines[0] == first
    assert sum("- id:" in line for line in lines) == 1
    assert lines[-1].strip() != ""


def test_the_octets_of_a_frame_vector_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "show", "--wire", FRAME)
    assert text.startswith(
        "wire, to a server that takes 16384 octets\n  00 00 08                  length 8\n"
    )


def test_a_case_of_the_users_is_found_in_the_users_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(OWN)
    assert "ping-on-stream (RFC 9113 6.7)" in printed(capsys, "explain", str(file), "mine/x/a")
    assert "PING stream=1" in printed(capsys, "show", "--wire", str(file), "mine/x/a")
    assert printed(capsys, "show", str(file), "mine/x/a") == "".join(OWN.splitlines(keepends=True)[4:11])
    assert main(["explain", str(file), "mine/x/c"]) == Exit.USAGE
    assert "no case 'mine/x/c' in " in capsys.readouterr().err


def test_two_cases_at_once_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", FRAME, FRAME]) == Exit.USAGE
    assert "one case is wanted" in capsys.readouterr().err


def test_only_a_dialogue_can_be_served(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", FRAME]) == Exit.USAGE
    assert f"{FRAME} has no dialogue to play" in capsys.readouterr().err
