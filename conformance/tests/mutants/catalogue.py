"""All mutants."""

from . import fields_overlooked, fields_refused, frames_overlooked, hpack_overlooked, inside, intolerant, output

MUTANTS = [
    mutant
    for module in (frames_overlooked, fields_overlooked, hpack_overlooked, intolerant, fields_refused, output, inside)
    for mutant in module.MUTANTS
]
