"""Recipes: one module a generated suite; each has `suite()`."""

from collections.abc import Callable
from typing import Final

from ..story import Suite
from . import (
    eviction,
    huffman,
    indexes,
    integers,
    literals,
    settings,
    size_updates,
    stories,
    strings,
    truncations,
)

RECIPES: Final[tuple[Callable[[], Suite], ...]] = (
    integers.suite,
    strings.suite,
    huffman.suite,
    indexes.suite,
    literals.suite,
    eviction.suite,
    size_updates.suite,
    settings.suite,
    truncations.suite,
    stories.suite,
)
