"""pytest plugin: `pytest --h2-target=...` collects the cases as items.

Every pytest run where this distribution is installed loads this module, so it imports pytest alone; the
engine and what it depends on are loaded when a target is named.
"""

from typing import Any

import pytest

OPTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "target",
        {"metavar": "TARGET", "help": "judge it: tcp:HOST:PORT, tls:HOST:PORT, exec:CMD {port}, embedded"},
    ),
    (
        "select",
        {"metavar": "SELECT", "action": "append", "default": [], "help": "ids, globs, req:, level:, @FILE"},
    ),
    ("role", {"metavar": "ROLE", "default": "server", "help": "role of the target (default: server)"}),
    ("baseline", {"metavar": "FILE", "help": "known failures, pinned to their outcome: strict xfails"}),
    ("skip-file", {"metavar": "FILE", "help": "cases to leave out, each with its reason"}),
    ("vectors", {"metavar": "DIR", "help": "other vectors than ours"}),
    (
        "args",
        {
            "metavar": "ARGS",
            "default": "",
            "help": "further arguments of `h2conf run`, quoted as for a shell",
        },
    ),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the `--h2-*` options."""
    group = parser.getgroup("h2conf", "HTTP/2 conformance (h2conf)")
    for name, settings in OPTIONS:
        group.addoption(f"--h2-{name}", **settings)


def pytest_configure(config: pytest.Config) -> None:
    """Load the cases when there is a target to judge."""
    if not config.getoption("--h2-target"):
        return
    try:
        from . import cases
    except ModuleNotFoundError as error:
        raise pytest.UsageError(f"h2conf: {error} (is nghttp2-harness[harness] installed?)") from error
    cases.configure(config)
    config.pluginmanager.register(cases, "h2conf-cases")
