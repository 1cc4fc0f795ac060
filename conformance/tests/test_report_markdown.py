"""Markdown: the figures, literal text from the target, and a bounded size."""

import re
from pathlib import Path

import pytest

from ..report.markdown import MarkdownReport, block, code, literal
from .records import CASES, case, feed


def written(tmp_path: Path, cases: list[dict[str, object]] | None = None, limit: int = 60_000) -> str:
    feed(MarkdownReport(tmp_path / "run.md", {}, limit=limit), cases)
    return (tmp_path / "run.md").read_text(encoding="utf-8")


def test_the_table_counts_pass_apart_from_acceptable(tmp_path: Path) -> None:
    text = written(tmp_path)
    assert text.startswith("### h2conf: 2 of 12 pass\n")
    assert "\n| pass | 2 |  |\n" in text
    assert "\n| acceptable | 2 | Escalated 2, NoGoaway 1; weakest (Escalated + NoGoaway) 1 |\n" in text
    assert "\n| fail | 3 | MUST 2, SHOULD 1 |\n" in text
    assert "\n| skip | 2 |  |\n" in text
    assert "\n- 2 cases: no PUSH\\_PROMISE on /push\n" in text
    assert "padding-zero 2" in text


def test_each_problem_is_folded_with_its_transcript_and_command(tmp_path: Path) -> None:
    text = written(tmp_path)
    assert text.count("<details>") == text.count("</details>") == 7 + 1  # the reasons of the skips
    assert "<-- PING ACK stream=1" in text
    assert "h2conf run server/6.7-ping/on-a-stream -t" in text


def test_a_run_without_problems_has_no_details(tmp_path: Path) -> None:
    assert "<details>" not in written(tmp_path, [case("server/a/b")])


def test_text_from_the_target_makes_no_markup(tmp_path: Path) -> None:
    text = written(tmp_path)
    outside = re.sub(r"^(`{3,}).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert "<script>" not in outside
    assert "<b>anything" not in outside
    assert "\x1b" not in text


def test_the_file_stays_below_the_limit_and_says_what_is_missing(tmp_path: Path) -> None:
    problems: list[dict[str, object]] = [
        case(f"server/a/case-{n}", "fail", reason="é" * 50) for n in range(200)
    ]
    text = written(tmp_path, problems, limit=20_000)
    in_full, in_a_line = text.count("<details>"), text.count("- **fail** server/a/case-")
    assert in_full > 10
    assert in_a_line > 50
    assert len(text.encode()) <= 20_000
    assert f"{200 - in_full - in_a_line} more problems: see the full report." in text


def test_what_was_not_judged_for_one_reason_is_said_once(tmp_path: Path) -> None:
    gone: list[dict[str, object]] = [
        case(f"server/a/{n}", "error", reason="refused | by *all*", transcript=[]) for n in range(900)
    ]
    text = written(tmp_path, gone)
    assert "**900 cases could not be judged:** refused \\| by \\*all\\*\n" in text
    assert "<details>" not in text


def test_the_result_stands_first(tmp_path: Path) -> None:
    assert written(tmp_path).splitlines()[2].startswith("**failed (exit 1): 2 MUST failures, 1 below MUST, ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "`plain`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("a|b", "`a\\|b`"),
        ("a``b`", "``` a``b` ```"),
    ],
)
def test_a_code_span_survives_backticks(text: str, expected: str) -> None:
    assert code(text) == expected


def test_a_code_block_survives_a_fence() -> None:
    assert block(["```"]) == ["````text", "```", "````"]


def test_mentions_and_links_are_taken_literally() -> None:
    assert literal("@someone [x](y) <a>") == "\\@someone \\[x\\](y) &lt;a&gt;"


def test_every_case_is_counted_once(tmp_path: Path) -> None:
    rows = re.findall(r"^\| (\w+) \| (\d+) \|", written(tmp_path), flags=re.MULTILINE)
    assert sum(int(count) for verdict, count in rows if verdict != "crash") == len(CASES)
