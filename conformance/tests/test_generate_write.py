"""Generated files are what their recipes make, byte for byte, and a change of one octet is seen."""

from pathlib import Path

import pytest

from conformance.cli import main
from conformance.exitcodes import Exit
from conformance.generate.write import files, stale, write
from conformance.reading.places import VECTORS


def test_the_files_in_the_repository_are_what_the_recipes_make() -> None:
    assert stale(VECTORS) == []


def test_generation_gives_the_same_octets_each_time() -> None:
    assert files() == files()


def test_what_was_written_is_not_stale_and_is_not_written_again(tmp_path: Path) -> None:
    assert write(tmp_path) == list(files())
    assert stale(tmp_path) == []
    assert write(tmp_path) == []


def test_a_changed_a_missing_and_an_orphaned_file_are_named(tmp_path: Path) -> None:
    first, second = write(tmp_path)[:2]
    changed = tmp_path / first
    changed.write_bytes(changed.read_bytes().replace(b"MUST", b"MUSt", 1))
    (tmp_path / second).unlink()
    (tmp_path / "hpack" / "old-generated.yaml").write_text("")
    assert sorted(stale(tmp_path)) == sorted(
        [
            f"{first}: differs from what its recipe makes",
            f"{second}: missing",
            "hpack/old-generated.yaml: no recipe makes this file",
        ]
    )


def test_the_commands_write_and_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vectors", "check", "--vectors", str(tmp_path)]) == Exit.INVALID_VECTORS
    assert main(["vectors", "generate", "--vectors", str(tmp_path)]) == Exit.OK
    assert main(["vectors", "check", "--vectors", str(tmp_path)]) == Exit.OK
    assert "missing" in capsys.readouterr().out
