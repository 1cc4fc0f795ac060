"""Exit codes of the command `h2conf`: constants, never counts."""

from enum import IntEnum


class Exit(IntEnum):
    """What the process tells the shell."""

    OK = 0
    FAILED = 1  # an unexpected failure, a regression, or a stale baseline entry
    USAGE = 2  # wrong command line
    UNREACHABLE = 3  # the target cannot be reached, or the harness itself broke
    NOTHING_SELECTED = 4
    INVALID_VECTORS = 5
    INTERRUPTED = 130  # Ctrl-C or SIGTERM: what was known has been written
