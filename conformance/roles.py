"""The cases of every role: which there are, and those of one file, whatever its role."""

from collections.abc import Callable, Sequence
from typing import Final

from .cases.case import Case
from .cases.choice import known_cases
from .cases.loader import Catalogue, parse_suite
from .cases.ownfiles import CODEC, FRAME, role_of
from .codec.suite import known_vectors as known_codec
from .codec.suite import read_suite as read_codec
from .codec.vector import CodecVector
from .frame.suite import known_vectors as known_frames
from .frame.suite import read_suite as read_frames
from .frame.vector import FrameVector
from .reading.nodes import Value

AnyCase = Case | CodecVector | FrameVector

_READERS: Final[dict[str, Callable[[Value, Catalogue, str | None], Sequence[AnyCase]]]] = {
    CODEC: read_codec,
    FRAME: read_frames,
}


def known(
    role: str, selection: Sequence[str], catalogue: Catalogue
) -> tuple[Sequence[AnyCase], Sequence[str]]:
    """Return the cases among which a selection chooses, and its words without files and folders.

    Raises NothingSelected, UsageError, VectorError.
    """
    if role == CODEC:
        return known_codec(selection, catalogue)
    if role == FRAME:
        return known_frames(selection, catalogue)
    return known_cases(role, selection, catalogue)


def read_suite(root: Value, catalogue: Catalogue, name: str | None = None) -> Sequence[AnyCase]:
    """Read a file by its role.  name: the suite that its path stands for; None for a user's.

    Raises VectorError.
    """
    return _READERS.get(role_of(root), parse_suite)(root, catalogue, name)
