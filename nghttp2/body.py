"""Bodies to be sent: whatever the application gave, behind one `read` (RFC 9113 8.1).

`read(size)` returns octets, at most `size`, and a flag; it is called only when both windows and the transport
have room.  An asynchronous iterator needs help from outside, which its `start` brings.
"""

import io
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, Final, Protocol, TypeAlias

DATA_OK: Final = 0
"""More of the body follows."""

DATA_EOF: Final = 1
"""This is the last of the body; the data may be None."""

DATA_DEFERRED: Final = 2
"""Nothing at present: the body waits for `resume()`."""

Octets: TypeAlias = bytes | memoryview
Generator: TypeAlias = Callable[[int], tuple[bytes | None, int]]
Spawn: TypeAlias = Callable[[Coroutine[Any, Any, None], Callable[[], None]], Any]


class Body(Protocol):
    """Where the content of a message comes from."""

    def read(self, size: int) -> tuple[Octets, int]:
        """Return 0 to `size` octets and DATA_OK, DATA_EOF or DATA_DEFERRED; `size` is over 0."""

    def close(self) -> None:
        """Give up the source: the stream ended, after the body or before."""


class BytesBody:
    """A body that is in memory; it is sliced, not copied."""

    __slots__ = ("_position", "_view")

    def __init__(self, data: bytes) -> None:
        self._view = memoryview(data)
        self._position = 0

    def read(self, size: int) -> tuple[Octets, int]:
        """Return the next slice; the last one comes with DATA_EOF."""
        start = self._position
        end = self._position = start + size
        return self._view[start:end], DATA_EOF if end >= len(self._view) else DATA_OK

    def close(self) -> None:
        """Let go of the buffer."""
        self._view.release()


class FileBody:
    """A body read from an `io.IOBase`, which must not block."""

    __slots__ = ("_ends_short", "_file", "_read")

    def __init__(self, file: io.IOBase) -> None:
        self._file = file
        read = getattr(file, "read1", None) or getattr(file, "read", None)
        if read is None:
            raise TypeError(f"{type(file).__name__} has neither read1 nor read")
        self._read: Callable[[int], bytes | None] = read
        self._ends_short = isinstance(file, io.BytesIO)

    def read(self, size: int) -> tuple[Octets, int]:
        """Read up to `size` octets; nothing is the end, None (a raw file without data) is a pause."""
        data = self._read(size)
        if data is None:
            return b"", DATA_OK
        if not isinstance(data, bytes | bytearray):
            raise TypeError(f"the body's read returned {type(data).__name__}, not bytes")
        if not data or (self._ends_short and len(data) < size):
            return bytes(data), DATA_EOF
        return bytes(data), DATA_OK

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class GeneratorBody:
    """A body made by a function `f(n) -> (data, flag)`."""

    __slots__ = ("_generate",)

    def __init__(self, generate: Generator) -> None:
        self._generate = generate

    def read(self, size: int) -> tuple[Octets, int]:
        """Call the function and check what it returned.  Raises TypeError or ValueError."""
        result = self._generate(size)
        if not isinstance(result, tuple) or len(result) != 2:
            raise TypeError(f"a body generator returns (data, flag), not {result!r}")
        data, flag = result
        if data is None:
            data = b""
        elif not isinstance(data, bytes | bytearray | memoryview):
            raise TypeError(f"a body generator returns bytes, not {type(data).__name__}")
        if flag not in (DATA_OK, DATA_EOF, DATA_DEFERRED):
            raise ValueError(f"a body generator returned the unknown flag {flag!r}")
        if flag == DATA_DEFERRED and data:
            raise ValueError("a body generator returned DATA_DEFERRED with data")
        return bytes(data), flag

    def close(self) -> None:
        """Nothing is held."""


