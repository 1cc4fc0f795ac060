"""Files of frame vectors held to the catalogue, and the vectors among which a run chooses."""

from collections.abc import Sequence

from ..cases.cited import check_vectors
from ..cases.loader import Catalogue
from ..cases.ownfiles import FRAME, known
from ..reading.nodes import Value
from .judge import FLAGS
from .vector import FrameVector, load_vectors, parse_suite


def read_suite(root: Value, catalogue: Catalogue, name: str | None = None) -> list[FrameVector]:
    """Read a file.  name: the suite that its path stands for; None for a user's.  Raises VectorError."""
    vectors = list(parse_suite(root, name, own=name is None).vectors)
    flags = {*FLAGS, *catalogue.situations.flags}
    check_vectors(root, vectors, catalogue.requirements, flags, own=name is None)
    return vectors


def known_vectors(
    selection: Sequence[str], catalogue: Catalogue
) -> tuple[list[FrameVector], tuple[str, ...]]:
    """Return the vectors among which a selection chooses, and its words without files and folders."""
    return known(selection, FRAME, lambda _: load_vectors(), lambda root: read_suite(root, catalogue))
