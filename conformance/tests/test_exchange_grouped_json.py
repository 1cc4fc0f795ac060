"""Wycheproof-style JSON, the one JSON file of all vectors, and the two commands."""

import hashlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conformance import cli
from conformance.exchange import bundle
from conformance.exchange.exporting import flag_meanings
from conformance.exchange.grouped_json import document, import_suites, result_of
from conformance.exchange.losses import NotExpressible
from conformance.exchange.plain import Suite, load_suites
from conformance.exchange.yaml_text import suite_text
from conformance.exitcodes import Exit
from conformance.frame.vector import parse_suite
from conformance.reading import nodes
from conformance.reading.places import VECTORS

FRAMES = [suite for suite in load_suites(VECTORS) if suite.role == "frame"]


def codec_suite(*cases: dict[str, Any]) -> Suite:
    content = {"format": 1, "suite": "hpack/x", "spec": "RFC 7541", "role": "codec", "cases": list(cases)}
    return Suite(Path("x.yaml"), "hpack/x.yaml", content)


def codec_case(**more: Any) -> dict[str, Any]:
    return {"id": "x", "title": "t", "req": ["rfc7541/1"], "level": "MUST", **more}


@pytest.mark.parametrize(
    ("case", "result"),
    [
        ({"frame": {}}, "valid"),
        ({"wait": True}, "valid"),
        ({"error": ["PROTOCOL_ERROR"]}, "invalid"),
        ({"error": ["PROTOCOL_ERROR"], "wait": True}, "acceptable"),
        (
            {"error": ["FRAME_SIZE_ERROR"], "also": [{"outcome": "ignored", "flag": "Discarded"}]},
            "acceptable",
        ),
        ({"error": ["FRAME_SIZE_ERROR"], "also": [{"outcome": "stream_error(FRAME_SIZE_ERROR)"}]}, "invalid"),
        ({"frame": {}, "also": [{"outcome": "connection_error(PROTOCOL_ERROR)"}]}, "acceptable"),
        ({"blocks": [{"wire": "82", "fields": []}]}, "valid"),
        ({"blocks": [{"wire": "82", "fields": []}, {"wire": "80", "error": True}]}, "invalid"),
        ({"blocks": [{"wire": "80", "error": True, "acceptable": {"outcome": "fields"}}]}, "acceptable"),
        ({"encode": [{"fields": []}]}, "valid"),
    ],
)
def test_the_result_of_a_test_says_what_the_rfc_allows(case: dict[str, Any], result: str) -> None:
    assert result_of(case) == result


def test_all_frame_vectors_come_back_as_they_were() -> None:
    content = json.loads(json.dumps(document("frame", FRAMES, flag_meanings(VECTORS))))
    assert content["numberOfTests"] == sum(len(suite.cases) for suite in FRAMES)
    again = import_suites(content)
    assert len(again) == len(FRAMES)
    for suite, data in zip(FRAMES, again, strict=True):
        expected = parse_suite(nodes.load(suite.path))
        read = parse_suite(nodes.parse(suite_text(data), "again.yaml"))
        assert read[:2] == expected[:2]
        for vector, before in zip(read.vectors, expected.vectors, strict=True):
            assert vector._replace(path=before.path, line=before.line) == before


def test_every_flag_is_explained_once() -> None:
    content = document("frame", FRAMES, flag_meanings(VECTORS))
    used = {flag for group in content["testGroups"] for test in group["tests"] for flag in test["flags"]}
    assert used == set(content["notes"])
    assert [flag for flag, note in content["notes"].items() if "description" not in note] == []


def test_wires_are_whole_and_ids_count_up() -> None:
    content = document("frame", FRAMES, {})
    tests = [test for group in content["testGroups"] for test in group["tests"]]
    assert [test["tcId"] for test in tests] == list(range(1, len(tests) + 1))
    assert all(isinstance(test["wire"], str) for test in tests)


def test_a_codec_case_comes_back_as_it_was() -> None:
    suite = codec_suite(
        codec_case(context={"table_limit": 0}, blocks=[{"wire": "82", "fields": [["a", "b"]]}]),
        codec_case(
            blocks=[
                {"wire": "80", "error": True, "acceptable": {"outcome": "fields", "flag": "HpackLenient"}}
            ]
        ),
    )
    content = document("codec", [suite], flag_meanings(VECTORS))
    assert content["notes"]["HpackLenient"]["bugType"] == "CAN_OF_WORMS"
    assert import_suites(content) == [suite.content]


def test_a_dialogue_has_no_place() -> None:
    with pytest.raises(NotExpressible, match="dialogues"):
        document("server", [], {})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ([], "no testGroups"),
        ({"testGroups": [{"type": "HkdfTest", "tests": []}]}, "did not write"),
        ({"testGroups": [{"type": "HpackTest", "suite": "s", "tests": [{"tcId": 1}]}]}, "without id"),
        ({"testGroups": [], "numberOfTests": 1}, "numberOfTests"),
    ],
)
def test_a_foreign_file_is_refused(content: Any, reason: str) -> None:
    with pytest.raises(NotExpressible, match=reason):
        import_suites(content)


def test_a_result_that_contradicts_the_test_is_refused() -> None:
    content = document("codec", [codec_suite(codec_case(blocks=[{"wire": "80", "error": True}]))], {})
    content["testGroups"][0]["tests"][0]["result"] = "valid"
    with pytest.raises(NotExpressible, match="the result is valid"):
        import_suites(content)


