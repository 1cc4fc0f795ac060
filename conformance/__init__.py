"""Conformance: judges HTTP/2 servers, HPACK codecs and frame readers with the YAML vectors."""

__version__ = "0.1.0"