class IteratorBody:
    """A body from an iterator of bytes; items of any size."""

    __slots__ = ("_items", "_rest")

    def __init__(self, items: Iterator[bytes]) -> None:
        self._items = items
        self._rest = memoryview(b"")

    def read(self, size: int) -> tuple[Octets, int]:
        """Return from the item at hand, or from the next one that is not empty."""
        while not self._rest:
            try:
                item = next(self._items)
            except StopIteration:
                return b"", DATA_EOF
            if not isinstance(item, bytes | bytearray | memoryview):
                raise TypeError(f"a body iterator yields bytes, not {type(item).__name__}")
            self._rest = memoryview(item).cast("B")
        data = self._rest[:size]
        self._rest = self._rest[size:]
        return data, DATA_OK

    def close(self) -> None:
        """Close the generator, if it is one."""
        close = getattr(self._items, "close", None)
        if close is not None:
            close()


class AsyncIteratorBody:
    """A body from an asynchronous iterator of bytes; an item is asked for only when there is room for it."""

    __slots__ = ("_failure", "_is_closed", "_is_done", "_items", "_rest", "_resume", "_spawn", "_task")

    def __init__(self, items: AsyncIterator[bytes], spawn: Spawn, resume: Callable[[], None]) -> None:
        self._items = items
        self._spawn = spawn
        self._resume = resume
        self._rest = memoryview(b"")
        self._task: Any = None
        self._is_closed = False
        self._is_done = False
        self._failure: Exception | None = None

    def read(self, size: int) -> tuple[Octets, int]:
        """Return from the item at hand, or start fetching the next one.  Raises what the iterator raised."""
        if self._rest:
            data = self._rest[:size]
            self._rest = self._rest[size:]
            return data, DATA_OK
        if self._failure is not None:
            raise self._failure
        if self._is_done:
            return b"", DATA_EOF
        if self._task is None:
            self._task = self._spawn(self._fetch(), self._fetched)
        return b"", DATA_DEFERRED

    async def _fetch(self) -> None:
        try:
            while not self._rest:
                item = await anext(self._items)
                if not isinstance(item, bytes | bytearray | memoryview):
                    raise TypeError(f"a body iterator yields bytes, not {type(item).__name__}")
                self._rest = memoryview(item).cast("B")
        except StopAsyncIteration:
            self._is_done = True
        except Exception as failure:  # noqa: BLE001 - raised again by read, where the stream is reset
            self._failure = failure

    def _fetched(self) -> None:
        """Go on once a fetch ended, however it did."""
        self._task = None
        if self._is_closed:
            self._close_items()
        else:
            self._resume()

    def close(self) -> None:
        """Stop fetching; an asynchronous generator is closed."""
        if not self._is_closed:
            self._is_closed = True
            if self._task is None:
                self._close_items()
            else:
                self._task.cancel()

    def _close_items(self) -> None:
        aclose = getattr(self._items, "aclose", None)
        if aclose is not None and not self._is_done:
            self._spawn(aclose(), _nothing)


def _nothing() -> None:
    """Do nothing."""


def wrap(body: Any, spawn: Spawn, resume: Callable[[], None]) -> Body | None:
    """Return what reads from `body`, or None if there is nothing to read.

    body: None, str (sent as UTF-8), bytes, bytearray, memoryview, io.IOBase, a function `f(n) -> (data,
    flag)`, an iterator or an asynchronous iterator of bytes.  Raises TypeError for anything else.
    """
    if body is None:
        return None
    if isinstance(body, str):
        body = body.encode()
    if isinstance(body, bytearray | memoryview):
        body = bytes(body)  # the application may go on writing into its own
    if isinstance(body, bytes):
        return BytesBody(body) if body else None
    if isinstance(body, io.IOBase):
        if isinstance(body, io.TextIOBase):
            raise TypeError("the body is a text file; open it in binary mode")
        return FileBody(body)
    if isinstance(body, AsyncIterator):
        return AsyncIteratorBody(body, spawn, resume)
    if isinstance(body, Iterator):
        return IteratorBody(body)
    if callable(body):
        return GeneratorBody(body)
    raise TypeError(f"{type(body).__name__} cannot be a body")
