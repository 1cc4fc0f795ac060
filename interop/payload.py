"""The bodies that travel: seeded, incompressible, so that a lost or swapped octet shows in the hash."""

import hashlib
import random

MIB = 1 << 20
DOWNLOAD_SIZE = 20_000_000
"""Octets of the large download."""


def octets(size: int, seed: int = 9113) -> bytes:
    """Return `size` pseudo-random octets, the same for the same seed."""
    return random.Random(seed).randbytes(size)


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