# -- one JSON file ---------------------------------------------------------------------------------------


def test_the_one_file_has_every_case_with_a_hash_of_its_content() -> None:
    suite = codec_suite(codec_case(blocks=[{"wire": "82", "fields": []}]))
    content = bundle.document([suite], VECTORS)
    (case,) = content["suites"][0]["cases"]
    body = {key: value for key, value in case.items() if key != "hash"}
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert case["hash"] == hashlib.sha256(text.encode()).hexdigest()[:16]
    assert content["counts"] == {"codec": 1}
    assert content["format"] == 1
    assert {row["id"] for row in content["requirements"]} >= {"rfc9113/6.7-8#1"}


def test_the_hash_of_the_file_changes_with_a_case_and_not_with_the_order_of_keys() -> None:
    case = codec_case(blocks=[{"wire": "82", "fields": []}])
    turned = dict(reversed(case.items()))
    changed = {**case, "title": "another"}
    hashes = [bundle.document([codec_suite(one)], VECTORS)["hash"] for one in (case, turned, changed)]
    assert hashes[0] == hashes[1]
    assert hashes[0] != hashes[2]


@pytest.mark.parametrize("name", ["grouped", "bundle"])
def test_the_schemas_are_schemas(name: str) -> None:
    schema = json.loads((VECTORS / "schema" / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)


def test_the_exports_of_all_vectors_fit_their_schemas() -> None:
    def validator(name: str) -> jsonschema.Draft202012Validator:
        return jsonschema.Draft202012Validator(
            json.loads((VECTORS / "schema" / f"{name}.schema.json").read_text())
        )

    suites = load_suites(VECTORS)
    validator("bundle").validate(bundle.document(suites, VECTORS))
    for role in ("frame", "codec"):
        chosen = [suite for suite in suites if suite.role == role]
        validator("grouped").validate(document(role, chosen, flag_meanings(VECTORS)))


# -- commands ----------------------------------------------------------------------------------------------


def test_export_tells_what_it_dropped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path)
    code = cli.main(["vectors", "export", "frames/6.7-*", "--to", "http2-frame-test-case", "--out", out])
    assert code == Exit.OK
    error = capsys.readouterr().err
    assert "of 15 cases not expressible in http2-frame-test-case" in error
    assert "octets that are not text" in error
    assert json.loads((tmp_path / "error" / "ping-empty.json").read_text())["error"] == [6]


def test_import_after_export_after_import_changes_nothing(tmp_path: Path) -> None:
    def run(*arguments: str) -> None:
        assert cli.main(["vectors", *arguments]) == Exit.OK

    name = "http2-frame-test-case"
    run("export", "frames/*", "--to", name, "--out", str(tmp_path / "a"))
    run("import", str(tmp_path / "a"), "--from", name, "--out", str(tmp_path / "b"))
    (suite,) = (tmp_path / "b" / "frames").glob("*.yaml")
    run("export", str(suite), "--to", name, "--out", str(tmp_path / "c"))
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.json"))
    assert len(files) > 100
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "c" / file).read_bytes()


def test_import_takes_requirement_level_and_suite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story = {"cases": [{"wire": "82", "headers": [{":method": "GET"}]}]}
    (tmp_path / "story_00.json").write_text(json.dumps(story))
    arguments = ["--req", "rfc7541/6.1-2#1", "--level", "MUST", "--suite", "hpack/mine"]
    command = ["vectors", "import", str(tmp_path), "--from", "hpack-test-case", *arguments]
    assert cli.main(command) == Exit.OK
    text = capsys.readouterr().out
    root = nodes.parse(text, "out.yaml").mapping()
    assert root["suite"].text() == "hpack/mine"
    (case,) = root["cases"].items()
    assert [item.text() for item in case.mapping()["req"].items()] == ["rfc7541/6.1-2#1"]
    assert case.mapping()["level"].text() == "MUST"


def test_a_file_that_cannot_be_taken_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.json").write_text("{")
    command = ["vectors", "import", str(tmp_path), "--from", "http2-frame-test-case"]
    assert cli.main(command) == Exit.NOTHING_SELECTED
    assert "bad.json: not a JSON file" in capsys.readouterr().err


def test_a_name_from_an_imported_file_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    suite = tmp_path / "s.yaml"
    suite.write_text(
        "format: 1\nsuite: frames/s\nspec: x\nrole: frame\ncases:\n"
        "  - {id: c, title: t, req: [r], level: INFO, error: [CANCEL], wire: '000000 08 00 00000000',"
        " source: {format: http2-frame-test-case, path: ../../out.json}}\n"
    )
    out = tmp_path / "deep" / "er"
    command = ["vectors", "export", str(suite), "--to", "http2-frame-test-case", "--out", str(out)]
    assert cli.main(command) == Exit.USAGE
    assert not (tmp_path / "out.json").exists()


def test_several_files_do_not_go_to_standard_output() -> None:
    assert cli.main(["vectors", "export", "frames/6.7-*", "--to", "http2-frame-test-case"]) == Exit.USAGE


def test_nothing_selected_has_its_own_exit_code() -> None:
    assert cli.main(["vectors", "export", "no/such", "--to", "json"]) == Exit.NOTHING_SELECTED
