"""Why a connection could not be opened: each cause in its own words."""

import errno
import socket
import ssl

import pytest

from ..cli import main
from ..exitcodes import Exit
from ..judge.refusal import why_refused


def untrusted() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
            "no connection: the name does not resolve (Name or service not known)",
        ),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "the connection was refused"),
        (TimeoutError("timed out"), "no connection: nothing answered in time"),
        (untrusted(), "no connection: the certificate is not trusted (self-signed certificate)"),
        (
            ssl.SSLError(1, "[SSL] record layer failure (_ssl.c:1006)"),
            "no connection: the TLS handshake failed ([SSL] record layer failure (_ssl.c:1006))",
        ),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "no connection: Network is unreachable"),
    ],
)
def test_each_cause_has_its_own_words(error: OSError, told: str) -> None:
    assert why_refused(error) == told


def test_a_name_that_does_not_resolve_is_not_a_refused_connection(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["run", "server/6.7-ping", "-t", "tcp:name.invalid:80"]) == Exit.UNREACHABLE
    told = capsys.readouterr()
    assert "tcp:name.invalid:80 failed the self-check: no connection: the name does not resolve (" in told.err
    assert "refused" not in told.out + told.err
    assert "--no-self-check" not in told.out
