"""stimulus.py: what a case sent, without what only one run has."""

import pytest

from .. import stimulus
from .records import PREFACE, SETTINGS, entry, sends

PORT = "35 37 31 31 39"
METHOD = "00 07 3a 6d 65 74 68 6f 64 03 47 45 54"
SCHEME = "00 07 3a 73 63 68 65 6d 65 04 68 74 74 70"
AUTHORITY = "00 0a 3a 61 75 74 68 6f 72 69 74 79 0f 31 32 37 2e 30 2e 30 2e 31 3a"
PATH = "00 05 3a 70 61 74 68 01 2f"
GET = f"{METHOD} {SCHEME} {AUTHORITY} {PORT} {PATH}"
FENCE = "00 00 08 06 00 00 00 00 00 68 32 63 66 00 00 00 07"


FIRST = "00 00 40 01 05 00 00 00 01 [GET /]"
BAD = "00 00 00 04 01 00 00 00 01"


def get(stream_id: int) -> str:
    return f"00 00 40 01 05 00 00 00 {stream_id:02x} {GET}"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ([BAD], BAD),
        ([get(1)], FIRST),
        (
            [f"00 00 4b 01 05 00 00 00 01 {GET} 00 07 78 2d 63 68 65 63 6b 01 20"],
            "00 00 4b 01 05 00 00 00 01 [GET /] 00 07 78 2d 63 68 65 63 6b 01 20",
        ),
        ([get(3), FENCE, get(1), FENCE], f"00 00 40 01 05 00 00 00 03 [GET /] / {FIRST}"),
        ([BAD, FENCE, get(1)], BAD),
        ([BAD, get(1)], f"{BAD} / {FIRST}"),
        ([FENCE, get(1)], FIRST),
    ],
    ids=["frame", "plain-get", "get-and-field", "two-requests", "last-request", "no-fence", "get-alone"],
)  # fmt: skip
def test_frames_are_shown_without_fences_and_the_last_request(sent: list[str], shown: str) -> None:
    assert stimulus.octets(sends(*sent)) == shown


def test_the_port_is_zeros_also_where_frames_cut_it() -> None:
    first = f"00 00 19 01 01 00 00 00 01 {AUTHORITY} 35 37"
    second = f"00 00 0c 09 04 00 00 00 01 31 31 39 {PATH}"
    shown = stimulus.octets(sends(first, second))
    assert shown == f"{first[:-5]}30 30 / {second.replace('31 31 39', '30 30 30')}"


def test_two_runs_on_different_ports_show_the_same() -> None:
    other = get(1).replace(PORT, "34 30 30 30 31")
    assert stimulus.octets(sends(get(1))) == stimulus.octets(sends(other))


def test_what_any_client_answers_is_left_out() -> None:
    transcript = [
        entry("send", PREFACE),
        entry("send", SETTINGS),
        entry("recv", "00 00 00 04 00 00 00 00 00"),
        entry("send", "00 00 00 04 01 00 00 00 00"),
        entry("send", get(1)),
        entry("recv", "00 00 02 00 00 00 00 00 01 61 62"),
        entry("send", "00 00 04 08 00 00 00 00 00 00 00 00 02"),
        entry("send", "00 00 04 08 00 00 00 00 01 00 00 00 02"),
        entry("recv", "00 00 08 06 00 00 00 00 00 01 02 03 04 05 06 07 08"),
        entry("send", "00 00 08 06 01 00 00 00 00 01 02 03 04 05 06 07 08"),
        entry("send", "00 00 04 08 00 00 00 00 00 00 00 00 02"),
        entry("send", "00 00 00 04 01 00 00 00 00"),
    ]
    assert stimulus.octets(transcript) == (
        f"{FIRST} / 00 00 04 08 00 00 00 00 00 00 00 00 02 / 00 00 00 04 01 00 00 00 00"
    )


def test_a_control_and_notes_are_left_out() -> None:
    control = entry("send", get(1), phase="control")
    note = {"on": "a", "dir": "note", "phase": "case", "summary": "closed"}
    assert stimulus.octets([*sends(), control, note]) == ""


def test_settings_and_preface_of_the_case_s_own_are_shown() -> None:
    transcript = [
        entry("send", PREFACE[:-3] + " 0b"),
        entry("send", "00 00 06 04 00 00 00 00 00 00 04 00 00 00 00"),
    ]
    assert stimulus.octets(transcript).endswith(
        "53 4d 0d 0a 0d 0b / 00 00 06 04 00 00 00 00 00 00 04 00 00 00 00"
    )


def test_long_frames_and_many_frames_are_cut() -> None:
    whole = "00 00 80 00 00 00 00 00 01 " + " ".join(["61"] * 128)
    (shown,) = stimulus.octets(sends(whole)).split(" / ")
    assert shown.count("61") == stimulus.HEAD + stimulus.TAIL
    assert " 61 … 61 " in shown
    recorded = entry("send", whole, length=20_000, hex=f"{whole} ...")
    assert stimulus.octets([recorded]).endswith("61 …")
    many = stimulus.octets(sends(*(f"00 00 00 0a 00 00 00 00 {stream_id:02x}" for stream_id in range(9))))
    assert many.count("/") == stimulus.MAX_FRAMES
    assert many.endswith("/ …")


def test_a_second_connection_is_named() -> None:
    transcript = [*sends(get(1)), *({**line, "on": "b"} for line in sends(get(3)))]
    assert stimulus.octets(transcript) == (f"a: {FIRST} // b: 00 00 40 01 05 00 00 00 03 [GET /]")


@pytest.mark.parametrize("times", [2, 9])
def test_a_frame_that_is_sent_again_and_again_is_shown_once(times: int) -> None:
    assert stimulus.octets(sends(get(1), *[BAD] * times, get(3))) == (
        f"{FIRST} / {BAD} / … / 00 00 40 01 05 00 00 00 03 [GET /]"
    )


def test_a_method_that_markdown_would_read_is_shown_in_hex() -> None:
    shown = stimulus.octets(sends(get(1).replace("03 47 45 54", "03 47 60 54")))
    assert shown.startswith("00 00 40 01 05 00 00 00 01 00 07 3a 6d 65 74 68 6f 64 03 47 60 54")
