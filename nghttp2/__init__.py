"""HTTP/2 (RFC 9113) and HPACK (RFC 7541) in pure Python under the nghttp2 Python API."""

__all__: list[str] = []
__version__ = "0.1.0"
