"""A user's own files: those that a selection names, and of its folders those of one role, read once each."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from ..errors import NothingSelected, UsageError, VectorError
from ..reading.nodes import Value, load
from ..reading.places import shown
from .loader import DRIVEN, ROLES
from .select import Placed, expand, is_path

CODEC: Final = "codec"
FRAME: Final = "frame"
ALL_ROLES: Final = (*ROLES, CODEC, FRAME)
"""Roles that a file may have."""

AnyPlaced = TypeVar("AnyPlaced", bound=Placed)


def known(
    selection: Sequence[str],
    role: str,
    ours: Callable[[tuple[str, ...]], list[AnyPlaced]],
    read: Callable[[Value], Sequence[AnyPlaced]],
) -> tuple[list[AnyPlaced], tuple[str, ...]]:
    """Return the cases among which a selection chooses, and its words without files and folders.

    ours: gives our cases, as far as the words can name them.  read: a user's file, which has this role.
    Raises NothingSelected, UsageError, VectorError.
    """
    items = list(expand(selection))
    words = tuple(item for item in items if not is_path(item))
    paths = [Path(item) for item in items if is_path(item)]
    if not paths:
        return ours(words), words
    return read_all(files_of(paths, role), read), words


def yaml_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files, and those in and below the folders, each once."""
    found: dict[Path, Path] = {}
    for path in paths:
        for file in sorted(path.rglob("*.yaml")) if path.is_dir() else [path]:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def role_of(root: Value) -> str:
    """Return the role of a file.  Raises VectorError."""
    keys = root.mapping()
    return keys["role"].one_of(ALL_ROLES, "a role:") if "role" in keys else "server"


def files_of(paths: Sequence[Path], role: str) -> list[Value]:
    """Return the files of a role; those of another are left alone in a folder, and refused where named."""
    named = {path.resolve() for path in paths if not path.is_dir()}
    chosen, others = [], set()
    for file in yaml_files(paths):
        root = load(file)
        found = role_of(root)
        if found == role:
            chosen.append(root)
        elif file.resolve() in named:
            raise UsageError(f"{shown(file)} is of role {found}: {_asked_by([found])}")
        else:
            others.add(found)
    if not chosen:
        rest = f": for those there {_asked_by(sorted(others, key=ALL_ROLES.index))}" if others else ""
        raise NothingSelected(f"no file of role {role} in {', '.join(map(str, paths))}{rest}")
    return chosen


def _asked_by(roles: Sequence[str]) -> str:
    options = " or ".join(f"--role {role}" for role in roles)
    if any(role in ROLES and role not in DRIVEN for role in roles):
        return f"give {options} (h2conf list takes it: no such case can be run)"
    return f"give {options}"


def read_all(roots: Iterable[Value], read: Callable[[Value], Sequence[AnyPlaced]]) -> list[AnyPlaced]:
    """Read a user's files.  Raises VectorError, also for an id that two cases share."""
    cases = [case for root in roots for case in read(root)]
    seen: dict[str, AnyPlaced] = {}
    for case in cases:
        if (other := seen.setdefault(case.id, case)) is not case:
            taken = f"this id is taken already by {other.path}:{other.line}"
            raise VectorError(case.path, case.line, case.id, taken)
    return cases
