"""Which cases a run is about: shipped or a user's own, selected; slow ones and floods only when asked for."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from ..errors import NothingSelected
from .case import Case
from .loader import Catalogue, load_cases, load_files
from .select import expand, is_path, select, suite_filter

NOT_BY_DEFAULT = ("slow", "flood")
"""Kinds of cases that run only when they are asked for, by the option of that name or by their exact id."""


class Choice(NamedTuple):
    """The cases of a run, and of each kind that runs only when asked for how many are left out."""

    cases: list[Case]
    not_run: dict[str, int]


def choose_cases(arguments: argparse.Namespace, catalogue: Catalogue, *, virtual: bool) -> Choice:
    """Return what the arguments choose.  Raises NothingSelected, VectorError, UsageError.

    virtual: the target's time is virtual, so that a slow case takes no longer than any other.
    """
    found, words = known_cases(arguments.role, arguments.select, catalogue)
    matching = select(found, words, arguments.level, arguments.profile)
    if not matching:
        raise NothingSelected(f"nothing is selected by {' '.join(arguments.select) or 'these options'}")
    choice = by_default(matching, words, slow=arguments.slow or virtual, flood=arguments.flood)
    if not choice.cases:
        options = " and ".join(f"--{kind}" for kind, count in choice.not_run.items() if count)
        raise NothingSelected(f"only cases that run when they are asked for are selected: give {options}")
    return choice


def known_cases(
    role: str, selection: Sequence[str], catalogue: Catalogue
) -> tuple[list[Case], tuple[str, ...]]:
    """Return the cases among which a selection chooses, and its words without files and folders."""
    items = list(expand(selection))
    words = tuple(item for item in items if not is_path(item))
    paths = [Path(item) for item in items if is_path(item)]
    if not paths:
        return load_cases(role, catalogue=catalogue, wanted=suite_filter(words)), words
    files = [file for path in paths for file in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])]
    return [case for case in load_files(files, catalogue) if case.role == role], words


def by_default(cases: Iterable[Case], words: Sequence[str], *, slow: bool, flood: bool) -> Choice:
    """Leave out slow cases and floods that nobody asked for."""
    kept = []
    not_run = dict.fromkeys(NOT_BY_DEFAULT, 0)
    for case in cases:
        if case.id not in words and case.slow and not slow:
            not_run["slow"] += 1
        elif case.id not in words and case.flood and not flood:
            not_run["flood"] += 1
        else:
            kept.append(case)
    return Choice(kept, not_run)
