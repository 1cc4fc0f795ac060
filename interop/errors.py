"""How a command of `h2interop` ends: exit codes and the one error that carries one."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes, the same meanings as h2conf's; constants, never counts."""

    OK = 0
    FAILED = 1
    USAGE = 2
    HARNESS = 3
    NOTHING_SELECTED = 4
    INVALID = 5


class InteropError(Exception):
    """Ends the command with one sentence on stderr and `exit`."""

    def __init__(self, message: str, exit_code: Exit = Exit.HARNESS) -> None:
        super().__init__(message)
        self.exit_code = exit_code
