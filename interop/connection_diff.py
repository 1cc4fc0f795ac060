"""Our connection against h2's, in both roles: the same moves, the same decisions."""

from functools import partial

from .connection_machine import MOVES, Dialogue
from .differential import StateMachine

SERVER = StateMachine("connection, server", partial(Dialogue, "server"), MOVES)
CLIENT = StateMachine("connection, client", partial(Dialogue, "client"), MOVES)
