"""Codec vectors: reading them, codecs under test, and the verdict (role `codec`, RFC 7541)."""
