"""Passive rules for the values of the target's SETTINGS."""

from collections.abc import Iterable, Iterator
from typing import Final

from ..wire.codes import DEFAULT_MAX_FRAME_SIZE, MAX_31, Setting
from .fieldrules import Broken

LASTING: Final = (Setting.ENABLE_CONNECT_PROTOCOL, Setting.NO_RFC7540_PRIORITIES)
_RULE: Final = "settings-values"


class SettingsRules:
    """Watches the settings of one connection."""

    def __init__(self) -> None:
        """Nothing was announced yet."""
        self._values: dict[int, int] = {}  # of settings that have to keep their value

    def check(self, settings: Iterable[tuple[int, int]]) -> Iterator[Broken]:
        """Yield what the values of one frame break."""
        for number, value in settings:
            if number == Setting.ENABLE_PUSH and value != 0:
                yield _RULE, f"ENABLE_PUSH={value} from a server"
            if number == Setting.INITIAL_WINDOW_SIZE and value > MAX_31:
                yield _RULE, f"INITIAL_WINDOW_SIZE={value}"
            if number == Setting.MAX_FRAME_SIZE and not DEFAULT_MAX_FRAME_SIZE <= value < 1 << 24:
                yield _RULE, f"MAX_FRAME_SIZE={value}"
            if number in LASTING:
                yield from self._check_lasting(Setting(number), value)

    def _check_lasting(self, setting: Setting, value: int) -> Iterator[Broken]:
        """Check a setting that has to keep its value (RFC 8441 3: once it is 1; RFC 9218 2.1: always)."""
        first = self._values.setdefault(setting, value)
        if value > 1:
            yield _RULE, f"{setting.name}={value}"
        elif value < first or (value > first and setting == Setting.NO_RFC7540_PRIORITIES):
            yield _RULE, f"{setting.name}={value} after {first}"
        self._values[setting] = value
