"""Extended client: wget2, one invocation a scenario."""

import csv
import hashlib
import re
import shlex
import shutil
from collections.abc import Mapping
from typing import Any, ClassVar

from ..processes import run
from ..results import Transport
from ..scenarios import Scenario
from .base import Available
from .client import ClientPeer, Report, Visit

TIMEOUT_S = 30.0


class Wget2(ClientPeer):
    """GNU wget2 over libnghttp2."""

    name = "wget2"
    hint = "apt-get install wget2"
    lacks: ClassVar = {Transport.H2C: "speaks HTTP/2 over TLS only"}

    def available(self) -> Available:
        """Ask for the version."""
        if shutil.which("wget2") is None:
            return Available(reason="no wget2 in PATH")
        text = run(["wget2", "--version"], timeout_s=20).output
        found = re.search(r"Wget2 ([\d.]+)", text)
        return Available(found.group(1) if found else "?")

    def drive(self, visit: Visit) -> Report:
        """Run wget2 for each scenario; its statistics tell the status."""
        claims: dict[Scenario, Mapping[str, Any]] = {
            Scenario.ECHO: {"unsupported": "--post-file goes out as GET without content"},
            Scenario.CONTINUE: {"unsupported": "--post-file goes out as GET without content"},
            Scenario.TRAILERS: {"unsupported": "no interface to trailers"},
            Scenario.CANCEL: {"unsupported": "no option gives up a request"},
            Scenario.PUSH: {"unsupported": "SETTINGS ENABLE_PUSH=0"},
        }
        commands: dict[Scenario, str] = {}
        outputs: dict[Scenario, str] = {}
        numbers = [visit.url(Scenario.STREAMS, number=number) for number in range(10)]
        one = ["--http2-request-window=10", "--max-threads=1"]
        for scenario, words in {
            Scenario.GET: [visit.url(Scenario.GET)],
            Scenario.STREAMS: [*one, *numbers],
            Scenario.DOWNLOAD: [visit.url(Scenario.DOWNLOAD)],
            Scenario.HEAD: ["--spider", visit.url(Scenario.HEAD)],
            Scenario.NOT_FOUND: ["--content-on-error", visit.url(Scenario.NOT_FOUND)],
        }.items():
            path, stats = visit.folder / scenario, visit.folder / f"{scenario}.csv"
            done = run(
                [
                    "wget2",
                    "--no-config",
                    "--no-robots",
                    "--no-hsts",
                    "--no-proxy",
                    f"--ca-certificate={visit.certificates.authority}",
                    f"--stats-site=csv:{stats}",
                    f"--output-document={path}",
                    *words,
                ],
                timeout_s=TIMEOUT_S,
                cwd=visit.folder,
            )
            commands[scenario] = shlex.join(done.command)
            table = stats.read_text() if stats.exists() else ""
            outputs[scenario] = done.output + table
            statuses = [int(row["Status"]) for row in csv.DictReader(table.splitlines())]
            content = path.read_bytes() if path.exists() else b""
            if scenario is Scenario.STREAMS:
                claims[scenario] = {"ok": statuses.count(200)}
            elif not statuses:
                claims[scenario] = {"error": f"no statistics, exit code {done.returncode}"}
            else:
                claims[scenario] = {
                    "status": statuses[0],
                    "length": len(content),
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
        return Report(claims, commands, outputs)


PEERS = (Wget2(),)
