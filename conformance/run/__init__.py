"""Runs over many cases: needs, processes and threads, retries, reports, exit codes."""
