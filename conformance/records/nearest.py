"""Words that name no case: what was probably meant, or the role whose case it is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from ..cases.select import expand, is_path, matches
from ..errors import NothingSelected, UsageError
from ..rules.requirements import STRENGTH
from .trace import Citation, load_citations

FOLDERS: Final = {"codec": "hpack", "frame": "frames"}
"""Role -> first part of its ids, where the two differ."""
SHOWN: Final = 3
ALIKE: Final = 0.75
"""Part of the letters that a name shares with what was typed, 0 to 1."""


@dataclass(frozen=True, slots=True)
class _Case:
    """As much of a case as a word can name."""

    id: str
    suite: str
    req: tuple[str, ...]
    level: str = ""
    profile: str = "any"


def check_words(selection: Sequence[str], role: str) -> None:
    """Look whether each word of a selection fits a case of the role.  Raises NothingSelected with a hint.

    Situations and flags are left alone, and so is a selection with files of the user's.  Raises UsageError
    for a level that there is not.
    """
    items = list(expand(selection))
    if selection and not items:
        raise NothingSelected(f"nothing is selected by {' '.join(selection)}: no line names a case")
    if any(is_path(item) for item in items):
        return
    for word in items:
        kind, _, levels = word.partition(":")
        for level in levels.upper().split(",") if kind == "level" else ():
            if level not in STRENGTH:
                raise UsageError(f"{word}: unknown level {level!r}: choose from {', '.join(STRENGTH)}")
    words = [item for item in items if ":" not in item or item.startswith("req:")]
    cases = _cases(load_citations()) if words else []
    own = [case for case in cases if _folder(case.id) == FOLDERS.get(role, role)]
    for word in words:
        if not any(matches(case, word) for case in own):
            raise NothingSelected(f"nothing is selected by {word}{hint(word, cases, role)}")


def names_lists(selection: Sequence[str]) -> bool:
    """Whether a selection refers to `@FILE`, of which every line has to fit."""
    return any(word.startswith("@") for word in selection)


def hint(word: str, cases: Iterable[_Case] | None = None, role: str | None = None) -> str:
    """Return `: did you mean ...?` for a word that names no case of the role, or nothing at all."""
    found = list(_cases(load_citations()) if cases is None else cases)
    if role is not None:
        roles = {_folder(case.id) for case in found if matches(case, word)}
        names = [name for name in ("server", "client", "proxy", *FOLDERS) if FOLDERS.get(name, name) in roles]
        if names:
            return f": it is of another role, give --role {' or --role '.join(names)}"
    kind, colon, rest = word.partition(":")
    if colon:
        near = [f"{kind}:{name}" for name in nearest(rest, {req for case in found for req in case.req})]
    else:
        own = [case for case in found if role is None or _folder(case.id) == FOLDERS.get(role, role)]
        near = nearest(word, {name for case in own or found for name in (case.id, case.suite)})
    return _asked(near)


def spelt_like(word: str, known: Collection[str]) -> str:
    """Return `: did you mean ...?` with the nearest of the known names, or nothing."""
    return _asked(nearest(word, known))


def _asked(names: Sequence[str]) -> str:
    return f": did you mean {' or '.join(names)}?" if names else ""


def nearest(word: str, known: Collection[str]) -> list[str]:
    """Return up to three of the known names: those that end in the word, else those spelt like it."""
    ends = sorted((name for name in known if name.endswith(f"/{word}")), key=_by_role)
    return (ends or get_close_matches(word.rstrip("*/"), sorted(known), SHOWN, ALIKE))[:SHOWN]


def _by_role(name: str) -> tuple[bool, str]:
    return not name.startswith("server/"), name


def _cases(citations: Iterable[Citation]) -> list[_Case]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for citation in citations:
        found[citation.case].append(citation.requirement)
    return [_Case(name, name.rpartition("/")[0], tuple(reqs)) for name, reqs in found.items()]


def _folder(identifier: str) -> str:
    return identifier.partition("/")[0]
