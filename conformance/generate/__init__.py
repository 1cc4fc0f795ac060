"""Vectors true by construction: octets built from the grammar of RFC 7541, no codec imported."""
