"""Targets: how a server under test is found, started, reached and stopped."""
