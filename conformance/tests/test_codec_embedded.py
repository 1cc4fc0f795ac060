"""The embedded codec passes every vector, and its own crash would be seen."""

import pytest

from conformance.cli import main
from conformance.codec.codec import CodecCrash, Decoded, Refused
from conformance.codec.embedded import EmbeddedCodec
from conformance.codec.runner import open_codec, run_vector
from conformance.codec.vector import CodecVector, Context, load_vectors
from conformance.exitcodes import Exit


@pytest.mark.parametrize("vector", load_vectors(), ids=lambda vector: str(vector.id))
def test_the_embedded_codec_passes(vector: CodecVector) -> None:
    line = run_vector(vector, open_codec())
    assert line["verdict"] == "pass", line["reason"]


def test_a_context_begins_with_the_limit_as_its_size() -> None:
    codec = EmbeddedCodec()
    codec.new(Context(34))
    assert codec.decode(bytes.fromhex("40 01 61 01 31  40 01 62 01 32")) == Decoded(
        ((b"a", b"1"), (b"b", b"2")), ()
    )
    assert codec.table().entries == ((b"b", b"2"),)
    assert isinstance(codec.decode(bytes.fromhex("3f04")), Refused)  # an update to 35


def test_an_exception_that_is_not_documented_is_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    codec = EmbeddedCodec()
    codec.new(Context())

    def broken(data: bytes) -> list[tuple[bytes, bytes]]:
        raise KeyError("lost")

    monkeypatch.setattr(codec._inflater, "inflate", broken)
    with pytest.raises(CodecCrash, match="KeyError"):
        codec.decode(b"\x82")


def test_the_command_judges_the_embedded_codec(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--role", "codec", "level:MUST"]) == Exit.OK
    assert "embedded" in capsys.readouterr().out
