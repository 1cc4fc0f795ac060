"""`h2conf explain CASE`: the rules behind a case, what is allowed and why, its steps and octets."""

import argparse
from typing import Any

from ..cases.allowed import explain_outcomes
from ..cases.case import Case
from ..cases.loader import Catalogue, load_catalogue
from ..cases.steptext import wire
from ..codec.explain import explain as explain_codec
from ..codec.vector import CodecVector
from ..exitcodes import Exit
from ..frame.explain import explain as explain_frame
from ..frame.vector import FrameVector
from ..judge.control import control_steps
from ..rules.requirements import told
from .show import add_case, find


def register(subparsers: Any) -> None:
    """Add the parser of this command."""
    parser = subparsers.add_parser("explain", help="explain a case: rules, allowed outcomes, steps, octets")
    add_case(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Print everything about one case."""
    catalogue = load_catalogue()
    case = find(arguments.case, catalogue)
    if isinstance(case, CodecVector):
        print("\n".join(explain_codec(case, catalogue.requirements)))
    elif isinstance(case, FrameVector):
        print("\n".join(explain_frame(case, catalogue.requirements)))
    else:
        _explain(case, catalogue)
    return Exit.OK


def _explain(case: Case, catalogue: Catalogue) -> None:
    print(f"{case.id}  ({case.level}, {case.spec})")
    print(f"  {case.title}")
    print(f"  {case.path}:{case.line}")
    print("\nrequirements")
    for identifier in case.req:
        print(f"  {identifier}  {told(identifier, catalogue.requirements)}")
    if case.situation:
        situation = catalogue.situations.situations[case.situation]
        print(f"\nsituation\n  {situation.name} ({situation.section}): {situation.when}")
    outcomes = list(explain_outcomes(case, catalogue.situations))
    if outcomes:
        print("\noutcomes")
        for line in outcomes:
            print(f"  {line}")
    if case.needs:
        print(f"\nneeds\n  {', '.join(case.needs)}")
    if case.note:
        print(f"\nnote\n  {case.note}")
    print("\nsteps")
    for line in wire(case.steps, full=False):
        print(f"  {line}")
    if case.expects_error:
        steps = control_steps(case)
        print("\ncontrol: the same without the fault")
        for line in [steps] if isinstance(steps, str) else wire(steps, full=False):
            print(f"  {line}")
