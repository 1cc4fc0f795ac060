"""Where the peers that are no system packages live: environments and modules below H2INTEROP_HOME."""

import os
import shutil
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"
"""Our own programs in other languages, and configurations of servers and proxies."""


def home() -> Path:
    """Return the folder that install-peers.sh fills."""
    named = os.environ.get("H2INTEROP_HOME")
    if named:
        return Path(named)
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "h2interop"


def python(environment: str = "venv") -> Path | None:
    """Return the interpreter of one of the virtual environments, or None."""
    path = home() / environment / "bin" / "python"
    return path if path.exists() else None


def tool(name: str, environment: str = "venv") -> str | None:
    """Return a command of a virtual environment, or else of PATH, or None."""
    path = home() / environment / "bin" / name
    return str(path) if path.exists() else shutil.which(name)


def node_modules() -> Path:
    """Return the folder of the npm packages; it need not exist."""
    return home() / "npm" / "node_modules"
