"""Markdown of `h2interop judge`: every failing case by rule, and a shorter form for a README."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import Exit, InteropError
from ..findings import Finding, Known, explain, title, why_it_dies
from ..judged import LEVELS, Judged, Tally

BEGIN, END = "<!-- h2interop judge -->", "<!-- /h2interop judge -->"
UNEXPLAINED = "Not explained."

_TABLE = (
    "| server | pass | acceptable | fail | blocked | skip | runs | cases that differ | died | s |",
    "|---|---|---|---|---|---|---|---|---|---|",
)

_LEGEND = """\
Made by `{command}`: each server as `h2interop serve NAME` starts it (configurations: interop/programs),
judged by `h2conf run -j 4 --retries 0` over cleartext with prior knowledge. No floods, no slow cases; no line
names a weakness to denial of service. A case counts with the worst verdict of all runs. "died" counts ends of
a process of the server that no case brings about alone: the cases that ran at that moment are judged again.
"s" is the median time of a run and depends on the machine. The rules are data, in interop/findings.yaml.

Ids are those of h2conf without `server/`; the level is named where it is not MUST. "As its twin" means that
the case's legal twin is refused as well, so that the reaction shows nothing. "Sent" is what h2conf sent after
the handshake: whole frames in hex, `/` between them, `…` for the rest of a long one and for the same frame
again; without acknowledgements, credit for DATA, PINGs of its own and the last request, which asks whether
the connection lives. `[GET /]` stands for the octets of :method, :scheme, :authority and :path as literals.
All octets: `h2conf show CASE --wire`.
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Failing cases of one rule."""

    rule: str
    tallies: tuple[Tally, ...]


def write_markdown(judged: Sequence[Judged], known: Sequence[Known], command: str, path: Path) -> None:
    """Write the long form."""
    path.write_text(whole(judged, known, command), encoding="utf-8")


def update(judged: Sequence[Judged], known: Sequence[Known], path: Path) -> None:
    """Write the short form between the two markers of a file.  Raises InteropError if it has none."""
    text = path.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise InteropError(f"{path} has no lines {BEGIN} and {END}", Exit.USAGE)
    path.write_text(f"{before}{BEGIN}\n\n{short(judged, known)}\n{END}{after}", encoding="utf-8")


def whole(judged: Sequence[Judged], known: Sequence[Known], command: str) -> str:
    """Return the table, then each server's failing cases by rule."""
    lines = ["# Conformance of real servers", "", _LEGEND.format(command=command)]
    lines += [*_table(judged, known), ""]
    for one in judged:
        lines += _server(one, known)
    if any(one.tls_runs for one in judged):
        lines += ["## TLS: the cases of section 9.2", ""]
        for one in judged:
            lines += _tls(one, known)
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def short(judged: Sequence[Judged], known: Sequence[Known]) -> str:
    """Return the table, then each server's rules with one example each."""
    lines = [*_table(judged, known), ""]
    for one in judged:
        groups = grouped(one.tallies, explain(one, known))
        if not groups:
            continue
        failing = sum(len(group.tallies) for group in groups)
        lines += [f"<details><summary>{title(one, known)}: what fails ({failing}), by rule</summary>", ""]
        lines += [
            "| rule of the RFC, and what is done instead | cases | one of them | seen |",
            "|---|---|---|---|",
        ]
        for group in groups:
            first = group.tallies[0]
            example = f"`{_slug(first)}` | {_cell(_seen(first))}"
            lines.append(f"| {_cell(group.rule)} | {len(group.tallies)} | {example} |")
        lines += ["", "</details>", ""]
    return "\n".join(lines)


def grouped(tallies: Iterable[Tally], explained: Mapping[str, Finding | None]) -> list[Group]:
    """Return the failing cases by rule, the largest group first and what nothing explains last."""
    found: dict[str, list[Tally]] = {}
    for tally in tallies:
        if tally.is_wrong:
            finding = explained.get(tally.id)
            found.setdefault(UNEXPLAINED if finding is None else finding.rule, []).append(tally)
    order = sorted(found.items(), key=lambda item: (item[0] == UNEXPLAINED, -len(item[1]), item[0]))
    return [Group(rule, tuple(cases)) for rule, cases in order]


