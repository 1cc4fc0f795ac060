"""`h2conf serve`: a case is played to whoever connects; numbers that cannot be are refused."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ..cli import main
from ..exitcodes import Exit
from ..wire.codes import PREFACE

CASE = "server/6.7-ping/on-a-stream"
EMPTY_SETTINGS = bytes.fromhex("000000 04 00 00000000")


def test_a_client_is_sent_what_the_case_sends_and_its_answer_is_printed() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "conformance", "serve", CASE, "--linger", "5"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent.parent,
    ) as process:
        assert process.stdout is not None
        match = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())
        assert match is not None
        with socket.create_connection(("127.0.0.1", int(match[1])), timeout=10) as client:
            client.sendall(PREFACE + EMPTY_SETTINGS)
            received = b""
            while bytes.fromhex("000008 06 00 00000001") not in received:
                received += client.recv(4096)
            client.sendall(bytes.fromhex("000008 07 00 00000000 00000000 00000001"))
        text = process.stdout.read()
    assert process.returncode == Exit.OK
    assert "<-- connection preface\n<-- SETTINGS\n" in text
    assert "--> PING stream=1 payload=0000000000000000\n" in text
    assert "<-- GOAWAY last=0 PROTOCOL_ERROR\n" in text
    assert "the client ended the connection" in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["serve", CASE, "--port", "65536"], "expected a port, 0 to 65535, found '65536'"),
        (["serve", CASE, "--port", "http"], "expected a port"),
        (["serve", CASE, "--linger", "-1"], "expected seconds"),
        (["run", "--timeout", "nan"], "expected seconds, found 'nan'"),
        (["run", "--timeout", "inf"], "expected seconds, found 'inf'"),
        (["run", "--retries", "\N{SUPERSCRIPT TWO}"], "expected a number"),
        (["run", "-j", "0"], "expected 1 or more"),
    ],
)
def test_a_number_that_cannot_be_is_refused_by_its_option(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert told in capsys.readouterr().err


def test_a_port_that_is_taken_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", CASE, "--port", str(port)]) == Exit.UNREACHABLE
    assert capsys.readouterr().err.startswith(f"h2conf: cannot listen on port {port}: ")
