"""All mutants."""

from . import fields_overlooked, frames_overlooked, hpack_overlooked

MUTANTS = [*frames_overlooked.MUTANTS, *fields_overlooked.MUTANTS, *hpack_overlooked.MUTANTS]
