"""The dialogue cases: what is sent and expected, read from YAML, chosen, told in words, built into octets."""
