"""`h2interop judge`: comparing runs, explaining, the reports, and one real server."""

import json
import os
import select
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from .. import findings, judging
from ..cli import main
from ..errors import Exit, InteropError
from ..judged import read
from ..peers.nghttpd import Nghttpd
from ..reports.judging_markdown import BEGIN, END
from .records import case, write

KNOWN = tuple(
    findings.parse("""
- server: x
  title: X {version}
  version: "1.*"
  findings:
    - {rule: "RFC 9113 6.7: so; it is not.", outcome: drop, cases: [server/6.7-ping/*]}
    - {rule: "RFC 9113 9.2: so; it is not.", outcome: drop, cases: [server/9.2-tls/a]}
""")
)
GOOD = [case("6.7-ping/a", "fail", "drop"), case("6.8/b", "acceptable", flags=["Escalated"]), case("6.9/c")]


@pytest.fixture(autouse=True)
def _own_findings(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "peers" not in request.keywords:
        monkeypatch.setattr(findings, "load", lambda: KNOWN)


def records(folder: Path, *runs: list[dict[str, object]]) -> Path:
    for number, cases in enumerate(runs, 1):
        write(folder / "x-1.2" / f"{number}.jsonl", cases, seconds=number)
    return folder


def test_nothing_is_to_be_done_where_every_failure_is_explained(tmp_path: Path) -> None:
    folder = records(tmp_path, GOOD)
    write(folder / "x-1.2" / "tls-1.jsonl", [case("9.2-tls/a", "fail", "drop")], ["server/9.2-*"])
    assert main(["judge", "--from", str(folder)]) == Exit.OK


SEGFAULT = "a worker process ended with SIGSEGV"


def died_once(tmp_path: Path) -> list[str]:
    """Return arguments for two runs of a server that died in the second one, whatever was asked of it."""
    folder = records(tmp_path, GOOD)
    saw = case("6.9/c", "flaky", crash=True, alone="pass")
    write(folder / "x-1.2" / "2.jsonl", [*GOOD[:2], saw], deaths=[SEGFAULT])
    write(folder / "x-1.2" / "tls-1.jsonl", [case("9.2-tls/a", "fail", "drop")], ["server/9.2-*"])
    return ["judge", "--from", str(folder), "-o", f"md={tmp_path / 'x.md'}", "-o", f"jsonl={tmp_path / 'x'}"]


def test_a_death_that_no_case_brings_about_asks_for_an_explanation_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(died_once(tmp_path)) == Exit.FAILED
    said = capsys.readouterr().out
    assert f"0 differ, 0 stale\n  died: {SEGFAULT} (not explained)\n" in said
    assert f"Died in 1 of 2 runs:\n\n- 1x {SEGFAULT}\n\nNot explained.\n" in (tmp_path / "x.md").read_text()


def test_a_death_that_is_explained_makes_no_verdict_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(findings, "load", lambda: (replace(KNOWN[0], deaths="Two threads race."),))
    assert main(died_once(tmp_path)) == Exit.OK
    assert f"  died: {SEGFAULT}\n" in capsys.readouterr().out
    assert f"- 1x {SEGFAULT}\n\nTwo threads race.\n" in (tmp_path / "x.md").read_text()
    server = json.loads((tmp_path / "x").read_text().splitlines()[1])
    assert (server["deaths"], server["counts"]["pass"]) == ([SEGFAULT], 1)


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([[*GOOD, case("6.8/d", "fail", "close")]], "not explained: server/6.8/d (MUST): close"),
        ([GOOD, [*GOOD[:2], case("6.9/c", "acceptable")]], "differs: server/6.9/c: acceptable (as it"),
        ([[case("6.7-ping/a")]], "stale: RFC 9113 6.7: so; it is not. Not failing: server/6.7-ping/*"),
    ],
    ids=["not explained", "differs", "stale"],
)  # fmt: skip
def test_what_is_to_be_done_is_said_and_fails(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    runs: list[list[dict[str, object]]],
    said: str,
) -> None:
    folder = records(tmp_path, *runs)
    write(folder / "x-1.2" / "tls-1.jsonl", [case("9.2-tls/a", "fail", "drop")], ["server/9.2-*"])
    assert main(["judge", "--from", str(folder)]) == Exit.FAILED
    assert said in capsys.readouterr().out


