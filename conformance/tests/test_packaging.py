"""The packaging: what is listed, what is shipped, and the commands that README and CI share."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
HARNESS = ("conformance", "vectors", "interop")
TOP_LEVEL = {
    "pyproject.toml",
    "tox.ini",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "MANIFEST.in",
    ".gitignore",
    ".ci",
    "action.yml",
    "nghttp2",
    *HARNESS,
}


def test_the_top_level_stays_as_it_is() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    assert {name.split("/")[0] for name in tracked} <= TOP_LEVEL


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def packages_on_disk() -> set[str]:
    found = {"nghttp2_harness.vectors"}
    for top in ("nghttp2", "conformance", "interop"):
        prefix = "" if top == "nghttp2" else "nghttp2_harness."
        for init in (ROOT / top).rglob("__init__.py"):
            relative = init.parent.relative_to(ROOT)
            if "tests" not in relative.parts:
                found.add(prefix + ".".join(relative.parts))
    return found


def test_every_package_folder_is_listed_and_nothing_else() -> None:
    listed = pyproject()["tool"]["setuptools"]["packages"]
    assert sorted(listed) == sorted(packages_on_disk())


def test_every_part_names_the_version_of_the_distribution() -> None:
    version = pyproject()["project"]["version"]
    for part in ("nghttp2", "conformance", "interop"):
        assert f'__version__ = "{version}"' in (ROOT / part / "__init__.py").read_text(), part


def test_nghttp2_depends_on_nothing() -> None:
    assert pyproject()["project"]["dependencies"] == []


def test_readme_commands_are_the_ones_that_ci_runs() -> None:
    commands = re.findall(r"^python3 -m venv .*$", (ROOT / "README.md").read_text(), re.MULTILINE)
    script = (ROOT / ".ci" / "run").read_text().splitlines()
    assert len(commands) == 2
    assert all(command in script for command in commands)
