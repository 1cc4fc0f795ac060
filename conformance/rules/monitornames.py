"""The passive rules a case may name: each holds for everything a target sends, whatever the case is about."""

from typing import Final

MONITORS: Final[dict[str, str]] = {
    "settings-first": "RFC 9113 3.4",
    "reserved-bit-unset": "RFC 9113 4.1",
    "unused-flags-unset": "RFC 9113 4.1",
    "padding-zero": "RFC 9113 6.1",
    "frame-size": "RFC 9113 4.2",
    "window-obeyed": "RFC 9113 6.9.1",
    "stream-ids": "RFC 9113 5.1.1",
    "nothing-after-end-stream": "RFC 9113 5.1",
    "nothing-after-rst": "RFC 9113 5.4.2",
    "settings-values": "RFC 9113 6.5.2",
    "one-ack-per-settings": "RFC 9113 6.5.3",
    "ping-ack-identical": "RFC 9113 6.7",
    "fields-valid": "RFC 9113 8.2.1",
    "no-content-length": "RFC 9110 8.6",
    "fields-lowercase": "RFC 9113 8.2",
    "status-first": "RFC 9113 8.3.2",
    "no-connection-fields": "RFC 9113 8.2.2",
    "no-101": "RFC 9113 8.6",
    "no-goaway-increase": "RFC 9113 6.8",
    "window-update-nonzero": "RFC 9113 6.9",
    "credit-in-range": "RFC 9113 6.9.1",
    "header-list-size": "RFC 9113 6.5.2",
    "push-rules": "RFC 9113 8.4",
    "hpack-valid": "RFC 9113 4.3",
    "no-data-on-head": "RFC 9110 9.3.2",
    "no-data-on-204": "RFC 9110 15.3.5",
    "no-data-on-304": "RFC 9110 15.4.5",
    "content-length-true": "RFC 9113 8.1.1",
    "trailers-no-pseudo": "RFC 9113 8.1",
    "continuation-contiguous": "RFC 9113 6.10",
}
"""Rule and the section it comes from."""