def test_a_case_counts_with_its_worst_verdict_and_differing_outcomes_are_counted(tmp_path: Path) -> None:
    runs = [
        [case("6.7-ping/a"), case("6.9/c", "fail", "close", level="SHOULD")],
        [case("6.7-ping/a", "fail", "drop"), case("6.9/c", "fail", "drop", level="SHOULD")],
        [case("6.7-ping/a"), case("6.9/c", "fail", "close", level="SHOULD")],
    ]
    markdown = tmp_path / "out.md"
    main(["judge", "--from", str(records(tmp_path, *runs)), "-o", f"md={markdown}"])
    text = markdown.read_text()
    assert "| X 1.2 | 0 | 0 | 2 (MUST 1, SHOULD 1) | 0 | 0 | 3 | 1 | 0 | 2 |" in text
    assert "- `6.7-ping/a`: pass (as it should) 2, fail (drop) 1" in text
    assert "Seen close or drop." in text
    assert "`h2interop judge --runs 3`" in text


def test_the_long_form_names_rule_level_outcome_twin_and_octets(tmp_path: Path) -> None:
    cases = [
        case("6.7-ping/b", "fail", "drop", level="SHOULD", control={"outcome": "drop", "ok": False}),
        case("6.8/z", "fail", "close"),
        case("6.8/y", "blocked", "blocked", reason="server/6.8/z did not pass"),
        *GOOD,
    ]
    folder = records(tmp_path, cases)
    write(folder / "x-1.2" / "tls-1.jsonl", [case("9.2-tls/a", "fail", "drop")], ["server/9.2-*"])
    markdown = tmp_path / "out.md"
    main(["judge", "--from", str(folder), "-o", f"md={markdown}"])
    _, body = markdown.read_text().split("## X 1.2\n")
    assert (
        body
        == """
pass 1, acceptable 1 (Escalated 1), fail 3 (MUST 2, SHOULD 1), blocked 1, skip 0.

**RFC 9113 6.7: so; it is not.** (2)

- `6.7-ping/a`: Title of 6.7-ping/a. Seen drop. Sent `00 00 00 04 01 00 00 00 01`
- `6.7-ping/b` (SHOULD): Title of 6.7-ping/b. Seen drop, as its twin. Sent `00 00 00 04 01 00 00 00 01`

**Not explained.** (1)

- `6.8/z`: Title of 6.8/z. Seen close. Sent `00 00 00 04 01 00 00 00 01`

**Not judged: 6.8/z did not pass.** (1)

`6.8/y`

## TLS: the cases of section 9.2

- X 1.2: pass 0, acceptable 0, fail 1 (MUST 1), blocked 0, skip 0.
  - `9.2-tls/a`: seen drop. RFC 9113 9.2: so; it is not.
"""
    )


def test_the_same_verdicts_give_the_same_text_in_any_order(tmp_path: Path) -> None:
    texts = []
    for name, runs in (("a", [GOOD, GOOD[::-1]]), ("b", [GOOD[::-1], GOOD])):
        folder = records(tmp_path / name, *runs)
        main(["judge", "--from", str(folder), "-o", f"md={folder / 'md'}", "-o", f"jsonl={folder / 'jsonl'}"])
        texts.append((folder / "md").read_text() + (folder / "jsonl").read_text())
    assert texts[0] == texts[1]


