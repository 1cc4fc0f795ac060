"""Servers broken in one rule each, and three that are broken altogether: what the cases have to catch."""
