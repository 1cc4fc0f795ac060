"""Run `python -m conformance`: the command `h2conf` from a checkout."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
