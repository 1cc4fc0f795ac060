"""The bits that begin each representation; the other bits of the octet are the prefix (RFC 7541 6)."""

from typing import Final

INDEXED: Final = 0x80
"""Indexed field, 7-bit prefix (RFC 7541 6.1)."""

INCREMENTAL: Final = 0x40
"""Literal with incremental indexing, 6-bit prefix (RFC 7541 6.2.1)."""

SIZE_UPDATE: Final = 0x20
"""Dynamic table size update, 5-bit prefix (RFC 7541 6.3)."""

NEVER_INDEXED: Final = 0x10
"""Literal never indexed, 4-bit prefix (RFC 7541 6.2.3)."""

WITHOUT_INDEXING: Final = 0x00
"""Literal without indexing, 4-bit prefix (RFC 7541 6.2.2)."""
