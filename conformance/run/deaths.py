"""Deaths of the target: who saw one, how it came about, and the process that takes over, started once."""

import threading

from ..errors import TargetError
from ..judge.attempt import Attempt, crashed
from ..judge.verdict import FAIL
from ..targets.base import Target


class Deaths:
    """The deaths so far.  A generation is the time of one process, counted from 0."""

    def __init__(self) -> None:
        """Nobody has died yet."""
        self.generation = 0
        self._how: dict[int, str] = {}
        self._mending = threading.Lock()

    def look(self, target: Target, done: Attempt, generation: int) -> None:
        """Find out whether the target died under an attempt, and bring it back if it did.

        generation: when the attempt began.  Another case may have seen the death first and the target may
        serve again: what the attempt saw of the end, a close or no answer, is no reaction to the case.
        """
        done.generation = generation
        if not done.crash and (done.bare_close or done.verdict == FAIL):
            gone = target.gone()
            if gone is not None or self.generation != generation:
                self.mend(target, generation)
                crashed(done, self._how.get(generation) or gone or "the target died")
        if done.crash:
            self.mend(target, generation)

    def mend(self, target: Target, generation: int) -> None:
        """Start the target again if it died in this generation, once for all cases that saw it."""
        with self._mending:
            if self.generation != generation or (gone := target.gone()) is None:
                return
            self._how[generation] = gone
            try:
                target.restart()
            except TargetError:
                pass  # every later case will say that it cannot connect
            finally:
                self.generation += 1  # now, and not before: whoever connected meanwhile met no process

    def at_the_end(self, target: Target) -> bool:
        """Return whether the target is gone after the last case, which no case can have seen."""
        gone = target.gone()
        if gone is not None:
            self._how[self.generation] = f"{gone}, after the last case"
        return gone is not None

    def told(self) -> list[str]:
        """Return how each death came about, in order."""
        return list(self._how.values())

    def how(self, seen: Attempt) -> str:
        """Return how the death came about that an attempt saw."""
        return self._how.get(seen.generation) or seen.result.reason.removeprefix("crash: ")
