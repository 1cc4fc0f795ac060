"""JUnit XML: valid for strict readers, and telling failures, errors and skips apart."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from lxml import etree

from ..report.junit import JUnitReport
from .records import CASES, HOSTILE, case, feed

DATA = Path(__file__).parent / "data"
REQUIREMENTS = {"rfc9113/6.7-8#1": "A PING belongs to the connection."}


@pytest.fixture
def root(tmp_path: Path) -> ET.Element:
    feed(JUnitReport(tmp_path / "junit.xml", REQUIREMENTS))
    return ET.parse(tmp_path / "junit.xml").getroot()


def element_of(root: ET.Element, case_id: str) -> ET.Element:
    suite, _, slug = case_id.rpartition("/")
    found = [e for e in root.iter("testcase") if (e.get("classname"), e.get("name")) == (suite, slug)]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("schema", ["junit-ant.xsd", "junit-jenkins.xsd"])
def test_the_report_is_valid(tmp_path: Path, schema: str) -> None:
    feed(JUnitReport(tmp_path / "junit.xml", REQUIREMENTS))
    etree.XMLSchema(etree.parse(DATA / schema)).assertValid(etree.parse(tmp_path / "junit.xml"))


@pytest.mark.parametrize("schema", ["junit-ant.xsd", "junit-jenkins.xsd"])
def test_an_empty_run_is_valid(tmp_path: Path, schema: str) -> None:
    feed(JUnitReport(tmp_path / "junit.xml", REQUIREMENTS), [])
    etree.XMLSchema(etree.parse(DATA / schema)).assertValid(etree.parse(tmp_path / "junit.xml"))


@pytest.mark.parametrize("schema", ["junit-ant.xsd", "junit-jenkins.xsd"])
def test_the_schemas_refuse_properties_below_a_case(tmp_path: Path, schema: str) -> None:
    feed(JUnitReport(tmp_path / "junit.xml", REQUIREMENTS))
    tree = etree.parse(tmp_path / "junit.xml")
    etree.SubElement(next(tree.getroot().iter("testcase")), "properties")
    assert not etree.XMLSchema(etree.parse(DATA / schema)).validate(tree)


@pytest.mark.parametrize(
    ("case_id", "children"),
    [
        ("server/6.7-ping/on-a-stream", ["failure"]),
        ("server/6.7-ping/bad-length", []),
        ("server/6.1-data/escalated", []),
        ("server/8.4-push/order", ["skipped"]),
        ("server/5.1-states/after", ["skipped"]),
        ("server/5.1-states/first", ["error"]),
        ("server/5.4-errors/gone", ["error"]),
        ("server/5.4-errors/shaky", ["failure"]),
        ("server/9.9-known/known", ["skipped"]),
        ("server/9.9-known/mended", ["failure"]),
    ],
)
def test_a_verdict_becomes_the_right_element(root: ET.Element, case_id: str, children: list[str]) -> None:
    assert [child.tag for child in element_of(root, case_id)] == children


def test_the_counts_of_a_suite_are_those_of_its_cases(root: ET.Element) -> None:
    for suite in root:
        for counter, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(counter) == str(len(suite.findall(f"testcase/{tag}")))
        assert suite.get("tests") == str(len(suite.findall("testcase")))
    assert sum(int(suite.get("tests", "")) for suite in root) == len(CASES)


def test_a_failure_tells_expectation_requirement_transcript_and_command(root: ET.Element) -> None:
    failure = element_of(root, "server/6.7-ping/on-a-stream")[0]
    assert failure.get("message") == "fail: the PING on stream 1 was answered"
    text = failure.text or ""
    assert "expected: connection_error(PROTOCOL_ERROR)\nseen: serve" in text
    assert "requirement: rfc9113/6.7-8#1: A PING belongs to the connection." in text
    assert "<-- PING ACK stream=1" in text
    assert text.endswith(
        "reproduce: h2conf run server/6.7-ping/on-a-stream -t 'exec:nghttpd --no-tls {port}'"
    )


def test_the_properties_name_requirement_level_outcome_and_flags(root: ET.Element) -> None:
    suite = next(suite for suite in root if suite.get("name") == "server/6.1-data")
    properties = {p.get("name"): p.get("value") for p in suite.iter("property")}
    assert properties["bare-close.requirement"] == "rfc9113/6.7-8#1"
    assert properties["bare-close.level"] == "MUST"
    assert properties["bare-close.outcome"] == "close"
    assert properties["bare-close.flags"] == "Escalated NoGoaway"
    assert properties["exit"] == "1"
    assert properties["target"] == "exec:nghttpd --no-tls {port}"


def test_system_out_holds_the_transcript_of_a_passing_case(root: ET.Element) -> None:
    suite = next(suite for suite in root if suite.get("name") == "server/6.1-data")
    text = suite.findtext("system-out") or ""
    assert text.startswith("server/6.1-data/bare-close\n")
    assert "00 00 08 06 00 00 00 00 01" in text


def test_characters_that_xml_forbids_are_written_out(root: ET.Element) -> None:
    failure = element_of(root, "server/6.7-ping/hostile")[0]
    assert "\x1b" in HOSTILE
    assert "\\x1b[31m<script>alert(1)</script> & ]]> \\x00 \\u202e" in (failure.text or "")


def test_a_lone_surrogate_does_not_break_the_file(tmp_path: Path) -> None:
    lone = case("server/a/b", "fail", reason="value \udcff", title="\ud800", spec="RFC 9113 6.7")
    feed(JUnitReport(tmp_path / "junit.xml", {}), [lone])
    failure = ET.parse(tmp_path / "junit.xml").getroot()[0].find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "fail: value \\udcff"


def test_the_time_stamp_is_utc_without_a_zone(root: ET.Element) -> None:
    assert {suite.get("timestamp") for suite in root} == {"2025-03-04T05:06:07"}
