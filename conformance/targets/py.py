"""Targets in the same process: `py:MODULE:FACTORY`, in memory and in virtual time."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

from ..cases.tlswish import TlsWish
from ..errors import UsageError
from ..peer.memory import MemoryTarget, MemoryTransport
from .base import Target


class PyTarget:
    """Each connection is a new object of the factory."""

    kind = "py"
    scheme = "http"
    authority = "localhost"
    loopback = True
    virtual = True
    concurrent = False  # one thread: waiting is free, so there is nothing to win
    version: str | None = None

    def __init__(self, spec: str, factory: Callable[[], MemoryTarget]) -> None:
        """`factory`: called for each connection."""
        self.spec = spec
        self._factory = factory

    def start(self) -> None:
        """Nothing to do."""

    def connect(self, timeout: float, tls: TlsWish | None = None) -> MemoryTransport:  # noqa: ARG002  # no network
        """Open a connection."""
        return MemoryTransport(self._factory())

    def over_tls(self) -> Target | None:
        """Only one way to it is known."""
        return None

    def gone(self) -> str | None:
        """An exception of the object is seen where it is raised."""
        return None

    def restart(self) -> None:
        """The next connection is a new object anyway."""

    def stop(self) -> None:
        """Nothing to do."""


def load_factory(text: str) -> Callable[[], MemoryTarget]:
    """Return what `MODULE:FACTORY` names; the working directory is searched too.  Raises UsageError."""
    module_name, colon, name = text.partition(":")
    if not colon:
        raise UsageError(f"expected py:MODULE:FACTORY, found py:{text}")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        factory = getattr(importlib.import_module(module_name), name)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"py:{text}: {error}") from error
    if not callable(factory):
        raise UsageError(f"py:{text} is not callable")
    result: Callable[[], MemoryTarget] = factory
    return result
