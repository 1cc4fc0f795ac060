"""Generated files: their text, where they lie, and whether what lies there is still the same."""

from pathlib import Path

from .document import document
from .recipes import RECIPES
from .story import Suite


def suites() -> list[Suite]:
    """Build all generated suites."""
    return [recipe() for recipe in RECIPES]


def files() -> dict[str, str]:
    """Return the generated files: path below vectors/ and text."""
    return {f"{suite.name}.yaml": document(suite) for suite in suites()}


def stale(folder: Path) -> list[str]:
    """Return one line for each file below `folder` that generation would change, add or leave orphaned."""
    made = files()
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*-generated.yaml")}
    lines = [f"{name}: no recipe makes this file" for name in sorted(found - made.keys())]
    for name, text in made.items():
        path = folder / name
        if name not in found:
            lines.append(f"{name}: missing")
        elif path.read_bytes() != text.encode():
            lines.append(f"{name}: differs from what its recipe makes")
    return lines


def write(folder: Path) -> list[str]:
    """Write all generated files below `folder` and return the names of those that changed."""
    changed = []
    for name, text in files().items():
        path = folder / name
        if not path.exists() or path.read_bytes() != text.encode():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            changed.append(name)
    return changed
