"""The GitHub Action: its script is run as a runner would, with a stand-in for the command."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ACTION = Path(__file__).parent.parent.parent / "action.yml"
STAND_IN = """\
#!/usr/bin/env python3
import json, os, sys
open(os.environ["RUNNER_TEMP"] + "/argv.json", "w").write(json.dumps(sys.argv[1:]))
sys.exit(int(os.environ.get("STAND_IN_EXIT", "0")))
"""


def action() -> dict[str, Any]:
    loaded = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def step(name: str) -> dict[str, Any]:
    return next(step for step in action()["runs"]["steps"] if step.get("name") == name)


def run(tmp_path: Path, exit_code: int = 0, **inputs: str) -> tuple[int, list[str], str]:
    """Return exit code, arguments of h2conf, and what was written to the outputs."""
    command = tmp_path / "h2conf" / "bin" / "h2conf"
    command.parent.mkdir(parents=True)
    command.write_text(STAND_IN)
    command.chmod(0o755)
    values = {name: str(entry.get("default", "")) for name, entry in action()["inputs"].items()}
    values |= {name.replace("_", "-"): value for name, value in inputs.items()}
    environment = {
        variable: values[text.removeprefix("${{ inputs.").removesuffix(" }}")]
        for variable, text in step("Run h2conf")["env"].items()
    }
    environment |= {
        "PATH": os.environ["PATH"],
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "STAND_IN_EXIT": str(exit_code),
    }
    script = step("Run h2conf")["run"]
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=tmp_path,
        env=environment,
        check=False,
        timeout=30,
    )
    argv = json.loads((tmp_path / "argv.json").read_text())
    return done.returncode, argv, (tmp_path / "output").read_text()


REPORTS = [
    *("-o", "github", "-o", "jsonl=out/run.jsonl", "-o", "junit=out/junit.xml"),
    *("-o", "html=out/run.html", "-o", "md=out/run.md"),
]


def test_the_defaults_make_a_run_with_all_reports(tmp_path: Path) -> None:
    code, argv, output = run(tmp_path, target="tcp:127.0.0.1:80", reports="out")
    assert (code, output) == (0, "exit-code=0\n")
    assert argv == ["run", "-t", "tcp:127.0.0.1:80", "--role", "server", *REPORTS]
    assert (tmp_path / "out").is_dir()


def test_every_input_reaches_the_command(tmp_path: Path) -> None:
    _, argv, _ = run(
        tmp_path,
        target="exec:./server --port {port}",
        role="proxy",
        level="must,should",
        baseline="known failures.yaml",
        skip_file="skips.yaml",
        args="-j 4 --strict",
        select="server/6.* req:rfc9113/6.7-*\nlevel:must",
        reports="out",
    )
    assert argv[:5] == ["run", "-t", "exec:./server --port {port}", "--role", "proxy"]
    assert argv[5 + len(REPORTS) :] == [
        *("--level", "must,should", "--baseline", "known failures.yaml", "--skip-file", "skips.yaml"),
        *("-j", "4", "--strict", "server/6.*", "req:rfc9113/6.7-*", "level:must"),
    ]


@pytest.mark.parametrize("code", [1, 3])
def test_the_exit_code_is_passed_on(tmp_path: Path, code: int) -> None:
    found, _, output = run(tmp_path, exit_code=code, target="tcp:h:1", reports="out")
    assert (found, output) == (code, f"exit-code={code}\n")


def test_an_input_cannot_become_a_command(tmp_path: Path) -> None:
    evil = "\"; touch hacked; echo $(touch hacked) `touch hacked` '"
    _, argv, _ = run(tmp_path, target=evil, select="$(touch hacked) *", reports="out")
    assert argv[2] == evil
    assert argv[-3:] == ["$(touch", "hacked)", "*"]
    assert not (tmp_path / "hacked").exists()


def test_no_script_holds_an_expression() -> None:
    assert [step["run"] for step in action()["runs"]["steps"] if "${{" in step.get("run", "")] == []


def test_the_reports_are_kept_after_a_failure() -> None:
    assert "always()" in step("Keep the reports")["if"]
