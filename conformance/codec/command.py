"""`h2conf run --role codec`: judges an HPACK codec."""

import argparse

from ..run.vectorrun import run_vectors
from .runner import open_codec, run_vector
from .vector import load_vectors


def execute(arguments: argparse.Namespace) -> int:
    """Run the chosen codec vectors and return the exit code."""
    return run_vectors(arguments, load_vectors(), open_codec, run_vector)
