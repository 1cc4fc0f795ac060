"""A short run of the fuzzer; `python -m nghttp2.hpack.tests.fuzz` makes a long one."""

from .fuzz import run


def test_damaged_and_random_blocks_raise_only_documented_errors() -> None:
    outcomes, _ = run(6_000, seed=7541)
    assert outcomes.total() == 6_000
    assert outcomes["decoded"] > 1_000
    assert outcomes["refused"] > 1_000
    assert outcomes["max_header_list_size"] > 0
    assert outcomes["max_header_fields"] > 0
    assert outcomes["max_string"] > 0
