"""Runs the conformance command against servers of the field, each some times, and keeps the run records."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from . import processes
from .errors import Exit, InteropError
from .judged import Judged, Run, read
from .peers.server import Server
from .registry import all_peers
from .results import Part, Transport
from .vote import conformance_command

RUN_TIMEOUT_S = 900.0
"""Of one whole run; the slowest servers take a minute on a busy machine."""
STOP_S = 10.0
"""In which an interrupted run has to end the server that it started."""
JOBS = 4
"""Cases at a time: more save no time, and on a busy machine a server in Python misses its deadlines."""
TLS_CASES = "server/9.2-*"


def servers(names: Sequence[str], usual: Sequence[str]) -> list[Server]:
    """Return the named servers, or those of the usual ones that are installed.

    Raises InteropError for a name that no server has, and for a named one that is not installed.
    """
    known = {
        peer.name: peer for peer in all_peers() if isinstance(peer, Server) and peer.part is Part.SERVERS
    }
    if unknown := [name for name in names if name not in known]:
        raise InteropError(f"no such server: {', '.join(unknown)} (known: {', '.join(known)})", Exit.USAGE)
    chosen = [known[name] for name in dict.fromkeys(names or usual) if name in known]
    here = [server for server in chosen if server.available()]
    for server in chosen if names else ():
        if not (available := server.available()):
            raise InteropError(f"{server.name}: {available.reason}; {server.hint}")
    if not here:
        raise InteropError(
            "no server is installed; see h2interop list --install-hints", Exit.NOTHING_SELECTED
        )
    return here


def judge(
    server: Server, folder: Path, runs: int, extra: Sequence[str], over_tls: bool, say: Callable[[str], None]
) -> Judged:
    """Run the suite `runs` times, and the cases of section 9.2 as often over TLS; keep the records.

    folder: gets one of its own for the server.  extra: arguments of `h2conf run`, of the cleartext runs only.
    Raises InteropError for a run that leaves no record.
    """
    version = server.available().version
    own = folder / f"{server.name}-{version}"
    own.mkdir(parents=True, exist_ok=True)
    for old in own.glob("*.jsonl"):
        old.unlink()
    plain, tls = [], []
    for number in range(1, runs + 1):
        plain.append(_over_cleartext(server, own / f"{number}.jsonl", extra))
        say(f"{server.name} {version}, run {number} of {runs}: {_counts(plain[-1])}")
        if over_tls and Transport.TLS not in server.lacks:
            tls.append(_over_tls(server, own / f"tls-{number}.jsonl"))
            say(f"{server.name} {version}, run {number} of {runs} over TLS: {_counts(tls[-1])}")
    return Judged(server.name, version, tuple(plain), tuple(tls))


def reread(folder: Path) -> list[Judged]:
    """Return what an earlier `judge` left in `folder`, by name.  Raises InteropError if that is nothing."""
    found = []
    for own in sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else ():
        name, _, version = own.name.partition("-")
        plain = tuple(map(read, sorted(own.glob("[0-9]*.jsonl"))))
        if plain:
            found.append(Judged(name, version, plain, tuple(map(read, sorted(own.glob("tls-*.jsonl"))))))
    if not found:
        raise InteropError(f"no run records in {folder}", Exit.NOTHING_SELECTED)
    return found


def run_bounded(command: Sequence[str], timeout_s: float) -> tuple[int | None, str]:
    """Run h2conf in its own process group; return its exit code, None at the deadline, and its output.

    At the deadline, or when this process is interrupted, it is interrupted first: it ends the server that it
    started, which has a group of its own.  Whatever is left of its group is killed.
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=timeout_s)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        return None, f"not ended after {timeout_s:.0f} s"
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=STOP_S)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _over_cleartext(server: Server, record: Path, extra: Sequence[str]) -> Run:
    target = f"exec:{shlex.join(_serve(server.name))} {{port}}"
    return _run(["-t", target, "--retries", "0", *extra], record)


def _over_tls(server: Server, record: Path) -> Run:
    try:
        with processes.serve(lambda port: [*_serve(server.name), str(port), "--tls"]) as served:
            target = f"tls:127.0.0.1:{served.port}"
            return _run(["-t", target, "--insecure", "--retries", "0", TLS_CASES], record)
    except processes.PeerNotReady as error:
        raise InteropError(f"{server.name} over TLS: {error}") from error


def _run(arguments: Sequence[str], record: Path) -> Run:
    command = [*conformance_command(), "run", "-q", "-j", str(JOBS), "-o", f"jsonl={record}", *arguments]
    code, output = run_bounded(command, RUN_TIMEOUT_S)
    if code not in (Exit.OK, Exit.FAILED):
        raise InteropError(f"{shlex.join(command)}: {output.strip()[-2000:]}")
    return read(record)


def _serve(name: str) -> list[str]:
    return [sys.executable, "-m", __package__, "serve", name]


def _counts(run: Run) -> str:
    verdicts = [case["verdict"] for case in run.cases]
    counts = ", ".join(f"{verdict} {verdicts.count(verdict)}" for verdict in dict.fromkeys(verdicts))
    return f"{counts}; {run.seconds:.0f} s"
