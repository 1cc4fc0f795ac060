"""What holds for all tests of the harness: no deadlines, and the scores at the end of a run."""

import pytest
from hypothesis import settings

# How long an example takes says how busy the machine is.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

SCORE = "score"
"""Name of the property under which a test records a line for the summary."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the scores that tests recorded; properties travel with the reports, also from xdist's workers."""
    reports = [
        report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, [])
    ]
    lines = [value for report in reports for name, value in report.user_properties if name == SCORE]
    if lines:
        terminalreporter.section("scores")
        for line in sorted(set(lines)):
            terminalreporter.write_line(str(line))
