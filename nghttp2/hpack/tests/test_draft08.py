"""The draft with the reference set, by the worked examples of its Appendix D."""

import random
import subprocess
import sys

import pytest

from ...codes import ErrorCode
from ...errors import CompressionFault
from ..draft08 import HDDeflater, HDInflater, print_hd_table
from ..draft08_table import HDTableEntry08
from .streams import connection

Fields = list[tuple[bytes, bytes]]


def fields(text: str) -> Fields:
    """Read one field a line; the name may begin with a colon."""
    result = []
    for line in text.strip().splitlines():
        name, value = line.strip()[1:].split(": ", 1)
        result.append(((line.strip()[0] + name).encode(), value.encode()))
    return result


FIRST_REQUEST = """
    :method: GET
    :scheme: http
    :path: /
    :authority: www.example.com
"""
AFTER_FIRST_REQUEST = [
    (57, ":authority: www.example.com"),
    (38, ":path: /"),
    (43, ":scheme: http"),
    (42, ":method: GET"),
]
SECOND_REQUEST = """
    cache-control: no-cache
    :authority: www.example.com
    :path: /
    :scheme: http
    :method: GET
"""
AFTER_SECOND_REQUEST = [(53, "cache-control: no-cache"), *AFTER_FIRST_REQUEST]
THIRD_REQUEST = """
    :method: GET
    :scheme: https
    :path: /index.html
    :authority: www.example.com
    custom-key: custom-value
"""
AFTER_THIRD_REQUEST = [
    (54, "custom-key: custom-value"),
    (48, ":path: /index.html"),
    (44, ":scheme: https"),
    *AFTER_SECOND_REQUEST,
]
FIRST_RESPONSE = """
    :status: 302
    cache-control: private
    date: Mon, 21 Oct 2013 20:13:21 GMT
    location: https://www.example.com
"""
AFTER_FIRST_RESPONSE = [
    (63, "location: https://www.example.com"),
    (65, "date: Mon, 21 Oct 2013 20:13:21 GMT"),
    (52, "cache-control: private"),
    (42, ":status: 302"),
]
SECOND_RESPONSE = """
    :status: 200
    location: https://www.example.com
    date: Mon, 21 Oct 2013 20:13:21 GMT
    cache-control: private
"""
AFTER_SECOND_RESPONSE = [(42, ":status: 200"), *AFTER_FIRST_RESPONSE[:3]]
COOKIE = "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"
THIRD_RESPONSE = f"""
    cache-control: private
    date: Mon, 21 Oct 2013 20:13:22 GMT
    content-encoding: gzip
    location: https://www.example.com
    :status: 200
    {COOKIE}
"""
AFTER_THIRD_RESPONSE = [
    (98, COOKIE),
    (52, "content-encoding: gzip"),
    (65, "date: Mon, 21 Oct 2013 20:13:22 GMT"),
]

