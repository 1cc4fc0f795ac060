"""reports/: the page is one file without network, and works by mouse and keyboard at two widths."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ..reports import Run, write_html, write_markdown
from ..reports.html import printable
from ..results import Cell, Evidence, Part, Result, Transport
from ..scenarios import Scenario
from .devtools import Page, browser, program

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(1)</script>\x1b[31m\u202e'
WIDTHS = {"desktop": (1280, 900, False), "phone": (360, 740, True)}
RESULTS = {
    Scenario.GET: Result.PASS,
    Scenario.ECHO: Result.PASS,
    Scenario.CANCEL: Result.FAIL,
    Scenario.PUSH: Result.UNSUPPORTED,
}


def cells() -> list[Cell]:
    """Make rows of two clients, a missing server and a proxy with everything."""
    evidence = Evidence(f"run {HOSTILE}", f"said {HOSTILE}", (f"  0.1 client    1 HEADERS {HOSTILE}",) * 3)
    found = []
    for peer, version in (("alpha", "1.0 (library 2.0)"), ("httpx", "0.28.1 (h2 4)")):
        for transport in Transport:
            for scenario, result in RESULTS.items():
                reason = {
                    Result.PASS: "",
                    Result.FAIL: "no RST_STREAM came from the client" if peer == "httpx" else HOSTILE,
                    Result.UNSUPPORTED: "no interface",
                }[result]
                found.append(
                    Cell(Part.CLIENTS, peer, version, scenario, transport, result, reason, 2.5, evidence)
                )
    found += [
        Cell(Part.SERVERS, "gone", "", scenario, Transport.TLS, Result.NOT_INSTALLED, "not in PATH")
        for scenario in RESULTS
    ]
    found += [
        Cell(Part.PROXIES, "middle", "9", scenario, Transport.H2C, Result.PASS, "", 1.0, evidence)
        for scenario in Scenario
    ]
    return found


class Tags(HTMLParser):
    """Tags with their attributes, in order."""

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
    path = tmp_path_factory.mktemp("html") / "matrix.html"
    write_html(Run(tuple(cells()), 12.3, {"gone": "apt-get install gone"}), path)
    return path


@pytest.fixture(scope="module")
def tags(path: Path) -> Tags:
    return Tags(path.read_text(encoding="utf-8"))


def test_every_cell_has_a_button_and_its_evidence(tags: Tags) -> None:
    anchors = [a["data-anchor"] for a in tags.all("button") if "data-anchor" in a]
    assert len(anchors) == len(cells())
    assert sorted(map(str, anchors)) == sorted(str(a["id"]) for a in tags.all("template"))


def test_a_failure_that_quirks_explain_looks_different(tags: Tags) -> None:
    kinds = {a["data-anchor"]: a["data-kind"] for a in tags.all("button") if "data-anchor" in a}
    assert kinds["clients/alpha/tls/cancel"] == "fail"
    assert kinds["clients/httpx/tls/cancel"] == "explained"


def test_nothing_is_loaded_from_elsewhere(tags: Tags, path: Path) -> None:
    assert tags.all("link") == []
    assert all("src" not in attributes for _, attributes in tags.tags)
    assert "default-src 'none'" in str(tags.all("meta"))
    assert re.findall(r"@import|url\(", path.read_text(encoding="utf-8")) == []


def test_text_of_a_peer_makes_no_element(tags: Tags, path: Path) -> None:
    assert len(tags.all("script")) == 1
    assert tags.all("img") == []
    assert not re.search("[\x00-\x08\x1b\u202e]", path.read_text(encoding="utf-8"))


def test_the_hint_stands_where_a_peer_is_missing(path: Path) -> None:
    assert "apt-get install gone" in path.read_text(encoding="utf-8")


def test_the_markdown_has_one_line_a_row(tmp_path: Path) -> None:
    write_markdown(Run(tuple(cells()), 1.0, {}), tmp_path / "x.md")
    text = (tmp_path / "x.md").read_text(encoding="utf-8")
    assert "| peer | | GET | POST 1 MiB | cancel | push |\n|---|---|:-:|:-:|:-:|:-:|" in text
    assert "| alpha 1.0 (library 2.0) | h2c | ✓ | ✓ | **✗** | – |" in text
    assert "| httpx 0.28.1 (h2 4) | tls | ✓ | ✓ | ✗* | – |" in text


def test_control_characters_are_shown_as_their_code_points() -> None:
    assert printable("a\x1b[0m\u202e\tb\n") == "a\\u001b[0m\\u202e\tb\n"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Page]:
    with browser() as page:
        yield page


@pytest.fixture(params=WIDTHS)
def shown(request: pytest.FixtureRequest, chromium: Page, path: Path) -> Page:
    width, height, mobile = WIDTHS[request.param]
    chromium.resize(width, height, mobile=mobile)
    chromium.open(path.as_uri())
    return chromium


def box(anchor: str) -> str:
    return f'.box[data-anchor="{anchor}"]'


@pytest.mark.peers
@pytest.mark.skipif(program() is None, reason="no headless Chromium")
class TestInTheBrowser:
    def test_it_fits_the_width_and_fetches_nothing(self, shown: Page) -> None:
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert shown.run(wide) == 0
        shown.click(box("clients/alpha/tls/cancel"))
        assert shown.run(wide) == 0
        assert shown.run("panel.scrollWidth - panel.clientWidth") == 0
        assert shown.run("performance.getEntriesByType('resource').map(r => r.name)") == []
        assert shown.problems == []

    def test_a_click_opens_the_evidence_and_close_ends_it(self, shown: Page) -> None:
        assert not shown.run("panel.open")
        shown.click(box("clients/httpx/h2c/cancel"))
        assert shown.run("panel.open")
        assert shown.run("document.getElementById('panel-title').textContent") == "httpx, cancel, h2c"
        text = shown.run("panel.textContent")
        assert "httpcore forgets a stream" in text
        assert "client    1 HEADERS" in text
        assert "onerror=alert(1)" in text
        shown.click("#close")
        assert not shown.run("panel.open")

    def test_cells_are_reached_and_opened_by_keyboard(self, shown: Page) -> None:
        shown.run(f"document.querySelector('{box('clients/alpha/tls/get')}').focus()")
        where = "document.activeElement.dataset.anchor"
        for key, anchor in (
            ("ArrowRight", "clients/alpha/tls/echo"),
            ("ArrowDown", "clients/alpha/h2c/echo"),
            ("ArrowLeft", "clients/alpha/h2c/get"),
            ("ArrowUp", "clients/alpha/tls/get"),
            ("ArrowLeft", "clients/alpha/tls/get"),
        ):
            shown.press(key)
            assert shown.run(where) == anchor
        shown.press("Enter")
        assert shown.run("panel.open")
        shown.press("Escape")
        assert not shown.run("panel.open")
        assert shown.run(where) == "clients/alpha/tls/get"

    def test_the_results_filter_the_rows(self, shown: Page) -> None:
        visible = "[...document.querySelectorAll('tbody tr')].filter(r => r.offsetParent).length"
        assert shown.run(visible) == 6
        shown.click(".chip[data-kind=fail]")
        assert shown.run(visible) == 2
        shown.click(".chip[data-kind=not-installed]")
        assert shown.run(visible) == 3
        shown.click(".chip[data-kind=fail]")
        assert shown.run(visible) == 1
        shown.click(".chip[data-kind=not-installed]")
        assert shown.run(visible) == 6

    def test_an_address_with_a_cell_opens_it(self, shown: Page, path: Path) -> None:
        shown.open(f"{path.as_uri()}#proxies/middle/h2c/push")
        assert shown.run("document.getElementById('panel-title').textContent") == "middle, push, h2c"

    def test_the_peer_stays_in_view_while_a_table_is_scrolled(self, shown: Page) -> None:
        shown.run("document.querySelectorAll('.scroll').forEach(s => { s.scrollLeft = 10_000 })")
        left = (
            "Math.min(...[...document.querySelectorAll('tbody th')].map(t => t.getBoundingClientRect().left))"
        )
        assert shown.run(left) >= 0

    def test_every_button_has_a_name_a_size_and_a_visible_focus(self, shown: Page) -> None:
        smallest = 44 if shown.run("innerWidth") < 500 else 30
        script = (
            "[...document.querySelectorAll('.box, .chip')].map(b => { b.focus();"
            "return [b.ariaLabel ?? b.textContent.trim(), b.getBoundingClientRect().height] })"
        )
        for name, height in shown.run(script):
            assert name != ""
            assert height >= smallest, name
        shown.press("Tab")
        shown.run("document.querySelector('.skip').focus()")
        assert shown.run("document.querySelector('.skip').getBoundingClientRect().left >= 0")
        shown.press("Tab")
        assert shown.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
