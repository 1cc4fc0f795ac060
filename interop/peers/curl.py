"""curl: the command-line tool, one invocation a scenario."""

import hashlib
import json
import re
import shlex
import shutil
from collections.abc import Mapping
from typing import Any

from ..processes import Finished, run
from ..results import Transport
from ..scenarios import Scenario
from .base import Available
from .client import ClientPeer, Report, Visit

TIMEOUT_S = 20.0


class Curl(ClientPeer):
    """The system's curl over libnghttp2."""

    name = "curl"
    default = True
    hint = "apt-get install curl"

    def available(self) -> Available:
        """Look for a curl that knows HTTP/2."""
        if shutil.which("curl") is None:
            return Available(reason="no curl in PATH")
        text = run(["curl", "--version"], timeout_s=20).output
        if "HTTP2" not in text:
            return Available(reason="this curl was built without HTTP/2")
        library = re.search(r"nghttp2/([\d.]+)", text)
        return Available(f"{text.split()[1]} (nghttp2 {library.group(1) if library else '?'})")

    def drive(self, visit: Visit) -> Report:
        """Run curl for each scenario."""
        claims: dict[Scenario, Mapping[str, Any]] = {
            Scenario.PUSH: {"unsupported": "the tool has no interface to pushes; SETTINGS ENABLE_PUSH=0"}
        }
        commands: dict[Scenario, str] = {}
        outputs: dict[Scenario, str] = {}
        for scenario, words in self._words(visit).items():
            done = run(["curl", *words], timeout_s=TIMEOUT_S)
            commands[scenario] = shlex.join(done.command)
            outputs[scenario] = done.output
            claims[scenario] = self._claims(scenario, done, visit)
        return Report(claims, commands, outputs)

    def _words(self, visit: Visit) -> dict[Scenario, list[str]]:
        if visit.transport is Transport.TLS:
            common = ["-sS", "--noproxy", "*", "--http2", "--cacert", str(visit.certificates.authority)]
        else:
            common = ["-sS", "--noproxy", "*", "--http2-prior-knowledge"]
        told = ["-w", "%{stdout}%{json}\\n"]

        def one(scenario: Scenario, *more: str) -> list[str]:
            return [*common, *told, "-o", str(visit.folder / scenario), *more, visit.url(scenario)]

        dump = ["-D", str(visit.folder / "fields")]
        send = ["--data-binary", f"@{visit.body}"]
        streams = [*common, *told, "--parallel", "--parallel-max", "10"]
        for number in range(10):
            streams += ["-o", "/dev/null", visit.url(Scenario.STREAMS, number=number)]
        # Writing to a full device fails, so the transfer is given up; the next one takes the same connection.
        cancel = [*common, *told, "-o", "/dev/full", visit.url(Scenario.CANCEL), "--next"]
        cancel += [*common, *told, "-o", "/dev/null", visit.url(Scenario.CANCEL, "/get")]
        return {
            Scenario.GET: one(Scenario.GET),
            Scenario.ECHO: one(Scenario.ECHO, *send, "-H", "Expect:"),
            Scenario.STREAMS: streams,
            Scenario.DOWNLOAD: one(Scenario.DOWNLOAD),
            Scenario.TRAILERS: one(Scenario.TRAILERS, *dump),
            Scenario.CONTINUE: one(Scenario.CONTINUE, *send, *dump, "-H", "Expect: 100-continue"),
            Scenario.HEAD: one(Scenario.HEAD, "--head"),
            Scenario.NOT_FOUND: one(Scenario.NOT_FOUND),
            Scenario.CANCEL: cancel,
        }

    def _claims(self, scenario: Scenario, done: Finished, visit: Visit) -> dict[str, Any]:
        said = [json.loads(line) for line in done.stdout.decode().splitlines() if line.startswith("{")]
        if scenario is Scenario.STREAMS:
            return {"ok": sum(one["http_code"] == 200 and one["http_version"] == "2" for one in said)}
        if scenario is Scenario.CANCEL:
            return {"after": said[-1]["http_code"] if said else None}
        if done.returncode != 0 or not said:
            return {"error": done.stderr.decode(errors="replace").strip() or f"exit code {done.returncode}"}
        claims: dict[str, Any] = {"status": said[0]["http_code"]}
        fields = visit.folder / "fields"
        if scenario is Scenario.HEAD:
            shown = (visit.folder / scenario).read_text()
            claims["content_length"] = int(_field(shown, "content-length") or -1)
            claims["length"] = int(said[0]["size_download"])
            return claims
        if scenario is Scenario.TRAILERS:
            return {**claims, "trailer": _field(fields.read_text(), "x-trailer")}
        if scenario is Scenario.CONTINUE:
            claims["informational"] = re.findall(r"^HTTP/2 (1\d\d)", fields.read_text(), re.MULTILINE)
        body = (visit.folder / scenario).read_bytes()
        return {**claims, "length": len(body), "sha256": hashlib.sha256(body).hexdigest()}


def _field(text: str, name: str) -> str | None:
    found = re.search(rf"^{name}: (.*?)\r?$", text, re.MULTILINE)
    return found.group(1) if found else None


PEERS = (Curl(),)
