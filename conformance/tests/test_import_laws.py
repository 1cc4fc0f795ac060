"""The laws of the architecture: who may import whom, held by reading every import statement."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("nghttp2", "conformance", "interop")

# The harness may drive the embedded targets; the judge itself shares no code with the judged.
EMBEDDED_TARGETS = (
    "conformance/targets/embedded",
    "conformance/codec/embedded",
    "conformance/frame/embedded",
)


def modules(folder: str) -> list[Path]:
    return [p for p in (ROOT / folder).rglob("*.py") if "tests" not in p.relative_to(ROOT).parts]


def imports(path: Path) -> Iterator[tuple[int, int, str]]:
    """Yield (line, level, dotted name) of each import; level 0 is absolute."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, 0, alias.name
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.level, node.module or ""


@pytest.mark.parametrize("folder", FOLDERS)
def test_imports_inside_a_folder_are_relative(folder: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in modules(folder)
        for line, level, name in imports(path)
        if level == 0 and name.split(".")[0] in {folder, "nghttp2_harness"}
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", ["conformance", "interop"])
def test_harness_folders_never_import_each_other(folder: str) -> None:
    others = {"conformance", "vectors", "interop", "nghttp2_harness"} - {folder}
    for path in modules(folder):
        for line, level, name in imports(path):
            assert not (level == 0 and name.split(".")[0] in others), f"{path}:{line}: {name}"


def test_the_judge_shares_no_code_with_the_judged() -> None:
    for path in modules("conformance"):
        relative = path.relative_to(ROOT).as_posix()
        if relative.startswith(EMBEDDED_TARGETS):
            continue
        for line, level, name in imports(path):
            assert not (level == 0 and name.split(".")[0] == "nghttp2"), f"{relative}:{line}: {name}"


def test_nghttp2_needs_the_standard_library_alone() -> None:
    for path in modules("nghttp2"):
        for line, level, name in imports(path):
            top = name.split(".")[0]
            assert level or top in sys.stdlib_module_names, f"{path}:{line}: {name}"


def test_vectors_holds_no_code() -> None:
    assert list((ROOT / "vectors").rglob("*.py")) == []


def test_asyncio_appears_only_in_session_server_and_client() -> None:
    allowed = {"session", "server", "client"}
    for path in modules("nghttp2"):
        if path.stem in allowed:
            continue
        for line, level, name in imports(path):
            assert level or name.split(".")[0] != "asyncio", f"{path}:{line}"


def test_ssl_appears_only_in_tls() -> None:
    for path in modules("nghttp2"):
        for line, level, name in imports(path):
            assert level or name.split(".")[0] != "ssl" or path.stem == "tls", f"{path}:{line}"