# id: table size, then block, fields, table with sizes after the block, and the reference set after it
# (the indexes that the draft lists before the following example, or that its actions leave).
Block = tuple[str, str, list[tuple[int, str]], set[int]]
EXAMPLES: dict[str, tuple[int, list[Block]]] = {
    "D.2.1": (
        4096,
        [
            (
                "40 0a 63 75 73 74 6f 6d 2d 6b 65 79 0d 63 75 73 74 6f 6d 2d 68 65 61 64 65 72",
                "custom-key: custom-header",
                [(55, "custom-key: custom-header")],
                {1},
            )
        ],
    ),
    "D.2.2": (4096, [("04 0c 2f 73 61 6d 70 6c 65 2f 70 61 74 68", ":path: /sample/path", [], set())]),
    "D.2.3": (4096, [("10 08 70617373776f7264 06 736563726574", "password: secret", [], set())]),
    "D.2.4": (4096, [("82", ":method: GET", [(42, ":method: GET")], {1})]),
    "D.2.5": (0, [("20 82", ":method: GET", [], set())]),
    "D.3": (
        4096,
        [
            (
                "82 87 86 44 0f 7777772e6578616d706c652e636f6d",
                FIRST_REQUEST,
                AFTER_FIRST_REQUEST,
                {1, 2, 3, 4},
            ),
            ("5c 08 6e6f2d6361636865", SECOND_REQUEST, AFTER_SECOND_REQUEST, {1, 2, 3, 4, 5}),
            (
                "30 85 8c 8b 84 40 0a 637573746f6d2d6b6579 0c 637573746f6d2d76616c7565",
                THIRD_REQUEST,
                AFTER_THIRD_REQUEST,
                {1, 2, 3, 5, 8},
            ),
        ],
    ),
    "D.4": (
        4096,
        [
            ("82 87 86 44 8c f1e3c2e5f23a6ba0ab90f4ff", FIRST_REQUEST, AFTER_FIRST_REQUEST, {1, 2, 3, 4}),
            ("5c 86 a8eb10649cbf", SECOND_REQUEST, AFTER_SECOND_REQUEST, {1, 2, 3, 4, 5}),
            (
                "30 85 8c 8b 84 40 88 25a849e95ba97d7f 89 25a849e95bb8e8b4bf",
                THIRD_REQUEST,
                AFTER_THIRD_REQUEST,
                {1, 2, 3, 5, 8},
            ),
        ],
    ),
    "D.5": (
        256,
        [
            (
                "48 03 333032 59 07 70726976617465"
                " 63 1d 4d6f6e2c203231204f637420323031332032303a31333a323120474d54"
                " 71 17 68747470733a2f2f7777772e6578616d706c652e636f6d",
                FIRST_RESPONSE,
                AFTER_FIRST_RESPONSE,
                {1, 2, 3, 4},
            ),
            ("8c", SECOND_RESPONSE, AFTER_SECOND_RESPONSE, {1, 2, 3, 4}),
            (
                "84 84 43 1d 4d6f6e2c203231204f637420323031332032303a31333a323220474d54"
                " 5e 04 677a6970 84 84 83 83 7b 38 666f6f3d4153444a4b48514b425a584f5157454f5049554158"
                "5157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31",
                THIRD_RESPONSE,
                AFTER_THIRD_RESPONSE,
                {1, 2, 3},
            ),
        ],
    ),
    "D.6": (
        256,
        [
            (
                "48 82 6402 59 85 aec3771a4b 63 96 d07abe941054d444a8200595040b8166e082a62d1bff"
                " 71 91 9d29ad171863c78f0b97c8e9ae82ae43d3",
                FIRST_RESPONSE,
                AFTER_FIRST_RESPONSE,
                {1, 2, 3, 4},
            ),
            ("8c", SECOND_RESPONSE, AFTER_SECOND_RESPONSE, {1, 2, 3, 4}),
            (
                "84 84 43 96 d07abe941054d444a8200595040b8166e084a62d1bff 5e 83 9bd9ab 84 84 83 83"
                " 7b ad 94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b106"
                "3d5007",
                THIRD_RESPONSE,
                AFTER_THIRD_RESPONSE,
                {1, 2, 3},
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_decoder_follows_appendix_d(name: str) -> None:
    size, blocks = EXAMPLES[name]
    decoder = HDInflater()
    if name == "D.2.5":  # the setting is 0, which the draft wants confirmed by a size update
        decoder.change_table_size(size)
    elif size != 4096:
        decoder.change_table_size(size)
        assert decoder.inflate(bytes.fromhex("2f f1 01")) == []  # 256
    for block, expected, entries, reference_set in blocks:
        assert decoder.inflate(bytes.fromhex(block)) == fields(expected)
        result = decoder.get_hd_table()
        assert [(e.space(), (e.name, e.value)) for e in result] == [
            (s, fields(text)[0]) for s, text in entries
        ]
        assert {
            i for i, e in enumerate(result, 1) if isinstance(e, HDTableEntry08) and e.ref
        } == reference_set


def test_the_encoder_writes_the_examples_without_context() -> None:
    assert HDDeflater().deflate([(b":method", b"GET")]).hex() == "82"
    encoder = HDDeflater()
    requests = [FIRST_REQUEST, SECOND_REQUEST]
    blocks = [encoder.deflate(fields(request)).hex() for request in requests]
    assert blocks == ["828786448cf1e3c2e5f23a6ba0ab90f4ff", "5c86a8eb10649cbf"]


def test_a_repeated_list_costs_nothing_and_what_is_gone_is_taken_out() -> None:
    encoder, decoder = HDDeflater(), HDInflater()
    foo, baz = (b"foo", b"bar"), (b"baz", b"buz")
    for expected, block in [
        ([foo, baz], "40 82 94e7 03 626172 40 03 62617a 03 62757a"),
        ([foo, baz], ""),
        ([foo], "81"),
        ([], "82"),
        ([], ""),
    ]:
        octets = encoder.deflate(expected)
        assert octets == bytes.fromhex(block)
        assert sorted(decoder.inflate(octets)) == sorted(expected)


def test_a_field_whose_entry_is_displaced_in_the_block_is_named() -> None:
    encoder, decoder = HDDeflater(68), HDInflater()  # two entries of 34 octets fit exactly
    decoder.change_table_size(68)
    for expected, block in [
        ([(b"a", b"1"), (b"b", b"2")], "2f 35 40 01 61 01 31 40 01 62 01 32"),
        ([(b"a", b"1"), (b"c", b"3")], "82 82 40 01 63 01 33 82"),  # b is taken out at the end
        ([(b"c", b"3"), (b"c", b"3"), (b"c", b"3")], "81 81 81 81 81 81"),
    ]:
        octets = encoder.deflate(expected)
        assert octets.hex() == bytes.fromhex(block).hex()
        assert sorted(decoder.inflate(octets)) == expected


def test_without_a_reference_set_every_block_empties_it() -> None:
    encoder, decoder = HDDeflater(), HDInflater()
    encoder.set_no_refset(True)
    for block in ("30 40 82 94e7 03 626172", "30 81"):
        octets = encoder.deflate([(b"foo", b"bar")])
        assert octets == bytes.fromhex(block)
        assert decoder.inflate(octets) == [(b"foo", b"bar")]


def test_a_size_update_has_a_4_bit_prefix() -> None:
    encoder = HDDeflater()
    encoder.change_table_size(100)
    assert encoder.deflate([]).hex() == "2f55"
    assert HDDeflater(0).deflate([]).hex() == "20"


def test_the_table_prints_the_reference_set(capsys: pytest.CaptureFixture[str]) -> None:
    encoder = HDDeflater()
    encoder.deflate([(b"foo", b"bar"), (b"custom-key", b"custom-value")])
    encoder.deflate([(b"custom-key", b"custom-value")])
    print_hd_table(encoder.get_hd_table())
    assert capsys.readouterr().out == "[1] (s=54) (r=y) custom-key: custom-value\n[2] (s=38) (r=n) foo: bar\n"


@pytest.mark.parametrize("seed", range(8))
def test_random_lists_come_back_as_multisets_over_size_changes(seed: int) -> None:
    generator = random.Random(seed)
    encoder, decoder = HDDeflater(), HDInflater()
    encoder.set_no_refset(seed % 4 == 3)
    for step in connection(generator, 80):
        if isinstance(step, int):
            encoder.change_table_size(step)
            decoder.change_table_size(step)
            continue
        expected = [(name, value) for name, value, _ in step]
        assert sorted(decoder.inflate(encoder.deflate(expected))) == sorted(expected)
        assert decoder.get_hd_table() == encoder.get_hd_table()


@pytest.mark.parametrize(
    "block",
    [
        pytest.param("80", id="index 0"),
        pytest.param("be", id="index beyond the static table"),
        pytest.param("31", id="bits after emptying the reference set"),
        pytest.param("2f f2 1f", id="size update above the limit"),
        pytest.param("44", id="value missing"),
        pytest.param("44 05 61", id="value cut off"),
        pytest.param("44 81 00", id="padding of zeros"),
        pytest.param("ff 80 80 80 80 80 01", id="integer too long"),
    ],
)
def test_a_broken_block_is_a_compression_error_and_the_decoder_stays_dead(block: str) -> None:
    decoder = HDInflater()
    for octets in (bytes.fromhex(block), bytes.fromhex("82")):
        with pytest.raises(CompressionFault) as caught:
            decoder.inflate(octets)
        assert caught.value.error_code is ErrorCode.COMPRESSION_ERROR


def test_a_lowered_limit_must_be_confirmed() -> None:
    for block, accepted in (("", False), ("82", False), ("2f 55 82", False), ("20 82", True)):
        decoder = HDInflater()
        decoder.change_table_size(0)
        decoder.change_table_size(4096)
        if accepted:
            assert decoder.inflate(bytes.fromhex(block)) == [(b":method", b"GET")]
        else:
            with pytest.raises(CompressionFault, match=r"limit|lowered"):
                decoder.inflate(bytes.fromhex(block))


def test_wrong_types_are_refused_and_change_nothing() -> None:
    encoder = HDDeflater()
    with pytest.raises(TypeError, match="expected bytes, str found"):
        encoder.deflate([(b"foo", b"bar"), (b"name", "text")])  # type: ignore[list-item]  # on purpose
    assert encoder.get_hd_table() == []
    with pytest.raises(TypeError, match="expected bytes, str found"):
        HDInflater().inflate("82")  # type: ignore[arg-type]  # on purpose


def test_the_codec_of_rfc_7541_does_not_load_the_draft() -> None:
    script = "import sys, nghttp2.hpack; print([name for name in sys.modules if 'draft08' in name])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
