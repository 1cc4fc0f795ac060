"""Reports: sinks for the run record.  Every report derives from its header, case and footer lines alone."""

from collections.abc import Callable
from pathlib import Path

from ..errors import UsageError
from ..records.record import JsonlSink, Sink

WITHOUT_FILE = frozenset({"github"})
"""Reports that have a place of their own: workflow commands go to standard output."""


def open_report(name: str, path: str | None = None) -> Sink:
    """Return the sink for `-o NAME=FILE` (`-o NAME` where no file is needed).

    The place of the file is looked at here, before the run, and not after it.  Raises UsageError.
    """
    factory = _FACTORIES.get(name)
    if factory is None:
        raise UsageError(f"unknown report {name!r}: choose from {', '.join(sorted(_FACTORIES))}")
    if path is None:
        if name not in WITHOUT_FILE:
            raise UsageError(f"report {name!r} needs a file: -o {name}=FILE")
        return factory(None)
    file = Path(path)
    if file.is_dir():
        raise UsageError(f"report {name!r}: {path} is a folder")
    if not file.parent.is_dir():
        raise UsageError(f"report {name!r}: the folder {file.parent} does not exist")
    return factory(file)


def _jsonl(path: Path | None) -> Sink:
    assert path is not None
    try:
        return JsonlSink(path.open("w", encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"report 'jsonl': cannot write {path}: {error.strerror}") from error


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
