"""The comparisons that `h2interop diff` knows, and the proof that each accepted difference is still there."""

from collections.abc import Callable, Mapping
from typing import Any

from . import codec_diff, comparison, connection_diff, frame_diff
from .differences import Difference
from .differential import Comparing, Disagreement

SEARCHES: Mapping[str, tuple[Comparing, ...]] = {
    "codec": (codec_diff.DECODING, codec_diff.ENCODING),
    "frame": (frame_diff.READING, frame_diff.WRITING),
    "connection": (connection_diff.SERVER, connection_diff.CLIENT),
}
"""By kind; the kinds are those of differences.yaml."""


_EXAMPLES: Mapping[str, Callable[[Mapping[str, Any]], list[Disagreement]]] = {
    "codec": codec_diff.run_example,
    "frame": frame_diff.run_example,
    "connection": comparison.run_example,
}


def disagreements(difference: Difference) -> list[Disagreement]:
    """Run the example of an accepted difference."""
    return _EXAMPLES[difference.kind](difference.example)


def still_differs(difference: Difference) -> bool:
    """Tell whether the example of `difference` still makes the two sides differ in the way it says."""
    return any(found.explained([difference]) for found in disagreements(difference))
