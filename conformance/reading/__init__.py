"""Reads YAML strictly: nodes that know their place, where the data lies, and the JSON Schemas beside it."""
