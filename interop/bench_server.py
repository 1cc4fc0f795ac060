"""Compare the CPU time that servers take for a request, and see whether ours stays flat.

    python -m interop.bench_server [--rounds 5] [--seconds 1.0] [--servers NAME,...] [--only NAME,...]
                                   [--flat | --no-flat] [--json FILE]

h2load makes the requests; what counts is the CPU time of the server's processes, from /proc (Linux): wall
time would count the load generator as well, which shares the cores.  Every round runs every server in turn;
the best round stands.  Servers that are not installed are left out: hypercorn (h2), granian, h2corn.

Flatness is ours alone, measured by a load of our own (load.py), which writes ten requests at once on one
connection, waits for them, and goes on to the next: after 1, 100 and 10,000 earlier streams of a connection,
and with 1, 10 and 900 connections open.
"""

import argparse
import contextlib
import json
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import nghttp2

from . import cpu
from .bench_origin import POSTED
from .certificates import Certificates, issue
from .home import PROGRAMS
from .load import Load
from .peers.granian import Granian
from .peers.h2corn import H2corn
from .peers.hypercorn import Hypercorn
from .place import Place
from .processes import run, serve

OURS: Final = "nghttp2"
PEERS: Final = (Hypercorn(), Granian(), H2corn())
ROOT: Final = Path(nghttp2.__file__).parent.parent
IN_FLIGHT: Final = 10
MOST: Final = 400_000
"""Requests of one run."""
FLAT_WITHIN: Final = 0.15
NOT_MEASURED: Final = "too short to tell"
"""Stands where a run was shorter than a tick of the CPU clock."""
_TALLY: Final = re.compile(r"requests: (\d+) total, .* (\d+) succeeded")


@dataclass(frozen=True, slots=True)
class Workload:
    """What h2load asks for.  unit: microseconds of CPU a printed unit; goal: of ours, in that unit."""

    name: str
    options: tuple[str, ...]
    path: str = "/"
    tls: bool = False
    posts: bool = False
    unit: str = "us"
    goal: float | None = None

    def shown(self, seconds: float) -> float:
        """Convert to the unit."""
        return seconds * (1e3 if self.unit == "ms" else 1e6)


MANY: Final = ("-c4", "-m10")
WORKLOADS: Final = (
    Workload("GET -c4 -m10", MANY, goal=20.0),
    Workload("GET -c1 -m1", ("-c1", "-m1"), goal=35.0),
    Workload("GET 1 MiB", MANY, "/large", unit="ms", goal=0.6),
    Workload("POST 64 KiB", MANY, "/post", posts=True, unit="ms", goal=0.1),
    Workload("GET TLS", MANY, tls=True),
)
TLS_RATIO: Final = 1.6
"""At most, of GET over TLS to GET in the clear."""
PEER_RATIO: Final = 10.0
"""At least, of hypercorn's GET to ours."""


class LoadFailed(Exception):
    """h2load did not get every response."""


class Target:
    """A server that runs, in the clear and over TLS."""

    def __init__(self, name: str, version: str, groups: dict[bool, int], ports: dict[bool, int]) -> None:
        self.name = name
        self.version = version
        self.groups = groups
        self.ports = ports
        self.counts: dict[str, int] = {}

    def cost(self, workload: Workload, requests: int, posted: Path) -> float:
        """Return the seconds of CPU for each of so many requests."""
        scheme = "https" if workload.tls else "http"
        words = [_h2load(), f"-n{requests}", *workload.options]
        if workload.posts:
            words.append(f"-d{posted}")
        words.append(f"{scheme}://127.0.0.1:{self.ports[workload.tls]}{workload.path}")
        before = cpu.of_group(self.groups[workload.tls])
        finished = run(words, timeout_s=120.0)
        after = cpu.of_group(self.groups[workload.tls])
        tally = _TALLY.search(finished.output)
        if tally is None or tally[1] != tally[2]:
            raise LoadFailed(f"{self.name}, {workload.name}: {finished.output[-1000:]}")
        return (after - before) / requests

    def requests(self, workload: Workload, seconds: float, posted: Path) -> int:
        """Return how many requests take about so many seconds of CPU; the first time, this warms up."""
        if workload.name not in self.counts:
            few = 400
            cost = self.cost(workload, few, posted)
            if cost < 20e-6:  # the clock of /proc ticks in hundredths of a second
                few = 10_000
                cost = self.cost(workload, few, posted)
            self.counts[workload.name] = max(few, min(MOST, int(seconds / max(cost, 1e-6))))
        return self.counts[workload.name]


