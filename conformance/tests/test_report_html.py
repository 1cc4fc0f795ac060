"""The HTML report: one file without network, seen in headless Chromium at desktop and phone width."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ..report.html import HtmlReport
from .records import CASES, ENTRIES, case, feed
from .webdriver import Browser, browser, missing

REQUIREMENTS = {"rfc9113/6.7-8#1": "A PING belongs to the connection."}
WIDTHS = {"desktop": (1280, 900, False), "phone": (360, 740, True)}

needs_browser = [
    pytest.mark.peers,
    pytest.mark.skipif(missing() is not None, reason=f"headless Chromium: {missing()}"),
]


class Page(HTMLParser):
    """What the tests without a browser look at: tags with their attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("html") / "run.html"
    feed(HtmlReport(path, REQUIREMENTS))
    return path


@pytest.fixture(scope="module")
def page(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def cases_of(page: Page) -> list[dict[str, str | None]]:
    return [attributes for attributes in page.all("details") if attributes["class"] == "case"]


def test_each_case_is_there_once_under_its_id(page: Page) -> None:
    ids = [attributes["id"] for attributes in cases_of(page)]
    assert sorted(str(name) for name in ids) == sorted(record["id"] for record in CASES)


def test_problems_stand_first(page: Page) -> None:
    verdicts = [attributes["data-verdict"] for attributes in cases_of(page)]
    assert verdicts[:3] == ["fail", "fail", "fail"]
    assert verdicts[-2:] == ["skip", "skip"]
    assert cases_of(page)[0]["id"] == "server/5.1-states/first"


def test_nothing_is_loaded_from_elsewhere(page: Page, path: Path) -> None:
    assert page.all("link") == []
    assert all("src" not in attributes for _, attributes in page.tags)
    assert "default-src 'none'" in str(page.all("meta"))
    assert re.findall(r"@import|url\(", path.read_text(encoding="utf-8")) == []


def test_text_from_the_target_makes_no_element(page: Page, path: Path) -> None:
    assert len(page.all("script")) == 1
    assert "<b>anything" not in path.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in path.read_text(encoding="utf-8")
    assert not re.search("[\x00-\x08\x1b\u202e]", path.read_text(encoding="utf-8"))


def test_an_attribute_cannot_be_left(tmp_path: Path) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    feed(HtmlReport(tmp_path / "x.html", {}), [case("server/a/b", "fail", reason=evil, suite=evil)])
    assert Page((tmp_path / "x.html").read_text(encoding="utf-8")).all("img") == []


def test_the_page_tells_the_command_the_octets_and_the_requirement(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "h2conf run server/6.7-ping/on-a-stream -t &#39;exec:nghttpd --no-tls {port}&#39;" in text
    assert "00 00 08 06 01 00 00 00 01\n00 00 00 00 00 00 00 00</pre>" in text
    assert "rfc9113/6.7-8#1: A PING belongs to the connection." in text


def written(tmp_path: Path, cases: list[dict[str, object]]) -> str:
    feed(HtmlReport(tmp_path / "run.html", REQUIREMENTS), cases)
    return (tmp_path / "run.html").read_text(encoding="utf-8")


def test_the_result_and_what_was_seen_stand_where_nothing_is_opened(tmp_path: Path) -> None:
    text = written(tmp_path, [case("server/a/b", "fail"), case("server/a/c", "skip", reason="no push")])
    assert '<p class="result v-fail">failed (exit 1): 1 MUST failure</p>' in text
    assert '<span class="told">saw serve</span>' in text
    assert '<span class="told">no push</span>' in text


def test_a_target_that_is_gone_is_said_once_at_the_top(tmp_path: Path) -> None:
    gone = [case(f"server/a/{n}", "error", reason="<refused>", transcript=[]) for n in range(9)]
    text = written(tmp_path, gone)
    assert "<b>9 cases could not be judged:</b> &lt;refused&gt;</p>" in text


def test_only_a_case_of_ours_can_be_explained_by_its_id(tmp_path: Path) -> None:
    text = written(tmp_path, [case("server/6.7-ping/on-a-stream"), case("mine/x/a")])
    assert "<code>h2conf explain server/6.7-ping/on-a-stream</code>" in text
    assert "h2conf explain mine/x/a" not in text


def test_the_fields_that_were_sent_are_shown(tmp_path: Path) -> None:
    entry = {**ENTRIES[1], "type": "HEADERS", "hex": "00 00 01 01 05 00 00 00 01 82"}
    assert "<td>fields :method: GET" in written(tmp_path, [case("server/a/b", transcript=[entry])])


def test_octets_can_be_seen_without_scripts(path: Path) -> None:
    assert "<noscript><style>.transcript pre[hidden] { display: block; }" in path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as session:
        yield session


@pytest.fixture(params=WIDTHS)
def shown(request: pytest.FixtureRequest, chromium: Browser, path: Path) -> Browser:
    width, height, mobile = WIDTHS[request.param]
    chromium.resize(width, height, mobile=mobile)
    chromium.open(path.as_uri())
    return chromium


def visible(page: Browser) -> set[str]:
    script = "return [...document.querySelectorAll('.case')].filter(c => c.offsetParent).map(c => c.id)"
    return set(page.run(script))


def expected(**fields: str) -> set[str]:
    return {r["id"] for r in CASES if all(r[name] == value for name, value in fields.items())}


class TestInTheBrowser:
    pytestmark = needs_browser

    def test_it_fits_the_width_and_fetches_nothing(self, shown: Browser) -> None:
        shown.run("document.querySelectorAll('.case').forEach(c => c.open = true)")
        shown.run("document.querySelectorAll('.octets').forEach(b => b.click())")
        shown.run("document.querySelectorAll('details').forEach(d => d.open = true)")
        wide = shown.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0
        assert shown.run("return performance.getEntriesByType('resource').map(r => r.name)") == []
        assert shown.log() == []

    def test_the_verdict_buttons_filter(self, shown: Browser) -> None:
        shown.click(".chip[data-verdict=fail]")
        assert visible(shown) == expected(verdict="fail")
        shown.click(".chip[data-verdict=skip]")
        assert visible(shown) == expected(verdict="fail") | expected(verdict="skip")
        assert shown.run("return document.getElementById('shown').textContent") == "5 of 14 cases"
        shown.click(".chip[data-verdict=fail]")
        assert visible(shown) == expected(verdict="skip")

    def test_section_level_and_search_filter_together(self, shown: Browser) -> None:
        shown.type("#suite", "server/6.7-ping")
        assert visible(shown) == expected(suite="server/6.7-ping")
        shown.type("#level", "SHOULD")
        assert visible(shown) == {"server/6.7-ping/hostile"}
        shown.type("#text", "nowhere")
        assert visible(shown) == set()
        assert shown.run("return document.getElementById('none').offsetParent !== null")
        shown.click("button[type=reset]")
        shown.run("return new Promise(resolve => setTimeout(resolve, 0))")
        assert len(visible(shown)) == len(CASES)

    def test_a_figure_of_the_summary_shows_its_cases_by_keyboard(self, shown: Browser) -> None:
        shown.click(".chip[data-verdict=fail]")
        shown.run("document.querySelector('.link[data-search=Escalated]').focus()")
        shown.press("Enter")
        assert visible(shown) == {"server/6.1-data/bare-close", "server/6.1-data/escalated"}
        assert shown.run("return document.getElementById('shown').textContent") == "2 of 14 cases"

    def test_a_section_of_the_table_shows_its_cases(self, shown: Browser) -> None:
        shown.run("document.querySelector('.sections').open = true")
        rows = shown.run("return [...document.querySelectorAll('.sections tbody tr')].map(r => r.innerText)")
        assert len(rows) == len({record["suite"] for record in CASES})
        shown.click(".sections .link[data-suite='server/8.4-push']")
        assert visible(shown) == expected(suite="server/8.4-push")
        assert shown.run("return document.getElementById('suite').value") == "server/8.4-push"

    def test_all_shown_cases_open_and_close(self, shown: Browser) -> None:
        opened = "return document.querySelectorAll('.case[open]').length"
        shown.type("#suite", "server/6.1-data")
        shown.click("#unfold")
        assert shown.run(opened) == 2
        shown.click("#fold")
        assert shown.run(opened) == 0

    def test_search_finds_every_word_in_any_order_and_case(self, shown: Browser) -> None:
        shown.type("#text", "NOGOAWAY bare")
        assert visible(shown) == {"server/6.1-data/bare-close"}

    def test_a_case_opens_by_keyboard_and_shows_its_octets(self, shown: Browser) -> None:
        shown.run("document.querySelector('.case summary').focus()")
        shown.press("Enter")
        assert shown.run("return document.querySelector('.case').open")
        shown.press("Tab")
        assert shown.run("return document.activeElement.textContent") == "Show octets"
        shown.press("Space")
        assert shown.run("return document.activeElement.getAttribute('aria-pressed')") == "true"
        assert shown.run(
            "return [...document.querySelectorAll('.case[open] pre')].every(p => p.offsetParent)"
        )
        shown.press("Tab", times=2)
        assert shown.run("return document.activeElement.textContent") == "Copy"

    def test_the_first_tab_stop_is_the_skip_link(self, shown: Browser) -> None:
        shown.press("Tab")
        assert shown.run("return document.activeElement.className") == "skip"
        assert shown.run("return document.activeElement.getBoundingClientRect().left >= 0")
        shown.press("Enter")
        assert shown.run("return document.activeElement.id") == "cases"
        shown.press("Tab")
        assert shown.run("return document.activeElement.closest('.case') === document.querySelector('.case')")

    def test_every_tab_stop_has_a_visible_focus(self, shown: Browser) -> None:
        names: list[str] = []
        script = (
            "const s = getComputedStyle(document.activeElement);"
            "return [document.activeElement.tagName, s.outlineStyle, parseFloat(s.outlineWidth)]"
        )
        for _ in range(32):
            shown.press("Tab")
            name, style, width = shown.run(script)
            names.append(name)
            assert (name, style) == (name, "solid")
            assert width >= 2
        assert {"A", "BUTTON", "SELECT", "INPUT", "SUMMARY"} <= set(names)

    def test_a_link_with_the_id_opens_the_case(self, shown: Browser, path: Path) -> None:
        shown.open(f"{path.as_uri()}#server/6.1-data/bare-close")
        opened = "return [...document.querySelectorAll('.case[open]')].map(c => c.id)"
        assert shown.run(opened) == ["server/6.1-data/bare-close"]
        shown.run("location.hash = '#server/6.1-data/escalated'")
        shown.run("return new Promise(resolve => setTimeout(resolve, 0))")
        assert len(shown.run(opened)) == 2

    def test_every_control_has_a_name_and_touch_targets_are_large_on_a_phone(self, shown: Browser) -> None:
        script = (
            "return [...document.querySelectorAll('button, select, input')].map(e => ["
            "(e.labels && e.labels.length ? e.labels[0].textContent : e.textContent).trim(),"
            "e.offsetParent ? e.getBoundingClientRect().height : 99])"
        )
        phone = shown.run("return innerWidth < 500")
        for name, height in shown.run(script):
            assert name != ""
            assert height >= (44 if phone else 30)