def _table(judged: Sequence[Judged], known: Sequence[Known]) -> list[str]:
    lines = [*_TABLE]
    for one in judged:
        counts = Counter(tally.verdict for tally in one.tallies)
        cells = [
            title(one, known),
            counts["pass"],
            counts["acceptable"],
            _failed(one.tallies),
            counts["blocked"],
            counts["skip"],
            len(one.runs),
            sum(tally.differs for tally in one.tallies),
            len(one.deaths),
            f"{one.seconds:.0f}",
        ]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return lines


def _failed(tallies: Iterable[Tally]) -> str:
    levels = Counter(tally.level for tally in tallies if tally.is_wrong)
    by_level = ", ".join(f"{level} {levels[level]}" for level in LEVELS if levels[level])
    return f"{levels.total()} ({by_level})" if by_level else "0"


def _server(one: Judged, known: Sequence[Known]) -> list[str]:
    lines = [f"## {title(one, known)}", "", _summary(one.tallies), ""]
    if one.deaths:
        times = Counter(one.deaths)
        lines += [f"Died in {sum(bool(run.deaths) for run in one.runs)} of {len(one.runs)} runs:", ""]
        lines += [f"- {number}x {how}" for how, number in times.items()]
        lines += ["", why_it_dies(one, known) or UNEXPLAINED, ""]
    if differing := [tally for tally in one.tallies if tally.differs]:
        lines += [f"Verdicts that differ between the {len(one.runs)} runs:", ""]
        lines += [f"- `{_slug(tally)}`: {how_often(tally)}" for tally in differing]
        lines.append("")
    for group in grouped(one.tallies, explain(one, known)):
        lines += [f"**{group.rule}** ({len(group.tallies)})", ""]
        lines += map(_case, group.tallies)
        lines.append("")
    blocked: dict[str, list[str]] = {}
    for tally in one.tallies:
        if tally.verdict == "blocked":
            blocked.setdefault(tally.reason.replace("server/", ""), []).append(f"`{_slug(tally)}`")
    for reason, cases in sorted(blocked.items()):
        lines += [f"**Not judged: {reason}.** ({len(cases)})", "", ", ".join(cases), ""]
    return lines


def _summary(tallies: Sequence[Tally]) -> str:
    counts = Counter(tally.verdict for tally in tallies)
    flags = Counter(flag for tally in tallies if tally.verdict == "acceptable" for flag in tally.flags)
    order = sorted(flags.items(), key=lambda item: (-item[1], item[0]))
    by_flag = ", ".join(f"{flag} {number}" for flag, number in order)
    acceptable = f"{counts['acceptable']} ({by_flag})" if by_flag else f"{counts['acceptable']}"
    rest = f"blocked {counts['blocked']}, skip {counts['skip']}"
    return f"pass {counts['pass']}, acceptable {acceptable}, fail {_failed(tallies)}, {rest}."


def how_often(tally: Tally) -> str:
    """Say what was seen in how many runs, the most frequent first."""
    order = sorted(tally.seen.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{verdict} ({outcome}) {number}" for (verdict, outcome), number in order)


def _case(tally: Tally) -> str:
    sent = f" Sent `{tally.octets}`" if tally.octets else ""
    return f"- `{_slug(tally)}`{_level(tally)}: {tally.title}. Seen {_seen(tally)}.{sent}"


def _tls(one: Judged, known: Sequence[Known]) -> list[str]:
    if not one.tls_runs:
        return []
    explained = explain(one, known)
    lines = [f"- {title(one, known)}: {_summary(one.tls_tallies)}"]
    for tally in one.tls_tallies:
        if tally.differs:
            lines.append(f"  - `{_slug(tally)}` differs: {how_often(tally)}")
        if tally.is_wrong:
            finding = explained.get(tally.id)
            rule = UNEXPLAINED if finding is None else finding.rule
            lines.append(f"  - `{_slug(tally)}`{_level(tally)}: seen {_seen(tally)}. {rule}")
    return lines


def _slug(tally: Tally) -> str:
    return tally.id.removeprefix("server/")


def _level(tally: Tally) -> str:
    return "" if tally.level == "MUST" else f" ({tally.level})"


def _seen(tally: Tally) -> str:
    return " or ".join(tally.outcomes) + (", as its twin" if tally.is_indiscriminate else "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
