"""All mutants."""

from . import (
    connections,
    credit,
    encoder,
    fields_overlooked,
    fields_refused,
    frames_overlooked,
    hpack_overlooked,
    intolerant,
    limits,
    messages,
    output,
    settings_applied,
    tunnels,
    windows,
)
from .model import Mutant

MODULES = (
    frames_overlooked,
    fields_overlooked,
    hpack_overlooked,
    intolerant,
    fields_refused,
    output,
    encoder,
    connections,
    settings_applied,
    windows,
    credit,
    limits,
    messages,
    tunnels,
)
MUTANTS: list[Mutant] = [mutant for module in MODULES for mutant in module.MUTANTS]
