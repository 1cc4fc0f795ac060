"""What can stop a run: a wrong command line, broken vectors, a target that cannot be reached."""

from .exitcodes import Exit


class HarnessError(Exception):
    """A reason to stop, with the exit code that tells it to the shell."""

    exit = Exit.UNREACHABLE


class UsageError(HarnessError):
    """The command line asks for something that does not exist."""

    exit = Exit.USAGE


class TargetError(HarnessError):
    """The target cannot be started or reached, or fails the self-check."""

    exit = Exit.UNREACHABLE


class NothingSelected(HarnessError):
    """No case matches the selection."""

    exit = Exit.NOTHING_SELECTED


class VectorError(HarnessError):
    """A vector file is wrong: names the file, the line (from 1) and the case if it is known."""

    exit = Exit.INVALID_VECTORS

    def __init__(self, path: str, line: int, case: str | None, message: str) -> None:
        """Keep the place apart from the message: editors and annotations want both."""
        self.path = path
        self.line = line
        self.case = case
        self.message = message
        where = f"{path}:{line}" + (f": case {case}" if case else "")
        super().__init__(f"{where}: {message}")
