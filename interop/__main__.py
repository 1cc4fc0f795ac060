"""Run `python -m interop`: the command `h2interop` from a checkout."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
