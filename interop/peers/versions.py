"""Asks programs and packages for their versions."""

import re
import shutil
from collections.abc import Sequence

from ..home import python, tool
from ..processes import run
from .base import Available

NUMBER = re.compile(r"\d+(?:\.\d+)+")
ASK_S = 10.0
"""Long enough for a cold start from disk, in seconds."""


def of_program(name: str, *arguments: str) -> Available:
    """Run `name` with `arguments` and take the first dotted number of its output for the version."""
    path = tool(name)
    if path is None:
        return Available(reason=f"no {name} in the environment of peers or on PATH")
    return _asked([path, *arguments], name)


def of_package(name: str) -> Available:
    """Return the version of a Python package in the environment of peers."""
    interpreter = python()
    if interpreter is None:
        return Available(reason="no environment of peers")
    code = f"import importlib.metadata as m; print(m.version({name!r}))"
    return _asked([str(interpreter), "-I", "-c", code], name)


def of_node() -> Available:
    """Return the version of node."""
    path = shutil.which("node")
    return _asked([path, "--version"], "node") if path else Available(reason="no node on PATH")


def _asked(command: Sequence[str], name: str) -> Available:
    finished = run(command, timeout_s=ASK_S)
    found = NUMBER.search(finished.output)
    if finished.returncode != 0 or found is None:
        return Available(reason=f"{name} does not tell its version: {finished.output.strip()[-200:]}")
    return Available(version=found[0])
