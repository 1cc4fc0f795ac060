"""Subcommands of `h2conf`, one module each.

A module `NAME.py` has `register(subparsers)`, which adds its parser and sets `execute`, a function from the
parsed arguments to an exit code.  Modules named `vectors_NAME.py` register below `h2conf vectors`.
"""
