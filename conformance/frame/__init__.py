"""Role `frame`: single wires, judged on a frame reader (RFC 9113 4 and 6)."""
