"""Every vector must be able to fail: each broken codec is caught, and no vector lets all of them through."""

from functools import cache

import pytest

from conformance.codec.judge import judge
from conformance.codec.show import Transcript
from conformance.codec.vector import CodecVector, load_vectors
from conformance.tests import decoder_mutants, encoder_mutants
from conformance.tests.plain_codec import PlainCodec

MUTANTS = [
    kind
    for module in (decoder_mutants, encoder_mutants)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, PlainCodec) and kind is not PlainCodec
]


@cache
def vectors() -> list[CodecVector]:
    return load_vectors()


DEPARTURES: dict[str, frozenset[str]] = {}


def departures(kind: type[PlainCodec]) -> frozenset[str]:
    """Return the vectors for which the verdict is not `pass`, but fail or an acceptable departure."""
    if kind.__name__ not in DEPARTURES:
        codec = kind()
        found = (v.id for v in vectors() if judge(v, codec, Transcript()).verdict != "pass")
        DEPARTURES[kind.__name__] = frozenset(found)
    return DEPARTURES[kind.__name__]


def test_the_unbroken_codec_passes_every_vector() -> None:
    assert departures(PlainCodec) == frozenset()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_broken_codec_is_caught(mutant: type[PlainCodec]) -> None:
    assert departures(mutant)


def test_every_vector_catches_a_codec_whose_fault_is_its_subject() -> None:
    general = {"RefusesEverything", "ServesWhatItHas", "Crashes", "LosesTheLastField", "ReversesFields"}
    special = [mutant for mutant in MUTANTS if mutant.__name__ not in general]
    caught = {name for mutant in special for name in departures(mutant)}
    assert [vector.id for vector in vectors() if vector.id not in caught] == []
