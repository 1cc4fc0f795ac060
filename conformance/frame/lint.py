"""Rules for files of frame vectors beyond their grammar: requirements, levels, flags."""

from pathlib import Path

from ..reading import nodes
from ..reading.nodes import Value
from ..reading.places import VECTORS
from ..rules.requirements import load_requirements, strongest
from ..rules.situations import load_situations
from .judge import FLAGS
from .vector import FrameVector, parse_suite


def check_frames(folder: Path = VECTORS) -> int:
    """Check every file of frame vectors and return the number of cases.  Raises VectorError."""
    levels = {name: requirement.level for name, requirement in load_requirements(folder).items()}
    flags = {*FLAGS, *load_situations(folder).flags}
    count = 0
    for path in sorted((folder / "frames").glob("*.yaml")):
        root = nodes.load(path)
        suite = parse_suite(root, f"{path.parent.name}/{path.stem}")
        for case, vector in zip(root.mapping()["cases"].items(), suite.vectors, strict=True):
            root.source.case = vector.slug
            _check(case, vector, levels, flags)
            count += 1
    return count


def _check(case: Value, vector: FrameVector, levels: dict[str, str], flags: set[str]) -> None:
    if vector.source is None:
        for identifier in vector.req:
            if identifier not in levels:
                raise case.mapping()["req"].error(f"unknown requirement {identifier!r}")
        due = strongest([levels[identifier] for identifier in vector.req])
        if due != vector.level:
            line = case.mapping()["level"]
            raise line.error(f"the level is {vector.level}, but the strongest requirement makes it {due}")
    for also in vector.also:
        if also.flag is not None and also.flag not in flags:
            raise case.mapping()["also"].error(f"unknown flag {also.flag!r}")