def _h2load() -> str:
    path = shutil.which("h2load")
    if path is None:
        raise SystemExit("h2load is not installed; it comes with nghttp2 (nghttp2-client)")
    return path


def _our_command(place: Place) -> Sequence[str]:
    certificates = place.certificates
    files = () if certificates is None else (str(certificates.chain), str(certificates.key))
    return [sys.executable, "-m", f"{__package__}.bench_origin", str(place.port), *files]


def _peer_command(peer: Hypercorn | Granian | H2corn, place: Place) -> Sequence[str]:
    words = list(peer.launch(place))
    # The last word is the application.
    folder = f"{PROGRAMS}/" if "/" in words[-1] else ""
    app = f"{folder}bench_asgi.py:app" if folder else "bench_asgi:app"
    if peer.name == "hypercorn":
        # By default it closes a connection after 1000 requests.
        unlimited = place.folder / "hypercorn.toml"
        unlimited.write_text("keep_alive_max_requests = 1000000000\n")
        words.insert(1, f"--config={unlimited}")
    return [*words[:-1], app]


def _start(
    stack: ExitStack,
    name: str,
    version: str,
    command: Callable[[Place], Sequence[str]],
    folder: Path,
    certificates: Certificates,
) -> Target:
    groups, ports = {}, {}
    for tls in (False, True):

        def words(port: int, tls: bool = tls) -> Sequence[str]:
            own = folder / f"{name}-{port}"
            own.mkdir()
            return command(Place(port, own, certificates if tls else None, 0))

        served = stack.enter_context(serve(words, cwd=ROOT))
        groups[tls], ports[tls] = served.process.pid, served.port
    return Target(name, version, groups, ports)


