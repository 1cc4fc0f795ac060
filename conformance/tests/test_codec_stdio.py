"""Codecs behind JSON Lines: the adapters that come along, and adapters that misbehave."""

import shlex
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from conformance.cli import main
from conformance.codec.codec import CodecCrash, Decoded, Refused, Table
from conformance.codec.runner import open_codec, run_vector
from conformance.codec.stdio import StdioCodec
from conformance.codec.vector import Context, load_vectors
from conformance.errors import TargetError, UsageError
from conformance.exitcodes import Exit

from .test_run import record_of

ADAPTERS = Path(__file__).parent.parent.parent / "interop" / "adapters"
HPACK = f"{shlex.quote(sys.executable)} {shlex.quote(str(ADAPTERS / 'hpack_stdio.py'))}"


def scripted(folder: Path, **answers: str) -> StdioCodec:
    """Start an adapter that runs `answers[op]`, a Python expression or statement, for each operation."""
    table = {"hello": "{'ok': True, 'can': ['decode', 'table']}", "new": "{'ok': True}", **answers}
    lines = ["import json, sys, time", "for line in sys.stdin:", "    asked = json.loads(line)"]
    for op, answer in table.items():
        lines += [f"    if asked['op'] == {op!r}:", f"        answer = {answer}"]
    lines += ["    print(answer if isinstance(answer, str) else json.dumps(answer), flush=True)"]
    program = folder / "adapter.py"
    program.write_text("\n".join(lines) + "\n")
    return StdioCodec(f"{shlex.quote(sys.executable)} {shlex.quote(str(program))}")


def test_the_adapter_of_hpack_decodes_encodes_and_tells_its_table() -> None:
    codec = StdioCodec(HPACK)
    try:
        assert codec.name == "hpack"
        codec.new(Context(100))
        assert codec.decode(bytes.fromhex("40 01 61 01 31  10 01 62 01 32")) == Decoded(
            ((b"a", b"1"), (b"b", b"2")), (1,)
        )
        assert codec.table() == Table(((b"a", b"1"),), 34)
        codec.resize(34)
        assert codec.decode(bytes.fromhex("3f03 be")) == Decoded(((b"a", b"1"),), ())
        answer = codec.decode(b"\x80")
        assert isinstance(answer, Refused)
        assert "InvalidTableIndex" in answer.reason
        codec.new(Context())
        assert codec.encode(((b":method", b"GET"),), ()) == b"\x82"
    finally:
        codec.close()


@pytest.mark.skipif(version("hpack") != "4.2.0", reason="these are the results of hpack 4.2.0")
def test_hpack_fails_these_vectors_and_no_others() -> None:
    codec = StdioCodec(HPACK)
    try:
        lines = [run_vector(vector, codec) for vector in load_vectors()]
    finally:
        codec.close()
    assert {line["id"] for line in lines if line["verdict"] == "fail"} == {
        "hpack/encoder/shrink-grow-shrink",
        "hpack/encoder/never-indexed-though-in-the-table",
        "hpack/encoder/never-indexed-though-static",
        "hpack/settings-generated/twice-final-alone",
        "hpack/settings-generated/twice-none",
    }


CRASHES = {
    "death": "sys.exit(3)",
    "no JSON": "'nonsense'",
    "no object": "[1]",
    "no ok": "{'fields': []}",
    "no fields": "{'ok': True}",
    "half a field": "{'ok': True, 'fields': [['61']]}",
    "no hex": "{'ok': True, 'fields': [['6', '7']]}",
    "odd marks": "{'ok': True, 'fields': [], 'never': ['x']}",
}


@pytest.mark.parametrize("name", CRASHES)
def test_an_adapter_that_misbehaves_has_crashed(name: str, tmp_path: Path) -> None:
    codec = scripted(tmp_path, decode=CRASHES[name])
    try:
        codec.new(Context())
        with pytest.raises(CodecCrash):
            codec.decode(b"\x82")
    finally:
        codec.close()


