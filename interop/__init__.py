"""Interoperability: differential tests and the matrix of real HTTP/2 peers."""