def test_the_short_form_goes_between_the_markers(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    command = ["judge", "--from", str(records(tmp_path / "runs", GOOD)), "--update", str(readme)]
    main(command)
    text = readme.read_text()
    assert text.startswith(f"before\n{BEGIN}\n\n| server |")
    assert text.endswith(f"</details>\n\n{END}\nafter\n")
    assert "| RFC 9113 6.7: so; it is not. | 1 | `6.7-ping/a` | drop |" in text
    main(command)
    assert readme.read_text() == text


def test_a_file_without_markers_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("text\n")
    folder = records(tmp_path / "runs", GOOD)
    assert main(["judge", "--from", str(folder), "--update", str(readme)]) == Exit.USAGE
    assert readme.read_text() == "text\n"
    assert BEGIN in capsys.readouterr().err


def test_json_lines_hold_what_is_to_be_done(tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    main(
        [
            "judge",
            "--from",
            str(records(tmp_path / "runs", [*GOOD, case("6.8/d", "fail")])),
            "-o",
            f"jsonl={file}",
        ]
    )
    header, server, first, second, footer = map(json.loads, file.read_text().splitlines())
    assert header["kind"] == "header"
    assert server["counts"] == {"pass": 1, "acceptable": 1, "fail": 2}
    assert (first["id"], first["rule"]) == ("server/6.7-ping/a", "RFC 9113 6.7: so; it is not.")
    assert (second["id"], second["rule"]) == ("server/6.8/d", None)
    assert footer == {"kind": "footer", "differ": 0, "unexplained": 1, "stale": 1}


@pytest.mark.parametrize(
    "words",
    [
        ["nobody"],
        ["--runs", "0"],
        ["-o", "html=x"],
        ["-o", "md"],
        ["nginx", "--from", "."],
    ],
)
def test_what_cannot_be_is_refused(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(records(tmp_path, GOOD))
    try:
        code = main(["judge", *words])
    except SystemExit as end:
        code = int(end.code or 0)
    assert code == Exit.USAGE


def test_a_folder_without_records_selects_nothing(tmp_path: Path) -> None:
    assert main(["judge", "--from", str(tmp_path)]) == Exit.NOTHING_SELECTED


def test_a_record_without_an_end_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    file.write_text(json.dumps({"kind": "header", "selection": [], "level": []}) + "\n")
    with pytest.raises(InteropError, match="no whole run record"):
        read(file)


def test_a_run_is_bounded_in_time_and_its_group_ends() -> None:
    mark = "a-child-of-this-test"
    code, said = judging.run_bounded([sys.executable, "-c", "import time; time.sleep(60)", mark], 1.0)
    assert (code, said) == (None, "not ended after 1 s")
    assert not _mentioning(mark)


@pytest.mark.peers
def test_nghttpd_is_judged(tmp_path: Path) -> None:
    if not (available := Nghttpd().available()):
        pytest.skip(available.reason)
    markdown = tmp_path / "out.md"
    command = ["judge", "nghttpd", "--runs", "2", "--tls", "--records", str(tmp_path), "-o", f"md={markdown}"]
    assert main([*command, "--", "server/6.7-ping/*", "server/5.1.1-stream-identifiers/lower-than-*"]) in (
        0,
        1,
    )
    (folder,) = tmp_path.glob("nghttpd-*")
    assert {file.name for file in folder.iterdir()} == {"1.jsonl", "2.jsonl", "tls-1.jsonl", "tls-2.jsonl"}
    assert "`5.1.1-stream-identifiers/lower-than-open`" in markdown.read_text()
    assert "## TLS" in markdown.read_text()


@pytest.mark.peers
def test_an_interrupted_run_ends_its_server(tmp_path: Path) -> None:
    if not (available := Nghttpd().available()):
        pytest.skip(available.reason)
    module = __package__.rpartition(".")[0]
    record = tmp_path / "record"
    os.mkfifo(record)
    command = [sys.executable, "-m", module, "judge", "nghttpd", "--records", str(tmp_path)]
    # Open for both, so that a writer that comes and goes is no end.
    with open(os.open(record, os.O_RDWR | os.O_NONBLOCK), "rb", buffering=0) as begun:
        process = subprocess.Popen(
            [*command, "--", "-o", f"jsonl={record}"],
            stdout=subprocess.DEVNULL,
            # So that nghttpd's own words name the folder, too.
            env={**os.environ, "TMPDIR": str(tmp_path)},
        )
        has_begun, _, _ = select.select([begun], [], [], 30)
    servers = [words for words in _mentioning(str(tmp_path)) if Path(words.split()[0]).name == "nghttpd"]
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(30) == 130
    assert has_begun
    assert servers
    assert not _mentioning(str(tmp_path))


def _mentioning(text: str) -> list[str]:
    """Return the command lines of processes that mention `text`."""
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if text in words:
            lines.append(words)
    return lines
