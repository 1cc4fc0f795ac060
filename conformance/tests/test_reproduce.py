"""The command in each line of a record: typed as it stands, it runs that case as the run did."""

import argparse
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..cases.choice import choose_cases
from ..cases.loader import load_catalogue
from ..cli import main
from ..commands.run import add_arguments
from ..exitcodes import Exit
from ..run.reproduce import Command, command_of
from ..targets.embedded_process import EmbeddedTarget
from .test_choice import OWN
from .test_exec_target import ROOT
from .test_run import record_of

CASE = "server/6.7-ping/ack-not-answered"
OPTIONS = {
    "target": ["-t", "exec:./my server --port {port}"],
    "role": ["--role", "codec"],
    "profile": ["--profile", "rfc7540"],
    "endpoint": ["--endpoint", "echo=/it's,push=/a b"],
    "authority": ["--authority", "a.example:8443"],
    "path": ["--path", "/$HOME/*"],
    "header": ["--header", "x-token:a b", "--header", "x-dash:-"],
    "sni": ["--sni", "a.example"],
    "insecure": ["--insecure"],
    "cert": ["--cert", "my cert.pem"],
    "key": ["--key=-key.pem"],
    "cafile": ["--cafile", "ca.pem"],
    "timeout": ["--timeout", "0.75"],
    "self_check": ["--no-self-check"],
}
ASIDE = {
    "help": "no run",
    "select": "the case is named",
    "level": "the case is named",
    "slow": "a case that is named runs",
    "flood": "a case that is named runs",
    "own_target": "of floods alone",
    "keylog": "writes a file",
    "jobs": "of many cases",
    "seed": "of many cases",
    "repeat": "how often",
    "retries": "how often",
    "strict": "of the exit code",
    "baseline": "of the exit code",
    "skip_file": "leaves cases out",
    "output": "of reports",
    "verbose": "of reports",
    "quiet": "of reports",
}
"""Options that bear on no single case, and why."""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser()
    add_arguments(made)
    return made


def words(command: str) -> list[str]:
    """Return the words behind `h2conf run`, as a shell would."""
    program, run, *rest = shlex.split(command)
    assert (program, run) == ("h2conf", "run")
    return rest


@pytest.mark.parametrize("name", OPTIONS)
def test_each_option_comes_back_as_it_was_given(name: str) -> None:
    given = parser().parse_args(OPTIONS[name])
    again = parser().parse_args(words(command_of(given).of_id(CASE)))
    assert getattr(given, name) != getattr(parser().parse_args([]), name)
    assert vars(again) == vars(given) | {"select": [CASE]}


def test_all_options_come_back_together() -> None:
    given = parser().parse_args([word for option in OPTIONS.values() for word in option])
    assert vars(parser().parse_args(words(command_of(given).of_id(CASE)))) == vars(given) | {"select": [CASE]}


def test_every_option_is_in_the_command_or_has_a_reason_not_to_be() -> None:
    assert {action.dest for action in parser()._actions} == OPTIONS.keys() | ASIDE.keys()


def test_what_is_as_usual_is_not_said() -> None:
    assert command_of(parser().parse_args([]), "embedded").of_id(CASE) == f"h2conf run {CASE} -t embedded"


def test_slow_cases_and_floods_of_ones_own_run_as_named(tmp_path: Path) -> None:
    path = tmp_path / "own cases.yaml"
    path.write_text(OWN)
    given = parser().parse_args(
        [str(path), "--slow", "--flood", "--i-own-this-target", "-t", "tcp:a.example:80"]
    )
    catalogue = load_catalogue()
    cases = choose_cases(given, catalogue, virtual=False).cases
    assert [case.flood for case in cases] == [False, False, True, False]
    for case in cases:
        again = parser().parse_args(words(command_of(given).of(case)))
        assert [c.id for c in choose_cases(again, catalogue, virtual=False).cases] == [case.id]
        assert again.own_target is case.flood


@pytest.fixture
def tls_port() -> Iterator[int]:
    target = EmbeddedTarget()
    target.start()
    try:
        secure = target.over_tls()
        assert secure is not None
        yield secure.port
    finally:
        target.stop()


def test_the_printed_line_runs_in_a_shell(tls_port: int, tmp_path: Path) -> None:
    record, again = tmp_path / "run.jsonl", tmp_path / "again.jsonl"
    certificate = tmp_path / "our ca.pem"
    certificate.write_bytes((ROOT / "conformance/targets/localhost.pem").read_bytes())
    target = ["-t", f"tls:127.0.0.1:{tls_port}"]
    options = ["--cafile", str(certificate), "--sni", "localhost", "--path", "/it's", "-o", f"jsonl={record}"]
    assert main(["run", CASE, *target, "-q", *options]) == Exit.OK
    (line,) = record_of(record)[1:-1]
    assert line["verdict"] == "pass"
    certificates, page = shlex.quote(str(certificate)), shlex.quote("/it's")
    assert line["reproduce"].endswith(f" --path {page} --sni localhost --cafile {certificates}")
    function = f'h2conf() {{ {shlex.quote(sys.executable)} -m conformance "$@"; }}'
    shell = f"{function}; {line['reproduce']} -q -o jsonl={shlex.quote(str(again))}"
    done = subprocess.run(["sh", "-c", shell], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (Exit.OK, "1 of 1 pass\n", "")
    assert record_of(again)[1]["reproduce"] == line["reproduce"]


def test_the_line_of_a_vector_names_its_role_and_target() -> None:
    given = parser().parse_args(["--role", "codec", "-t", "stdio:./my codec", "--insecure"])
    told = command_of(given).of_id("hpack/x/one")
    assert told == "h2conf run hpack/x/one -t 'stdio:./my codec' --role codec --insecure"
    assert Command().of_id("frames/x/one") == "h2conf run frames/x/one"
