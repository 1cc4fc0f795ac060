"""Finds the target that the command line names."""

from ..errors import UsageError
from .base import Target
from .embedded_process import EmbeddedTarget
from .exec import ExecTarget
from .py import PyTarget, load_factory
from .tcp import TcpTarget, split_address
from .tls import TlsTarget
from .tlsoptions import TlsOptions

FORMS = "embedded, tcp:HOST:PORT, tls:HOST:PORT, exec:CMD {port} or py:MODULE:FACTORY"


def choose(spec: str, tls: TlsOptions | None = None) -> Target:
    """Return the target for a `-t` argument.  Raises UsageError."""
    kind, _, rest = spec.partition(":")
    match kind:
        case "tcp":
            return TcpTarget(spec, *split_address(rest))
        case "tls":
            return TlsTarget(spec, *split_address(rest), tls or TlsOptions())
        case "exec":
            if "{port}" not in rest:
                raise UsageError("exec: the command needs {port}")
            return ExecTarget(spec, rest)
        case "py":
            return PyTarget(spec, load_factory(rest))
        case "embedded":
            return EmbeddedTarget()
    raise UsageError(f"unknown target {spec!r}: expected {FORMS}")
