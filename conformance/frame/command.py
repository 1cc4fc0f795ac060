"""`h2conf run --role frame`."""

import argparse

from ..cases.loader import load_catalogue
from ..run.vectorrun import run_vectors
from .runner import open_reader, run_vector
from .suite import known_vectors


def execute(arguments: argparse.Namespace) -> int:
    """Run the frame vectors that the command line chooses."""
    known = known_vectors(arguments.select, load_catalogue())
    return run_vectors(arguments, known, open_reader, run_vector)
