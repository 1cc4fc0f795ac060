"""Interoperability: differential tests and the matrix of real HTTP/2 peers."""

__version__ = "0.1.0"
