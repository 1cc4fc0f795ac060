"""MUST cases that no mutant is shown to, and mutants that may fail everything, each with the reason."""

import ssl
from typing import Final

OLD_TLS: Final = ssl.HAS_TLSv1 and ssl.HAS_TLSv1_1
"""Whether a server that speaks old TLS can be made here."""

EXCEPTIONS: Final[dict[str, str]] = (
    {} if OLD_TLS else {"server/9.2-tls/tls-1.[01]": "this Python's TLS library speaks neither version"}
)
"""Patterns of case names."""

WHOLE: Final[dict[str, str]] = {
    "never-acknowledges-settings": "no handshake is completed, and every case but a few begins with one",
}
"""Mutants whose radius is everything."""
