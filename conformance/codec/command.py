"""`h2conf run --role codec`: judges an HPACK codec."""

import argparse

from ..cases.loader import load_catalogue
from ..run.vectorrun import run_vectors
from .runner import open_codec, run_vector
from .suite import known_vectors


def execute(arguments: argparse.Namespace) -> int:
    """Run the chosen codec vectors and return the exit code."""
    known = known_vectors(arguments.select, load_catalogue())
    return run_vectors(arguments, known, open_codec, run_vector)
