"""Run peers, two at a time, and collect their cells."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from .certificates import Certificates, issue
from .peers.base import Available, Peer, Site
from .results import Cell, Result, Transport

AT_ONCE = 2
"""Peers that run at the same time; more would only make each of them slow on a small machine."""


@dataclass(frozen=True, slots=True)
class Row:
    """One peer over one transport."""

    peer: Peer
    transport: Transport
    cells: tuple[Cell, ...]


def run(peers: Sequence[Peer], seen: Callable[[Row], None]) -> list[Row]:
    """Run every peer over every transport; `seen` is called, in this thread, as each row is done.

    Returns the rows in the order of `peers`.
    """
    with (
        tempfile.TemporaryDirectory(prefix="h2interop-", ignore_cleanup_errors=True) as folder,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        certificates = issue(Path(folder))
        futures = [pool.submit(_run_peer, peer, Path(folder), certificates) for peer in peers]
        try:
            for future in as_completed(futures):
                for row in future.result():
                    seen(row)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        return [row for future in futures for row in future.result()]


def _run_peer(peer: Peer, folder: Path, certificates: Certificates) -> list[Row]:
    available = peer.available()
    return [
        Row(peer, transport, tuple(_cells(peer, available, transport, folder, certificates)))
        for transport in Transport
    ]


def _cells(
    peer: Peer, available: Available, transport: Transport, folder: Path, certificates: Certificates
) -> Iterator[Cell]:
    if transport in peer.lacks:
        yield from peer.row(available.version, transport, Result.UNSUPPORTED, peer.lacks[transport])
    elif not available:
        yield from peer.row("", transport, Result.NOT_INSTALLED, available.reason)
    else:
        own = folder / f"{peer.part}-{peer.name}-{transport}"
        own.mkdir()
        yield from peer.run(Site(own, certificates), available.version, transport)
