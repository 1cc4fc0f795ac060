"""What the runner needs of a frame reader under test, whatever program it lives in."""

from typing import Protocol

from .answer import Answer
from .vector import Context


class ReaderCrash(Exception):
    """The reader's program died, or did not answer in time: never the same as an error answer."""


class FrameTarget(Protocol):
    """A frame reader under test."""

    @property
    def name(self) -> str:
        """Name of the implementation."""

    @property
    def version(self) -> str | None:
        """Its version, if it tells one."""

    @property
    def can(self) -> frozenset[str]:
        """Which needs of vectors it meets (`vector.NEEDS`)."""

    def read(self, wire: bytes, context: Context) -> Answer:
        """Read one wire by itself.  Raises ReaderCrash or BadAnswer."""

    def close(self) -> None:
        """End the program behind it."""
