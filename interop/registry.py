"""Every known peer, found by looking through the package `peers`."""

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache

from . import peers
from .errors import Exit, InteropError
from .peers.base import Peer
from .results import Part


@cache
def all_peers() -> tuple[Peer, ...]:
    """Return the peers of all parts: by part, default ones first, then by name."""
    found: list[Peer] = []
    for module in pkgutil.iter_modules(peers.__path__):
        found += getattr(importlib.import_module(f"{peers.__name__}.{module.name}"), "PEERS", ())
    order = list(Part)
    return tuple(sorted(found, key=lambda peer: (order.index(peer.part), not peer.default, peer.name)))


def choose(parts: Sequence[Part], names: Sequence[str], extended: bool) -> list[Peer]:
    """Return the peers of these parts (all if empty).

    names: only these, default or not; empty: the default ones, or all with `extended`.
    Raises InteropError for a name that no peer has, and if nothing is left.
    """
    known = {peer.name for peer in all_peers()}
    if unknown := [name for name in names if name not in known]:
        raise InteropError(f"unknown peer: {', '.join(unknown)}", Exit.USAGE)
    chosen = [
        peer
        for peer in all_peers()
        if (not parts or peer.part in parts) and (peer.name in names if names else peer.default or extended)
    ]
    if not chosen:
        raise InteropError("no peer is selected", Exit.NOTHING_SELECTED)
    return chosen
