"""`h2interop record` with a real client."""

import shutil
from pathlib import Path

import pytest
import yaml

from ..caseyaml import Hex
from ..cli import main
from ..commands.record import document
from ..errors import Exit


def test_hexadecimal_text_stands_in_quotes() -> None:
    text = document(
        [{"id": "a", "title": "t", "note": "n", "steps": [{"send": {"PING": {"payload": Hex("00")}}}]}]
    )
    assert 'payload: "00"' in text
    assert yaml.safe_load(text)["cases"][0]["steps"] == [{"send": {"PING": {"payload": "00"}}}]


def test_a_command_without_a_client_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record"]) == Exit.USAGE
    assert "--clients" in capsys.readouterr().err


@pytest.mark.peers
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("tls", [False, True])
def test_the_opening_of_curl_is_recorded(tmp_path: Path, tls: bool) -> None:
    file = tmp_path / "suite.yaml"
    client = (
        ["curl", "-s", "--cacert", "{ca}", "{url}"]
        if tls
        else ["curl", "-s", "--http2-prior-knowledge", "{url}"]
    )
    options = ["--tls"] if tls else []
    assert main(["record", "--name", "curl", *options, "-o", str(file), "--", *client]) == Exit.OK
    (case,) = yaml.safe_load(file.read_text())["cases"]
    assert case["id"] == "curl"
    assert case["steps"][1]["send"][0] == {"PREFACE": {}}
    names = [name for name, _ in case["steps"][1]["send"][-1]["HEADERS"]["fields"]]
    assert names[:4] == [":method", ":path", ":scheme", ":authority"]


@pytest.mark.peers
def test_a_client_that_makes_no_request_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", "--", "true", "{url}"]) == Exit.FAILED
    assert "made no connection" in capsys.readouterr().err
