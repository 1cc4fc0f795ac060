"""All legal variants."""

from . import announced, answers, blocks, credit, extensions, faults, layout, order, tolerance
from .model import Variant

MODULES = (announced, credit, layout, blocks, extensions, faults, answers, order, tolerance)
VARIANTS: list[Variant] = [variant for module in MODULES for variant in module.VARIANTS]