@contextlib.contextmanager
def targets(names: Sequence[str] | None) -> Iterator[list[Target]]:
    """Start our server and those of `names` that are installed (None: all that are)."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="h2bench-")))
        certificates = issue(folder)
        found = [_start(stack, OURS, nghttp2.__version__, _our_command, folder, certificates)]
        for peer in PEERS:
            if names is not None and peer.name not in names:
                continue
            available = peer.available()
            if not available:
                print(f"{peer.name} is left out: {available.reason}", file=sys.stderr)
                continue

            def command(place: Place, peer: Any = peer) -> Sequence[str]:
                return _peer_command(peer, place)

            found.append(_start(stack, peer.name, available.version, command, folder, certificates))
        yield found


def compare(
    found: Sequence[Target], workloads: Sequence[Workload], rounds: int, seconds: float
) -> dict[str, dict[str, list[float]]]:
    """Return the seconds of CPU a request by workload, server and round."""
    costs: dict[str, dict[str, list[float]]] = {item.name: {} for item in workloads}
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x" * POSTED)
        file.flush()
        posted = Path(file.name)
        for _ in range(rounds):
            for workload in workloads:
                for target in found:
                    requests = target.requests(workload, seconds, posted)
                    cost = target.cost(workload, requests, posted)
                    costs[workload.name].setdefault(target.name, []).append(cost)
    return costs


def flatness(target: Target, rounds: int, seconds: float) -> dict[str, dict[str, list[float]]]:
    """Return the seconds of CPU a request by question, place and round."""
    port, process = target.ports[False], target.groups[False]
    with Load(port, 1, IN_FLIGHT) as load:
        before = cpu.of_process(process)
        load.run(10_000)
        cost = max((cpu.of_process(process) - before) / 10_000, 1e-6)
    batch = 1000
    again = 5  # connections, for the sum of their batches
    many = max(9000, int(seconds / cost))
    found: dict[str, dict[str, list[float]]] = {"earlier streams": {}, "connections": {}}
    for _ in range(rounds):
        for earlier in (1, 100, 10_000):
            spent = 0.0
            for _ in range(again):
                with Load(port, 1, IN_FLIGHT) as load:
                    load.run(earlier - 1)
                    start = cpu.of_process(process)
                    load.run(batch)
                    spent += cpu.of_process(process) - start
            found["earlier streams"].setdefault(str(earlier), []).append(spent / again / batch)
        for count in (1, 10, 900):
            with Load(port, count, IN_FLIGHT) as load:
                start = cpu.of_process(process)
                load.run(many)
                spent = cpu.of_process(process) - start
            found["connections"].setdefault(str(count), []).append(spent / many)
    return found


def _times(cost: float, of: float, digits: int = 1) -> str:
    return f"{cost / of:.{digits}f}x" if of else NOT_MEASURED


def report(
    costs: dict[str, dict[str, list[float]]],
    flat: dict[str, dict[str, list[float]]],
    workloads: Sequence[Workload],
) -> Iterator[str]:
    """Yield the lines of the tables; the best round stands."""
    best = {name: {key: min(rounds) for key, rounds in row.items()} for name, row in costs.items()}
    servers = list(dict.fromkeys(server for row in best.values() for server in row))
    yield f"{'CPU a request':16}" + "".join(f"{server:>18}" for server in servers) + "   goal"
    for workload in workloads:
        row = best[workload.name]
        cells = []
        for server in servers:
            ratio = "" if server == OURS else f" ({_times(row[server], row[OURS])})"
            cells.append(f"{workload.shown(row[server]):.2f} {workload.unit}{ratio}".rjust(18))
        goal = "" if workload.goal is None else f"   <= {workload.goal:g} {workload.unit}"
        yield f"{workload.name:16}" + "".join(cells) + goal
    if "GET -c4 -m10" in best and "GET TLS" in best:
        plain, tls = best["GET -c4 -m10"][OURS], best["GET TLS"][OURS]
        yield f"TLS is {_times(tls, plain, 2)} of the clear (goal: <= {TLS_RATIO}x)"
    for question, places in flat.items():
        values = {place: min(rounds) for place, rounds in places.items()}
        listed = ", ".join(f"{place}: {value * 1e6:.2f} us" for place, value in values.items())
        least, most = min(values.values()), max(values.values())
        spread = f"{most / least - 1:.0%}" if least else NOT_MEASURED
        yield f"{question}: {listed}; spread {spread} (goal: <= {FLAT_WITHIN:.0%})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(prog="interop.bench_server", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="of CPU in one run, about")
    parser.add_argument("--servers", help="names, separated by commas; ours always runs")
    parser.add_argument("--only", help="workloads whose name begins so, separated by commas")
    parser.add_argument("--flat", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every round's result there")
    options = parser.parse_args(arguments)
    names = None if options.servers is None else options.servers.split(",")
    chosen = [
        item
        for item in WORKLOADS
        if options.only is None or any(item.name.startswith(word) for word in options.only.split(","))
    ]
    with targets(names) as found:
        versions = {target.name: target.version for target in found}
        print(f"Python {platform.python_version()};", ", ".join(f"{k} {v}" for k, v in versions.items()))
        costs = compare(found, chosen, options.rounds, options.seconds)
        flat = flatness(found[0], options.rounds, options.seconds) if options.flat else {}
    for line in report(costs, flat, chosen):
        print(line)
    if options.json:
        result = {
            "python": platform.python_version(),
            "machine": platform.machine(),
            "servers": versions,
            "rounds": options.rounds,
            "cpu_seconds_per_request": costs,
            "flatness": flat,
        }
        options.json.write_text(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