def test_a_dead_adapter_is_started_again_for_the_next_context(tmp_path: Path) -> None:
    codec = scripted(tmp_path, decode="sys.exit(3) if asked['wire'] == '80' else {'ok': True, 'fields': []}")
    try:
        codec.new(Context())
        with pytest.raises(CodecCrash, match="ended with code 3"):
            codec.decode(b"\x80")
        with pytest.raises(CodecCrash, match="no context"):
            codec.decode(b"\x82")
        codec.new(Context())
        assert codec.decode(b"\x82") == Decoded((), None)
    finally:
        codec.close()


def test_an_error_where_none_can_be_is_a_crash(tmp_path: Path) -> None:
    codec = scripted(tmp_path, table="{'ok': False, 'error': 'no table'}")
    try:
        codec.new(Context())
        with pytest.raises(CodecCrash, match="no table"):
            codec.table()
    finally:
        codec.close()


@pytest.mark.parametrize("command", ["", "codec 'without an end"])
def test_a_command_that_is_none_is_a_usage_error(command: str) -> None:
    with pytest.raises(UsageError):
        StdioCodec(command)


@pytest.mark.parametrize("command", ["/no/such/program", f"{shlex.quote(sys.executable)} -c pass"])
def test_an_adapter_that_does_not_start_is_a_target_error(command: str) -> None:
    with pytest.raises(TargetError):
        StdioCodec(command)


def test_a_target_of_another_kind_is_refused() -> None:
    with pytest.raises(UsageError, match=r"tcp:127\.0\.0\.1:1"):
        open_codec("tcp:127.0.0.1:1")


@pytest.mark.parametrize("role", ["codec", "frame"])
def test_a_server_is_no_target_of_a_role_without_a_dialogue(role: str, tmp_path: Path) -> None:
    record = tmp_path / "run.jsonl"
    record.write_text("of another run\n")
    arguments = ["run", "--role", role, "-t", "tcp:127.0.0.1:1", "-o", f"jsonl={record}"]
    assert main(arguments) == Exit.USAGE
    assert record.read_text() == "of another run\n"


HELLOS = {
    "an echo": ("asked", "no answer to hello"),
    "an error": ("{'ok': False, 'error': 'what?'}", "no answer to hello"),
    "no abilities": ("{'ok': True}", "no answer to hello"),
    "abilities of another kind": ("{'ok': True, 'can': ['decode', 1]}", "no answer to hello"),
    "octets": ("sys.stdout.buffer.write(b'\\xff\\xfe\\n') and ''", "not JSON"),
    "another role": ("{'ok': True, 'can': ['frame']}", "of no codec"),
    "nothing": ("{'ok': True, 'can': []}", "of no codec"),
}


@pytest.mark.parametrize("name", HELLOS)
def test_a_hello_that_is_no_answer_of_a_codec_is_a_target_error(name: str, tmp_path: Path) -> None:
    hello, told = HELLOS[name]
    with pytest.raises(TargetError, match=told):
        scripted(tmp_path, hello=hello)


@pytest.mark.parametrize(
    ("role", "selection"), [("codec", "hpack/appendix-c/*"), ("frame", "frames/6.7-ping")]
)
def test_a_program_that_is_no_adapter_cannot_be_judged(
    role: str, selection: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "run.jsonl"
    arguments = ["run", selection, "--role", role, "-t", "stdio:cat", "-o", f"jsonl={record}"]
    assert main(arguments) == Exit.UNREACHABLE
    header, *cases, footer = record_of(record)
    assert header["target"] == {"spec": "stdio:cat", "kind": "stdio", "version": None}
    assert {case["verdict"] for case in cases} == {"error"}
    assert 'no answer to hello ("ok": true and a list "can"): {"op": "hello"}' in cases[0]["reason"]
    assert footer["exit"] == Exit.UNREACHABLE
    assert "stdio:cat: no answer to hello" in capsys.readouterr().err


def test_the_command_runs_an_adapter_and_says_what_failed(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["run", "--role", "codec", "-t", f"stdio:{HPACK}"]
    assert main([*arguments, "hpack/appendix-c/*"]) == Exit.OK
    assert main([*arguments, "hpack/settings-generated/twice-none"]) == Exit.FAILED
    assert "rfc9113/4.3.1-4#2" in capsys.readouterr().out
