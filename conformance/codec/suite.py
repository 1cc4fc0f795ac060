"""Files of codec vectors held to the catalogue, and the vectors among which a run chooses."""

from collections.abc import Sequence

from ..cases.cited import check_vectors
from ..cases.loader import Catalogue
from ..cases.ownfiles import CODEC, known
from ..reading.nodes import Value
from .vector import CodecVector, load_vectors, parse_suite


def read_suite(root: Value, catalogue: Catalogue, name: str | None = None) -> list[CodecVector]:
    """Read a file.  name: the suite that its path stands for; None for a user's.  Raises VectorError."""
    vectors = parse_suite(root, name, own=name is None)
    check_vectors(root, vectors, catalogue.requirements, catalogue.situations.flags, own=name is None)
    return vectors


def known_vectors(
    selection: Sequence[str], catalogue: Catalogue
) -> tuple[list[CodecVector], tuple[str, ...]]:
    """Return the vectors among which a selection chooses, and its words without files and folders."""
    return known(selection, CODEC, lambda _: load_vectors(), lambda root: read_suite(root, catalogue))
