"""Conformance: judges HTTP/2 servers, clients, proxies and HPACK codecs with the YAML vectors."""

__version__ = "0.1.0"
