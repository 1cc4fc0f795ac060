"""`h2conf run --role frame`."""

import argparse

from ..run.vectorrun import run_vectors
from .runner import open_reader, run_vector
from .vector import load_vectors


def execute(arguments: argparse.Namespace) -> int:
    """Run the frame vectors that the command line chooses."""
    return run_vectors(arguments, load_vectors(), open_reader, run_vector)
