"""The comparisons that `h2interop diff` knows, and the proof that each accepted difference is still there."""

from collections.abc import Mapping
from typing import Any

from . import codec_diff
from .differences import Difference
from .differential import Disagreement, Search

SEARCHES: Mapping[str, tuple[Search[Any], ...]] = {
    "codec": (codec_diff.DECODING, codec_diff.ENCODING),
}
"""By kind; the kinds are those of differences.yaml."""


def disagreements(difference: Difference) -> list[Disagreement]:
    """Run the example of an accepted difference."""
    if difference.kind == "codec":
        return codec_diff.run_example(difference.example)
    raise LookupError(f"no comparison of kind {difference.kind}")


def still_differs(difference: Difference) -> bool:
    """Tell whether the example of `difference` still makes the two sides differ in the way it says."""
    return any(found.explained([difference]) for found in disagreements(difference))
