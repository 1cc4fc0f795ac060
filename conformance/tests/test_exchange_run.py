"""What was imported runs as it is."""

import json
from pathlib import Path

import pytest

from ..cli import main
from ..exitcodes import Exit
from .test_run import record_of

STORY = {
    "cases": [
        {"seqno": 0, "wire": "828684", "headers": [{":method": "GET"}, {":scheme": "http"}, {":path": "/"}]},
        {"seqno": 1, "wire": "1001610131", "headers": [{"a": "1"}]},
    ]
}
PING = {
    "error": None,
    "wire": "0000080600000000006465616462656566",
    "frame": {
        "length": 8,
        "frame_payload": {"opaque_data": "deadbeef"},
        "flags": 0,
        "stream_identifier": 0,
        "type": 6,
    },
    "description": "A PING. With a full stop.",
}


@pytest.mark.parametrize(
    ("name", "role", "document"),
    [("hpack-test-case", "codec", STORY), ("http2-frame-test-case", "frame", PING)],
)
@pytest.mark.parametrize("options", [[], ["--level", "MUST"], ["--req", "issue-7", "--level", "MAY"]])
def test_what_was_imported_runs_as_it_is(
    tmp_path: Path, name: str, role: str, document: object, options: list[str]
) -> None:
    (tmp_path / "story.json").write_text(json.dumps(document))
    out, record = tmp_path / "out", tmp_path / "run.jsonl"
    imported = ["vectors", "import", str(tmp_path / "story.json"), "--from", name, "--out", str(out)]
    assert main([*imported, *options]) == Exit.OK
    assert main(["vectors", "lint", str(out)]) == Exit.OK
    assert main(["run", str(out), "--role", role, "-q", "-o", f"jsonl={record}"]) == Exit.OK
    (case,) = record_of(record)[1:-1]
    assert case["verdict"] == "pass"
    assert main(["explain", str(out), case["id"]]) == Exit.OK
