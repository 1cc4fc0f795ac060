"""MUST cases that no mutant is shown to, and why: patterns of case names and the reason for each."""

EXCEPTIONS: dict[str, str] = {
    "server/9.2-tls/*": "the mutants live in memory, without TLS",
}
