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


# Lower layers know nothing of upper ones: a module imports from its own row and the rows before it.
LAYERS = (
    {"codes", "errors"},
    {"hpack", "frames", "flow", "body", "limits", "timers", "settings", "guard", "listening"},
    {"frame_payloads", "frame_reader", "frame_writer", "block_scan", "header_block"}
    | {"fields", "priority", "stream_state"},
    {"stream", "streams", "events"},
    {"outbox", "sending", "control", "responses", "receiving"},
    {"connection"},
    {"deadlines", "driver", "callbacks"},
    {"handler", "responding", "serving"}
    | {"response_handler", "request", "response", "response_delivery", "requesting"},
    {"session"},
    {"tls", "server", "client"},
)

# The same for the packages of the judge: what is read comes before what is played, judged, run and reported.
PACKAGES = (
    {"exitcodes", "parser"},
    {"errors"},
    {"wire", "reading"},
    {"rules"},
    {"cases"},
    {"peer"},
    {"targets", "records"},
    {"judge", "report"},
    {"run", "generate"},
    {"codec", "frame"},
    {"roles"},
    {"exchange"},
    {"commands"},
    {"cli", "pytest_plugin"},
)


def modules(folder: str) -> list[Path]:
    """Return the code of a folder; tests and examples use the product as its users do."""
    apart = {"tests", "examples"}
    return [p for p in (ROOT / folder).rglob("*.py") if not apart & set(p.relative_to(ROOT).parts)]


def without_type_checking(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the nodes that run: what stands under `if TYPE_CHECKING` does not."""
    for node in tree.body:
        if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
            yield from (child for child in ast.walk(node) if isinstance(child, ast.stmt))


def siblings(path: Path) -> set[str]:
    """Return the modules of the same package that a module imports when it runs."""
    found: set[str] = set()
    for node in without_type_checking(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            found |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
    return found


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


def test_layers_import_downwards_only() -> None:
    rank = {name: number for number, row in enumerate(LAYERS) for name in row}
    for path in (ROOT / "nghttp2").glob("*.py"):
        if path.stem in ("__init__", "__main__"):
            continue
        assert path.stem in rank, f"{path.name} has no layer"
        upper = {name for name in siblings(path) if rank[name] > rank[path.stem]}
        assert not upper, f"{path.name} imports {sorted(upper)}"


def packages_of_the_judge(path: Path) -> set[str]:
    """Return the packages and top modules of `conformance` that a module of it imports."""
    inside = path.relative_to(ROOT / "conformance").parts
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            above = inside[: len(inside) - node.level]
            names = (node.module.split(".") if node.module else []) or [alias.name for alias in node.names]
            found.add((*above, *names)[0])
    return found - {inside[0], "__version__"}


def test_the_packages_of_the_judge_import_downwards_only() -> None:
    rank = {name: number for number, row in enumerate(PACKAGES) for name in row}
    for path in modules("conformance"):
        own = path.relative_to(ROOT / "conformance").parts[0].removesuffix(".py")
        if own in ("__init__", "__main__"):
            continue
        assert own in rank, f"{own} has no layer"
        wrong = {name for name in packages_of_the_judge(path) if rank[name] >= rank[own]}
        assert not wrong, f"{path.relative_to(ROOT)} imports {sorted(wrong)}"


def test_the_hpack_codec_imports_only_codes_and_errors() -> None:
    for path in (ROOT / "nghttp2" / "hpack").glob("*.py"):
        for line, level, name in imports(path):
            assert level < 2 or name in ("codes", "errors"), f"{path}:{line}"
