"""body.py: what `wrap` makes of each source; how they go out is in test_serving and test_server."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nghttp2.body import DATA_DEFERRED, DATA_EOF, DATA_OK, Body, wrap


def no_spawn(coroutine: Any, done: Any) -> Any:
    coroutine.close()
    raise AssertionError("nothing asynchronous here")


def read_all(body: Body | None, size: int) -> bytes:
    assert body is not None
    found = b""
    while True:
        data, flag = body.read(size)
        assert len(data) <= size
        found += data
        if flag == DATA_EOF:
            return found
        assert data


@given(st.binary(min_size=1, max_size=100), st.integers(1, 30))
def test_every_source_gives_its_octets_in_any_steps(content: bytes, size: int) -> None:
    parts = iter([content[:7], b"", content[7:]])
    for source in (content, bytearray(content), memoryview(content), io.BytesIO(content), parts):
        assert read_all(wrap(source, no_spawn, lambda: None), size) == content


def test_nothing_to_read_is_no_body() -> None:
    for source in (None, "", b"", bytearray()):
        assert wrap(source, no_spawn, lambda: None) is None


def test_a_buffer_may_be_changed_by_its_owner_afterwards() -> None:
    source = bytearray(b"before")
    body = wrap(source, no_spawn, lambda: None)
    source[:] = b"after!"
    source.clear()
    assert read_all(body, 4) == b"before"


def test_a_raw_file_without_data_is_a_pause_and_its_end_an_end() -> None:
    class Raw(io.RawIOBase):
        answers: list[bytes | None] = [b"x", None, b""]  # noqa: RUF012 - one instance

        def read(self, size: int = -1) -> bytes | None:
            return self.answers.pop(0)

    body = wrap(Raw(), no_spawn, lambda: None)
    assert body is not None
    assert [body.read(10) for _ in range(3)] == [(b"x", DATA_OK), (b"", DATA_OK), (b"", DATA_EOF)]


def test_a_generator_may_pause() -> None:
    body = wrap(lambda n: (None, DATA_DEFERRED), no_spawn, lambda: None)
    assert body is not None
    assert body.read(10) == (b"", DATA_DEFERRED)


def test_iterators_and_files_are_closed() -> None:
    closed = []

    def parts() -> Any:
        try:
            yield b"x"
        finally:
            closed.append(True)

    body = wrap(parts(), no_spawn, lambda: None)
    assert body is not None
    body.read(1)
    body.close()
    assert closed == [True]


@pytest.mark.parametrize("source", [1, 1.5, object(), ["x"], {"a": b"b"}, io.StringIO("x")])
def test_anything_else_is_a_type_error(source: Any) -> None:
    with pytest.raises(TypeError):
        wrap(source, no_spawn, lambda: None)


@pytest.mark.parametrize("item", ["text", 5, None])
def test_an_iterator_of_anything_but_octets_is_a_type_error(item: Any) -> None:
    body = wrap(iter([item]), no_spawn, lambda: None)
    assert body is not None
    with pytest.raises(TypeError):
        body.read(1)
