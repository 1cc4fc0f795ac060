"""The commands of `h2interop`, one module each with `register(subparsers)`."""
