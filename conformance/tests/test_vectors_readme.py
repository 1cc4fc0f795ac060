"""The adapters printed in vectors/README.md work as they stand there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..cli import main

README = Path(__file__).parent.parent.parent / "vectors" / "README.md"
NPM = Path.home() / ".cache" / "h2interop" / "npm"


def program(language: str) -> str:
    (text,) = re.findall(
        rf"^```{language}\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len(text.splitlines()) <= 32
    return str(text)


def test_the_python_adapter_decodes_the_examples_of_the_rfc(tmp_path: Path) -> None:
    adapter = tmp_path / "adapter.py"
    adapter.write_text(program("python"))
    assert (
        main(
            ["run", "--role", "codec", "hpack/appendix-c/*", "-q", "-t", f"stdio:{sys.executable} {adapter}"]
        )
        == 0
    )


@pytest.mark.peers
@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.skipif(
    not (NPM / "node_modules" / "hpack.js").exists(), reason="npm's hpack.js is not installed"
)
def test_the_javascript_adapter_decodes_the_examples_of_the_rfc(tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(NPM / "node_modules")
    (tmp_path / "adapter.mjs").write_text(program("js"))
    root = README.parent.parent
    run = [sys.executable, "-m", "conformance", "run", "--role", "codec", "hpack/appendix-c/*", "-q"]
    done = subprocess.run(
        [*run, "-t", "stdio:node adapter.mjs"],
        cwd=tmp_path,
        env={"PATH": str(Path(shutil.which("node") or "").parent), "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
