"""Which cases a run is about: shipped or a user's own, selected; slow ones and floods only when asked for."""

import argparse
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..errors import NothingSelected
from .case import Case
from .loader import Catalogue, check_after, load_cases, parse_suite
from .ownfiles import known
from .select import select, suite_filter

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
    cases, words = known(
        selection,
        role,
        lambda words: load_cases(role, catalogue=catalogue, wanted=suite_filter(words)),
        lambda root: parse_suite(root, catalogue),
    )
    check_after([case for case in cases if case.own])
    return cases, words


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
