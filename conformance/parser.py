"""The command line's parser: an error is one line with what was probably meant and where help is."""

import argparse
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, Final, NoReturn

ALIKE: Final = 0.65
"""Part of the letters that a name shares with what was typed, 0 to 1."""
_CHOICE: Final = re.compile(r"(argument .*: invalid choice: '(.*)') \(choose from (.*)\)")
_COMMAND: Final = re.compile(r"argument COMMAND: invalid choice: ")


class Parser(argparse.ArgumentParser):
    """Refuses in one line; subcommands get a parser of the same kind."""

    _given: Sequence[str] = ()

    def parse_known_args(  # type: ignore[override]  # its overloads are for namespaces of other types
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Parse, and refuse what is left over here, where it is known which command does not take it."""
        self._given = args or ()
        found, left = super().parse_known_args(args, namespace)
        if left:
            self.error(self._unknown(left) or f"unexpected word {left[0]}")
        return found, left

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and one line."""
        if choice := _CHOICE.fullmatch(message):
            told, word, known = choice[1], choice[2], re.findall(r"[\w-]+", choice[3])
            message = _COMMAND.sub("unknown command ", told)
            message += _meant(word, known) or f": choose from {', '.join(known)}"
        elif message.startswith("the following arguments are required"):
            message = self._unknown(self._given) or message
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")

    def _unknown(self, words: Iterable[str]) -> str | None:
        """Return what to say about the first word that looks like an option and is none."""
        for word in words:
            name = word.partition("=")[0]
            if name.startswith("-") and not any(n.startswith(name) for n in self._option_string_actions):
                return f"unknown option {name}{_meant(name, self._option_string_actions)}"
        return None


def _meant(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), 1, ALIKE)
    return f": did you mean {near[0]}?" if near else ""
