"""The command that runs one case again as the run did: every option that bears on a single case."""

import argparse
import shlex
from typing import Final, NamedTuple

from ..cases.select import Placed

VALUES: Final = {
    "role": ("--role", "server"),
    "profile": ("--profile", "rfc9113"),
    "authority": ("--authority", None),
    "path": ("--path", "/"),
    "sni": ("--sni", None),
    "cert": ("--cert", None),
    "key": ("--key", None),
    "cafile": ("--cafile", None),
    "timeout": ("--timeout", None),
}
"""Name in the arguments -> option and what it is when nobody gives it."""
OWN_TARGET: Final = "--i-own-this-target"
"""Only a flood asks for it.  `--slow` and `--flood` are not needed: a case that is named runs."""


class Command(NamedTuple):
    """`h2conf run` with a target, as the user wrote it, and options; None is the embedded target."""

    target: str | None = None
    words: tuple[str, ...] = ()
    owned: bool = False  # the user may flood the target wherever it is

    def of(self, case: Placed) -> str:
        """Return the command for a case, quoted for a shell; only dialogues can be floods."""
        flood = (OWN_TARGET,) if self.owned and getattr(case, "flood", False) else ()
        return self.of_id(case.id, *((case.path,) if case.own else ()), more=flood)

    def of_id(self, identifier: str, *files: str, more: tuple[str, ...] = ()) -> str:
        """Return the command for the case of that id; `files`: where it is, if it is none of ours."""
        target = () if self.target is None else ("-t", self.target)
        return shlex.join(("h2conf", "run", *files, identifier, *target, *self.words, *more))


def command_of(arguments: argparse.Namespace, target: str | None = None) -> Command:
    """Return the command that the arguments of a run come to.

    arguments: those of `h2conf run`.  target: what the target is called where they name none.
    """
    words: list[str] = []
    for name, (option, usual) in VALUES.items():
        value = getattr(arguments, name)
        if value != usual:
            words += _option(option, str(value))
    if arguments.endpoint:
        paths = ",".join(f"{name}={path}" for name, path in arguments.endpoint.items())
        words += _option("--endpoint", paths)
    for name, value in arguments.header:
        words += _option("--header", f"{name.decode()}:{value.decode()}")
    if arguments.insecure:
        words.append("--insecure")
    if not arguments.self_check:
        words.append("--no-self-check")
    return Command(arguments.target or target, tuple(words), arguments.own_target)


def _option(option: str, value: str) -> list[str]:
    return [f"{option}={value}"] if value.startswith("-") else [option, value]
