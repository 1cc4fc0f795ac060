"""The worked examples of RFC 7541 C.2 to C.6: decoded, with the table after each block, and encoded."""

import pytest

from ..deflater import HDDeflater
from ..inflater import HDInflater

Fields = list[tuple[bytes, bytes]]


def fields(*lines: str) -> Fields:
    """Read fields; the name may begin with a colon."""
    result = []
    for line in lines:
        name, value = line[1:].split(": ", 1)
        result.append(((line[0] + name).encode(), value.encode()))
    return result


GET, HTTP, HTTPS, ROOT = ":method: GET", ":scheme: http", ":scheme: https", ":path: /"
AUTHORITY, NO_CACHE, CUSTOM = (
    ":authority: www.example.com",
    "cache-control: no-cache",
    "custom-key: custom-value",
)
FIRST = [GET, HTTP, ROOT, AUTHORITY]
SECOND = [*FIRST, NO_CACHE]
THIRD = [GET, HTTPS, ":path: /index.html", AUTHORITY, CUSTOM]
PRIVATE, LOCATION = "cache-control: private", "location: https://www.example.com"
DATE_21, DATE_22 = "date: Mon, 21 Oct 2013 20:13:21 GMT", "date: Mon, 21 Oct 2013 20:13:22 GMT"
COOKIE = "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"
RESPONSE_1 = [":status: 302", PRIVATE, DATE_21, LOCATION]
RESPONSE_2 = [":status: 307", PRIVATE, DATE_21, LOCATION]
RESPONSE_3 = [":status: 200", PRIVATE, DATE_22, LOCATION, "content-encoding: gzip", COOKIE]

# id -> table size and blocks: octets, fields, table (newest first) and its size in octets.
Block = tuple[str, list[str], list[str], int]
EXAMPLES: dict[str, tuple[int, list[Block]]] = {
    "C.2.1": (
        4096,
        [
            (
                "40 0a 637573746f6d2d6b6579 0d 637573746f6d2d686561646572",
                ["custom-key: custom-header"],
                ["custom-key: custom-header"],
                55,
            )
        ],
    ),
    "C.2.2": (4096, [("04 0c 2f73616d706c652f70617468", [":path: /sample/path"], [], 0)]),
    "C.2.3": (4096, [("10 08 70617373776f7264 06 736563726574", ["password: secret"], [], 0)]),
    "C.2.4": (4096, [("82", [GET], [], 0)]),
    "C.3": (
        4096,
        [
            ("82 86 84 41 0f 7777772e6578616d706c652e636f6d", FIRST, [AUTHORITY], 57),
            ("82 86 84 be 58 08 6e6f2d6361636865", SECOND, [NO_CACHE, AUTHORITY], 110),
            (
                "82 87 85 bf 40 0a 637573746f6d2d6b6579 0c 637573746f6d2d76616c7565",
                THIRD,
                [CUSTOM, NO_CACHE, AUTHORITY],
                164,
            ),
        ],
    ),
    "C.4": (
        4096,
        [
            ("82 86 84 41 8c f1e3c2e5f23a6ba0ab90f4ff", FIRST, [AUTHORITY], 57),
            ("82 86 84 be 58 86 a8eb10649cbf", SECOND, [NO_CACHE, AUTHORITY], 110),
            (
                "82 87 85 bf 40 88 25a849e95ba97d7f 89 25a849e95bb8e8b4bf",
                THIRD,
                [CUSTOM, NO_CACHE, AUTHORITY],
                164,
            ),
        ],
    ),
    "C.5": (
        256,
        [
            (
                "48 03 333032 58 07 70726976617465"
                " 61 1d 4d6f6e2c203231204f637420323031332032303a31333a323120474d54"
                " 6e 17 68747470733a2f2f7777772e6578616d706c652e636f6d",
                RESPONSE_1,
                [LOCATION, DATE_21, PRIVATE, ":status: 302"],
                222,
            ),
            ("48 03 333037 c1 c0 bf", RESPONSE_2, [":status: 307", LOCATION, DATE_21, PRIVATE], 222),
            (
                "88 c1 61 1d 4d6f6e2c203231204f637420323031332032303a31333a323220474d54 c0 5a 04 677a6970"
                " 77 38 666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d616765"
                "3d333630303b2076657273696f6e3d31",
                RESPONSE_3,
                [COOKIE, "content-encoding: gzip", DATE_22],
                215,
            ),
        ],
    ),
    "C.6": (
        256,
        [
            (
                "48 82 6402 58 85 aec3771a4b 61 96 d07abe941054d444a8200595040b8166e082a62d1bff"
                " 6e 91 9d29ad171863c78f0b97c8e9ae82ae43d3",
                RESPONSE_1,
                [LOCATION, DATE_21, PRIVATE, ":status: 302"],
                222,
            ),
            ("48 83 640eff c1 c0 bf", RESPONSE_2, [":status: 307", LOCATION, DATE_21, PRIVATE], 222),
            (
                "88 c1 61 96 d07abe941054d444a8200595040b8166e084a62d1bff c0 5a 83 9bd9ab"
                " 77 ad 94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1"
                "063d5007",
                RESPONSE_3,
                [COOKIE, "content-encoding: gzip", DATE_22],
                215,
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_blocks_decode_to_the_fields_and_leave_the_table(name: str) -> None:
    size, blocks = EXAMPLES[name]
    decoder = HDInflater()
    if size != 4096:
        decoder.change_table_size(size)
        assert decoder.inflate(bytes.fromhex("3f e1 01")) == []  # 256
    for octets, expected, entries, table_size in blocks:
        assert decoder.inflate(bytes.fromhex(octets)) == fields(*expected)
        table = decoder.get_hd_table()
        assert [(entry.name, entry.value) for entry in table] == fields(*entries)
        assert sum(entry.space() for entry in table) == table_size
    assert decoder.never_indexed == ([0] if name == "C.2.3" else [])


def test_the_encoder_writes_the_requests_with_huffman_coding() -> None:
    encoder = HDDeflater()
    for octets, request, _, _ in EXAMPLES["C.4"][1]:
        assert encoder.deflate(fields(*request)) == bytes.fromhex(octets)
