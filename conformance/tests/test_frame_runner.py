"""Running frame vectors: the lines of the run record, controls, crashes, and real readers."""

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from conformance.errors import UsageError
from conformance.frame.answer import Answer
from conformance.frame.layout import build
from conformance.frame.reader import ReaderCrash
from conformance.frame.runner import open_reader, run, run_vector
from conformance.frame.vector import NEEDS, Context, FrameVector, load_vectors
from conformance.run.reproduce import Command
from conformance.targets.jsonlines import BadAnswer

ALL = load_vectors()
ERRORS = [vector for vector in ALL if vector.errors]
ROOT = Path(__file__).parent.parent.parent


class Scripted:
    """A reader that always does the same."""

    name = "scripted"
    version: str | None = None
    can = frozenset({"frame", *NEEDS})

    def __init__(self, answer: Answer | Exception) -> None:
        self.answer = answer
        self.asked: list[tuple[bytes, Context]] = []

    def read(self, wire: bytes, context: Context) -> Answer:
        self.asked.append((wire, context))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def close(self) -> None:
        pass


def one(identifier: str) -> FrameVector:
    return next(vector for vector in ALL if vector.id == identifier)


def test_the_embedded_reader_passes_all_and_skips_unknown_extensions_alone() -> None:
    lines = list(run(ALL, open_reader()))
    assert [line["id"] for line in lines if line["verdict"] not in ("pass", "skip")] == []
    skipped = {line["reason"] for line in lines if line["verdict"] == "skip"}
    assert skipped == {NEEDS["altsvc"], NEEDS["origin"]}
    assert all(line["control"]["ok"] for line in lines if line["control"])


@pytest.mark.parametrize(
    "answer",
    [
        Answer("connection_error", code=1),
        Answer("connection_error", code=6),
        Answer("stream_error", code=6),
        Answer("error"),
    ],
)
def test_a_reader_that_refuses_everything_passes_no_error_vector(answer: Answer) -> None:
    lines = list(run(ALL, Scripted(answer)))
    good = [one(line["id"]) for line in lines if line["verdict"] in ("pass", "acceptable")]
    assert [vector.id for vector in good if vector.errors] == []
    # What is left are good frames whose content a reader may refuse, such as padding that is not zero.
    assert all(vector.also for vector in good)
    refused = [line for line in lines if "Indiscriminate" in line["flags"]]
    assert all(line["verdict"] == "fail" for line in refused)


def test_a_reader_that_waits_for_ever_fails() -> None:
    lines = list(run(ERRORS, Scripted(Answer("wait"))))
    assert [line["id"] for line in lines if line["verdict"] in ("pass", "acceptable")] == []


def test_a_crash_is_never_a_pass() -> None:
    line = run_vector(one("frames/6.7-ping/empty"), Scripted(ReaderCrash("the process ended with code -11")))
    assert (line["verdict"], line["crash"], line["outcome"]) == ("fail", True, "crash")
    assert "-11" in line["reason"]


def test_an_adapter_that_talks_nonsense_is_an_error_of_its_own() -> None:
    line = run_vector(one("frames/6.7-ping/empty"), Scripted(BadAnswer("not JSON")))
    assert (line["verdict"], line["crash"]) == ("error", False)


def test_a_need_that_is_missing_is_a_skip_with_its_reason() -> None:
    reader = Scripted(Answer("wait"))
    reader.can = frozenset({"frame"})
    line = run_vector(one("frames/6.5-settings/enable-push-from-a-server"), reader)
    assert line["verdict"] == "skip"
    assert line["reason"] == f"{NEEDS['setting-values']}; {NEEDS['role']}"
    assert reader.asked == []


def test_a_line_has_what_the_record_asks_for() -> None:
    reader = Scripted(Answer("connection_error", code=6))
    line = run_vector(one("frames/6.7-ping/empty"), reader, Command("stdio:x y"))
    assert line["suite"] == "frames/6.7-ping"
    assert line["outcome"] == "connection_error(FRAME_SIZE_ERROR)"
    assert line["expected"] == ["connection_error(FRAME_SIZE_ERROR)"]
    assert line["expects_error"] is True
    assert line["reproduce"] == "h2conf run frames/6.7-ping/empty -t 'stdio:x y'"
    assert len(line["hash"]) == 16
    sent = line["transcript"][0]
    assert (sent["dir"], sent["phase"], sent["type"], sent["length"]) == ("send", "case", "PING", 0)
    assert sent["hex"] == "00 00 00 06 00 00 00 00 00"
    assert line["transcript"][2]["phase"] == "control"


def test_the_hash_names_the_content_and_not_the_note() -> None:
    reader = Scripted(Answer("wait"))
    vector = one("frames/6.7-ping/empty")
    hashes = [
        run_vector(v, reader)["hash"]
        for v in (vector, vector._replace(note="another"), vector._replace(wire=vector.wire + b"\0"))
    ]
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize("target", ["tcp:127.0.0.1:1", "stdio:", "py:x:y"])
def test_other_targets_are_refused(target: str) -> None:
    with pytest.raises(UsageError):
        open_reader(target)


# Each of these is a fault of hyperframe 6.1.0 by bytes and RFC sentence, not of the vector.
HYPERFRAME_FAILS = {
    # RFC 9113 6.2: the padding (2) is less than the payload (3); hyperframe compares it with the 2 left.
    "frames/6.2-headers/padding-alone",
    # RFC 9113 4.2: too small for its mandatory fields; hyperframe reads on into the padding.
    "frames/6.2-headers/padding-and-priority-do-not-fit",
    "frames/6.6-push-promise/padding-and-promise-do-not-fit",
    # RFC 9113 4.1, 6.6, 6.8, 6.9: reserved bits are ignored; hyperframe counts them to the number.
    "frames/6.6-push-promise/reserved-bit-of-the-promise",
    "frames/6.8-goaway/reserved-bit-of-the-last-stream",
    "frames/6.9-window-update/reserved-bit-of-the-increment",
}


@pytest.mark.skipif(find_spec("hyperframe") is None, reason="hyperframe is not installed")
def test_hyperframe_fails_where_it_departs_from_the_rfc_and_nowhere_else() -> None:
    adapter = ROOT / "interop" / "adapters" / "hyperframe_stdio.py"
    reader = open_reader(f"stdio:{sys.executable} {adapter}")
    try:
        lines = list(run(ALL, reader))
    finally:
        reader.close()
    assert reader.name == "hyperframe"
    assert {line["id"] for line in lines if line["verdict"] in ("fail", "error")} == HYPERFRAME_FAILS
    assert sum(line["verdict"] == "pass" for line in lines) > 200


def test_every_good_wire_is_rebuilt_from_its_fields() -> None:
    """Reserved bits apart, the fields of a vector make its payload."""
    for vector in ALL:
        if vector.frame is not None and "reserved-bit" not in vector.slug:
            assert build(vector.frame) == vector.wire[9:], vector.id
