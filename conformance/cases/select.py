"""Chooses cases: ids, globs, `req:`, `level:`, `flag:`, `@file`; a path stands for the cases of its files."""

import fnmatch
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from ..errors import UsageError


class Selectable(Protocol):
    """What every case has, whatever its role; `situation` and `also` are looked up where there are any."""

    @property
    def id(self) -> str:
        """Suite and slug."""

    @property
    def suite(self) -> str:
        """Folder and name of the file."""

    @property
    def req(self) -> tuple[str, ...]:
        """Requirements."""

    @property
    def level(self) -> str:
        """MUST, SHOULD, MAY or INFO."""

    @property
    def profile(self) -> str:
        """rfc9113, rfc7540 or any."""


class Placed(Selectable, Protocol):
    """A case, and where it was read."""

    @property
    def path(self) -> str:
        """Its file, as it is shown."""

    @property
    def line(self) -> int:
        """Where it begins there, from 1."""

    @property
    def own(self) -> bool:
        """Whether it is from a file of the user, not from ours."""


AnyCase = TypeVar("AnyCase", bound=Selectable)


def select(
    cases: Iterable[AnyCase], selection: Sequence[str], levels: Sequence[str] = (), profile: str = "rfc9113"
) -> list[AnyCase]:
    """Return the cases of these levels and profile that match any item of the selection; all without one."""
    patterns = list(expand(selection))
    return [
        case
        for case in cases
        if case.profile in (profile, "any")
        and (not levels or case.level in levels)
        and (not patterns or any(matches(case, pattern) for pattern in patterns))
    ]


def expand(selection: Sequence[str]) -> Iterable[str]:
    """Yield the items, those of `@file` read line by line; `#` begins a comment.  Raises UsageError."""
    for item in selection:
        if not item.startswith("@"):
            yield item
            continue
        try:
            text = Path(item[1:]).read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot read {item[1:]}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise UsageError(f"{item[1:]}: not UTF-8: {error.reason}") from error
        for line in text.splitlines():
            entry = line.split("#", 1)[0].strip()
            if entry:
                yield entry


def is_path(word: str) -> bool:
    """Return whether an item of a selection is a YAML file of cases or a folder of such files."""
    return word.endswith((".yaml", ".yml")) or Path(word).is_dir()


def suite_filter(selection: Sequence[str]) -> Callable[[str], bool] | None:
    """Return which suites a selection can reach, or None when that cannot be told from their names."""
    patterns = list(expand(selection))
    if not patterns or any(":" in pattern for pattern in patterns):
        return None
    stems = [re.split(r"[*?\[]", pattern)[0].removesuffix("...") for pattern in patterns]
    return lambda suite: any(f"{suite}/".startswith(stem) or stem.startswith(f"{suite}/") for stem in stems)


def matches(case: Selectable, pattern: str) -> bool:
    """Return whether one item of a selection names the case."""
    kind, colon, rest = pattern.partition(":")
    if colon:
        match kind:
            case "req":
                return any(_equal_or_glob(req, rest) for req in case.req)
            case "level":
                return case.level in rest.upper().split(",")
            case "situation":
                situation = getattr(case, "situation", None)
                return situation is not None and _equal_or_glob(situation, rest)
            case "flag":
                return any(entry.flag == rest for entry in getattr(case, "also", ()))
    if any(char in pattern for char in "*?["):
        return fnmatch.fnmatchcase(case.id, pattern) or fnmatch.fnmatchcase(case.suite, pattern)
    cleaned = pattern.removesuffix("...").removesuffix("/")
    return cleaned == case.id or case.id.startswith(cleaned + "/")


def _equal_or_glob(text: str, pattern: str) -> bool:
    return text == pattern or fnmatch.fnmatchcase(text, pattern)
