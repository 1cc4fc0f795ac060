"""What the tests of the harness say at the end of a run besides their outcomes."""

import pytest

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
