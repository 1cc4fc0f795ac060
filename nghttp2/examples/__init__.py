"""Examples of the nghttp2 API; each runs as `python -m nghttp2.examples.NAME`."""
