"""`h2conf explain CASE`: the rules behind a case, what is allowed and why, its steps and octets."""

import argparse
from typing import Any

from ..cases.allowed import explain_outcomes
from ..cases.loader import load_catalogue
from ..cases.steptext import wire
from ..codec.explain import explain as explain_codec
from ..exitcodes import Exit
from ..judge.control import control_steps
from .show import find, find_codec


def register(subparsers: Any) -> None:
    """Add the parser of this command."""
    parser = subparsers.add_parser("explain", help="explain a case: rules, allowed outcomes, steps, octets")
    parser.add_argument("case", metavar="CASE", help="full id, such as server/6.7-ping/on-a-stream")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Print everything about one case."""
    catalogue = load_catalogue()
    if (vector := find_codec(arguments.case)) is not None:
        print("\n".join(explain_codec(vector, catalogue.requirements)))
        return Exit.OK
    case = find(arguments.case, catalogue)
    print(f"{case.id}  ({case.level}, {case.spec})")
    print(f"  {case.title}")
    print(f"  {case.path}:{case.line}")
    print("\nrequirements")
    for identifier in case.req:
        requirement = catalogue.requirements.get(identifier)
        text = (
            f"{requirement.level}: {requirement.summary}"
            if requirement
            else "(a limit, not a rule of an RFC)"
        )
        print(f"  {identifier}  {text}")
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
    return Exit.OK
