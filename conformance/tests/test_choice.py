"""What a run is about: own files beside ours, and cases that run only when they are asked for."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from ..cases.choice import Choice, choose_cases
from ..cases.loader import load_catalogue
from ..cases.select import expand
from ..cli import main
from ..errors import NothingSelected, UsageError, VectorError
from ..exitcodes import Exit
from .test_run import MEMORY, record_of

CATALOGUE = load_catalogue()
OWN = """\
format: 1
suite: mine/x
spec: RFC 9113 5
cases:
  - id: anything
    title: Whatever is seen is fine
    req: []
    level: INFO
    control: "none: nothing is judged"
    steps:
      - handshake
      - send: {RAW: {octets: "00 00 08 06 00 00 00 00 01 00 00 00 00 00 00 00 00"}}
      - expect: {outcome: [drop, serve, connection_error(*)]}
  - id: patient
    title: A case that waits
    req: []
    level: INFO
    slow: true
    steps: [handshake, {expect: alive}]
  - id: many
    title: A case that sends much
    req: []
    level: INFO
    flood: true
    steps: [handshake, {expect: alive}]
  - id: as-a-rule
    title: A case that cites a rule of ours
    req: [rfc9113/6.7-4#1]
    level: MUST
    steps: [handshake, {expect: alive}]
"""


def chosen(*selection: str, virtual: bool = False, **more: object) -> Choice:
    arguments = {"role": "server", "select": list(selection), "level": (), "profile": "rfc9113"}
    given = SimpleNamespace(**{**arguments, "slow": False, "flood": False, **more})
    return choose_cases(given, CATALOGUE, virtual=virtual)  # type: ignore[arg-type]  # a Namespace in all but name


def slugs(choice: Choice) -> list[str]:
    return [case.id.rpartition("/")[2] for case in choice.cases]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(OWN, encoding="utf-8")
    return path


def test_slow_cases_and_floods_run_only_when_asked_for(own: Path) -> None:
    file = str(own)
    assert slugs(chosen(file)) == ["anything", "as-a-rule"]
    assert chosen(file).not_run == {"slow": 1, "flood": 1}
    assert slugs(chosen(file, slow=True)) == ["anything", "patient", "as-a-rule"]
    assert slugs(chosen(file, flood=True)) == ["anything", "many", "as-a-rule"]
    assert slugs(chosen(file, virtual=True)) == ["anything", "patient", "as-a-rule"]


def test_an_exact_id_asks_for_its_case(own: Path) -> None:
    assert slugs(chosen(str(own), "mine/x/many")) == ["many"]
    with pytest.raises(NothingSelected, match="give --flood"):
        chosen(str(own), "mine/x/man*")


def test_the_shipped_floods_are_left_out_and_counted() -> None:
    choice = chosen()
    assert not any(case.flood or case.slow for case in choice.cases)
    assert min(choice.not_run.values()) > 0
    assert sum(choice.not_run.values()) + len(choice.cases) == len(chosen(slow=True, flood=True).cases)


def test_a_folder_stands_for_its_files(own: Path) -> None:
    assert slugs(chosen(str(own.parent), "level:MUST")) == ["as-a-rule"]


def test_a_case_without_requirement_is_info(own: Path) -> None:
    own.write_text(OWN.replace("level: INFO", "level: MUST", 1), encoding="utf-8")
    with pytest.raises(VectorError, match=r"mine\.yaml:8: case anything: .* is INFO, not MUST"):
        chosen(str(own))


def test_two_files_cannot_share_an_id(own: Path) -> None:
    (own.parent / "other.yaml").write_text(OWN, encoding="utf-8")
    with pytest.raises(VectorError, match="this id is taken already"):
        chosen(str(own.parent))


def test_own_cases_run_and_say_how_to_run_them_again(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "run.jsonl"
    assert main(["run", str(own), "-t", MEMORY, "-o", f"jsonl={record}"]) == Exit.OK
    header, *cases, _ = record_of(record)
    assert header["not_run"] == {"slow": 0, "flood": 1}
    assert {case["verdict"] for case in cases} == {"pass"}
    assert cases[0]["reproduce"] == f"h2conf run {own} mine/x/anything -t {MEMORY}"
    assert "1 flood (--flood)" in capsys.readouterr().out


def test_a_list_of_cases_that_is_no_text_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "cases.txt").write_bytes(b"server/6.7-ping\n\xff\n")
    with pytest.raises(UsageError, match=r"cases\.txt: not UTF-8: invalid start byte"):
        list(expand([f"@{tmp_path / 'cases.txt'}"]))
