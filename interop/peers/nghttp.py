"""nghttp and h2load: the clients of nghttp2 itself, one invocation a scenario."""

import hashlib
import json
import re
import shlex
import shutil
from collections.abc import Mapping
from typing import Any, ClassVar

from ..processes import Finished, run
from ..scenarios import Scenario
from .base import Available
from .client import ClientPeer, Report, Visit

TIMEOUT_S = 20.0


class CommandClient(ClientPeer):
    """A command with options; `tricks` says which options make it do a scenario."""

    program: ClassVar[str]
    tricks: ClassVar[Mapping[Scenario, tuple[str, ...]]]
    """Words for each scenario that it can do; {body} is the file to send, {har} one to write."""
    cannot: ClassVar[Mapping[Scenario, str]]

    def available(self) -> Available:
        """Ask for the version."""
        if shutil.which(self.program) is None:
            return Available(reason=f"no {self.program} in PATH")
        done = run([self.program, "--version"], timeout_s=20)
        return Available(done.stdout.decode().split("/")[-1].strip())

    def drive(self, visit: Visit) -> Report:
        """Run the command for each scenario."""
        claims: dict[Scenario, Mapping[str, Any]] = {
            scenario: {"unsupported": reason} for scenario, reason in self.cannot.items()
        }
        commands: dict[Scenario, str] = {}
        outputs: dict[Scenario, str] = {}
        har = visit.folder / "har.json"
        for scenario, words in self.tricks.items():
            har.unlink(missing_ok=True)
            options = [word.format(body=visit.body, har=har) for word in words]
            done = run([self.program, *options, visit.url(scenario)], timeout_s=TIMEOUT_S)
            commands[scenario] = shlex.join(done.command)
            outputs[scenario] = done.output
            entries = json.loads(har.read_text())["log"]["entries"] if har.exists() else []
            claims[scenario] = self.claims(scenario, done, entries)
        return Report(claims, commands, outputs)

    def claims(self, scenario: Scenario, done: Finished, entries: list[Any]) -> dict[str, Any]:
        """Read one run's output and HAR entries."""
        raise NotImplementedError


class Nghttp(CommandClient):
    """nghttp; its exit code is 0 also when a stream is reset, so the HAR and the content are read."""

    name = "nghttp"
    program = "nghttp"
    default = True
    hint = "apt-get install nghttp2-client"
    tricks: ClassVar[Mapping[Scenario, tuple[str, ...]]] = {
        Scenario.GET: ("-r{har}",),
        Scenario.ECHO: ("-r{har}", "-d{body}"),
        Scenario.STREAMS: ("-n", "-r{har}", "-m10"),
        Scenario.DOWNLOAD: ("-r{har}",),
        Scenario.TRAILERS: ("-nv",),
        Scenario.CONTINUE: ("-r{har}", "-d{body}", "--expect-continue"),
        Scenario.HEAD: ("-nv", "-H:method: HEAD"),
        Scenario.NOT_FOUND: ("-r{har}",),
        Scenario.PUSH: ("-n", "-r{har}"),
    }
    cannot: ClassVar[Mapping[Scenario, str]] = {
        Scenario.CANCEL: "no option gives up one request: --timeout ends the connection"
    }

    def claims(self, scenario: Scenario, done: Finished, entries: list[Any]) -> dict[str, Any]:
        """Take status and sizes from the HAR, content from the standard output."""
        text = done.stdout.decode(errors="replace")
        if scenario is Scenario.TRAILERS:
            found = re.search(r"recv \(stream_id=\d+(?:, sensitive)?\) x-trailer: (.*)", text)
            return {"status": _status(text), "trailer": found.group(1) if found else None}
        if scenario is Scenario.HEAD:
            found = re.search(r"recv \(stream_id=\d+(?:, sensitive)?\) content-length: (\d+)", text)
            return {"status": _status(text), "content_length": int(found.group(1)) if found else None}
        if scenario is Scenario.STREAMS:
            return {"ok": sum(entry["response"]["status"] == 200 for entry in entries)}
        if scenario is Scenario.PUSH:
            pushed = [entry for entry in entries if "/pushed" in entry["request"]["url"]]
            if not pushed:
                return {"error": f"no pushed response among {len(entries)} entries"}
            response = pushed[0]["response"]
            return {"status": response["status"], "path": "/pushed", "length": response["content"]["size"]}
        if not entries:
            return {"error": f"no response: {done.stderr.decode(errors='replace').strip()}"}
        return {
            "status": entries[0]["response"]["status"],
            "length": len(done.stdout),
            "sha256": hashlib.sha256(done.stdout).hexdigest(),
        }


class H2load(CommandClient):
    """h2load, the load generator: it counts and sizes, and drops content."""

    name = "h2load"
    program = "h2load"
    default = True
    hint = "apt-get install nghttp2-client"
    tricks: ClassVar[Mapping[Scenario, tuple[str, ...]]] = {
        Scenario.GET: ("-n1", "-c1"),
        Scenario.ECHO: ("-n1", "-c1", "-d{body}"),
        Scenario.STREAMS: ("-n10", "-c1", "-m10"),
        Scenario.DOWNLOAD: ("-n1", "-c1"),
        Scenario.HEAD: ("-n1", "-c1", "-H:method: HEAD"),
        Scenario.NOT_FOUND: ("-n1", "-c1"),
    }
    cannot: ClassVar[Mapping[Scenario, str]] = {
        Scenario.TRAILERS: "fields are counted, not shown",
        Scenario.CONTINUE: "no option for expectations",
        Scenario.CANCEL: "no option gives up a request",
        Scenario.PUSH: "SETTINGS ENABLE_PUSH=0",
    }

    def claims(self, scenario: Scenario, done: Finished, entries: list[Any]) -> dict[str, Any]:  # noqa: ARG002
        """Read the summary."""
        text = done.stdout.decode(errors="replace")
        codes = re.search(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx", text)
        data = re.search(r"traffic: .*\((\d+)\) data", text)
        if codes is None or data is None:
            return {"error": "no summary in the output"}
        if scenario is Scenario.STREAMS:
            return {"ok": int(codes.group(1))}
        status = 200 if codes.group(1) == "1" else 404 if codes.group(3) == "1" else None
        return {"status": status, "length": int(data.group(1))}


def _status(text: str) -> int | None:
    found = re.search(r"recv \(stream_id=\d+(?:, sensitive)?\) :status: (\d+)", text)
    return int(found.group(1)) if found else None


PEERS = (Nghttp(), H2load())
