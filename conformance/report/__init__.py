"""Reports: sinks for the run record.  Every report derives from its header, case and footer lines alone."""

from collections.abc import Callable, Iterable
from pathlib import Path

from ..errors import UsageError
from ..records.record import JsonlSink, Sink
from .guard import Guarded

WITHOUT_FILE = frozenset({"github"})
"""Reports that have a place of their own: workflow commands go to standard output."""


def open_report(name: str, path: str | None = None) -> Sink:
    """Return the sink for `-o NAME=FILE` (`-o NAME` where no file is needed).

    Whether the file can be written is found out here, before the run, and not after it.  A file that fails
    later costs this report alone (see `guard`).  Raises UsageError.
    """
    factory = _FACTORIES.get(name)
    if factory is None:
        raise UsageError(f"unknown report {name!r}: choose from {', '.join(sorted(_FACTORIES))}")
    if not path:
        if name not in WITHOUT_FILE:
            raise UsageError(f"report {name!r} needs a file: -o {name}=FILE")
        return Guarded(name, "standard output", factory(None))
    file = Path(path)
    if file.is_dir():
        raise UsageError(f"report {name!r}: {path} is a folder")
    if not file.parent.is_dir():
        raise UsageError(f"report {name!r}: the folder {file.parent} does not exist")
    try:
        _try_to_write(file)
        return Guarded(name, path, factory(file))
    except OSError as error:
        raise UsageError(f"report {name!r}: cannot write {path}: {error.strerror}") from error


def different_files(outputs: Iterable[tuple[str, str | None]], source: Path | None = None) -> None:
    """Look whether each of `-o` has a file of its own, and none is `source`.  Raises UsageError."""
    taken: dict[Path, str] = {} if source is None else {source.resolve(): "the record that is read"}
    for name, path in outputs:
        if not path:
            continue
        file = Path(path).resolve()
        if file in taken and not file.is_char_device():
            raise UsageError(f"report {name!r}: {path} is taken: {taken[file]}")
        taken[file] = f"report {name!r}"


def _try_to_write(file: Path) -> None:
    """Open the file as it is; one that was not there is gone again afterwards."""
    is_new = not file.exists()
    with file.open("ab"):
        pass
    if is_new:
        file.unlink()


def _jsonl(path: Path | None) -> Sink:
    assert path is not None
    return JsonlSink(path.open("w", encoding="utf-8"))


def _junit(path: Path | None) -> Sink:
    from .junit import JUnitReport

    assert path is not None
    return JUnitReport(path)


def _html(path: Path | None) -> Sink:
    from .html import HtmlReport

    assert path is not None
    return HtmlReport(path)


def _markdown(path: Path | None) -> Sink:
    from .markdown import MarkdownReport

    assert path is not None
    return MarkdownReport(path)


def _github(path: Path | None) -> Sink:
    from .github import GitHubReport

    return GitHubReport(path)


# Imported when asked for: a run that wants JUnit does not pay for Jinja2.
_FACTORIES: dict[str, Callable[[Path | None], Sink]] = {
    "jsonl": _jsonl,
    "junit": _junit,
    "html": _html,
    "md": _markdown,
    "github": _github,
}
REPORTS = frozenset(_FACTORIES)
