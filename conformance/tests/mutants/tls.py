"""Mutants of TLS (RFC 9113 3.2, 3.3, 9.2), on sockets: a thread a connection between TLS and a gate."""

import contextlib
import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from conformance.judge.session import Session
from conformance.peer.timing import responsive
from conformance.targets.embedded import CERTIFICATE
from conformance.targets.tls import TlsTarget
from conformance.targets.tlsoptions import TlsOptions

from .connections import MUTANTS as CONNECTIONS
from .gate import Gate
from .intolerant import fails
from .model import Mutant
from .rewriting import of
from .settings_sent import MUTANTS as SETTINGS_SENT
from .trials import Trials, catalogue
from .wire import HEADERS, INADEQUATE_SECURITY

PATIENCE_S = 1.0
"""What the judge waits for a mutant that does not answer."""
TRANSPARENT = Mutant("none", "", "nothing is changed", ())


def context(*alpn: str) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(CERTIFICATE)
    made.set_alpn_protocols(list(alpn or ("h2",)))
    return made


def old_versions(low: ssl.TLSVersion, high: ssl.TLSVersion) -> ssl.SSLContext:
    made = context()
    made.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old versions are the fault
        made.minimum_version, made.maximum_version = low, high
    return made


def without_mandatory_suite() -> ssl.SSLContext:
    made = context()
    made.set_ciphers("ECDHE+CHACHA20")
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    return made


def without_names() -> ssl.SSLContext:
    made = context()
    made.sni_callback = lambda connection, name, _: (
        None if name is None else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    )
    return made


@dataclass(frozen=True)
class TlsMutant:
    """A server whose TLS, or what it makes of it, breaks one rule."""

    name: str
    rule: str
    sentence: str
    kills: tuple[str, ...]
    make: Callable[[], ssl.SSLContext] = context
    gate: Mutant = TRANSPARENT
    wants_alpn: bool = True


def named(mutants: list[Mutant], name: str) -> Mutant:
    return next(mutant for mutant in mutants if mutant.name == name)


SOUND = TlsMutant("sound", "", "nothing is changed", ())
MUTANTS = [
    TlsMutant(
        "speaks-old-tls",
        "RFC 9113 9.2",
        "TLS 1.0 and 1.1 are spoken too",
        ("server/9.2-tls/tls-1.0", "server/9.2-tls/tls-1.1"),
        lambda: old_versions(ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_3),
    ),
    TlsMutant(
        "speaks-old-tls-alone",
        "RFC 9113 9.2",
        "nothing above TLS 1.1 is spoken",
        ("server/9.2-tls/tls-of-the-handshake",),
        lambda: old_versions(ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1),
    ),
    TlsMutant(
        "knows-no-names",
        "RFC 9113 9.2",
        "a client that names the server is refused",
        ("server/9.2-tls/server-name",),
        without_names,
    ),
    TlsMutant(
        "lacks-the-mandatory-suite",
        "RFC 9113 9.2.2",
        "ECDHE with AES 128 GCM is not supported",
        ("server/9.2-tls/mandatory-cipher-suite",),
        without_mandatory_suite,
    ),
    TlsMutant(
        "finds-suites-inadequate",
        "RFC 9113 9.2.2",
        "a permitted suite leads to INADEQUATE_SECURITY",
        ("server/9.2-tls/permitted-suite-is-no-inadequate-security",),
        gate=Mutant("", "", "", (), incoming=fails(of(HEADERS), INADEQUATE_SECURITY)),
    ),
    TlsMutant(
        "minds-no-alpn",
        "RFC 9113 3.3",
        "HTTP/2 is spoken whatever ALPN chose",
        (
            "server/9.2-tls/alpn-h2c-alone",
            "server/9.2-tls/prior-knowledge-over-tls",
            "server/9.2-tls/alpn-http-1.1",
        ),
        wants_alpn=False,
    ),
    TlsMutant(
        "prefers-other-protocols",
        "RFC 9113 3.2",
        "ALPN chooses h2c and http/1.1 before h2",
        ("server/9.2-tls/alpn-selects-h2", "server/9.2-tls/alpn-h2c-and-h2"),
        lambda: context("h2c", "http/1.1", "h2"),
        wants_alpn=False,
    ),
    TlsMutant(
        "sends-settings-second-over-tls",
        "RFC 9113 3.2",
        "the first frame behind the TLS handshake is a WINDOW_UPDATE",
        ("server/9.2-tls/settings-follow-the-handshake",),
        gate=named(SETTINGS_SENT, "sends-settings-second"),
    ),
    TlsMutant(
        "loses-frames-cut-by-records",
        "RFC 9113 3.2",
        "a frame that comes in two TLS records is lost",
        ("server/9.2-tls/frames-across-tls-records",),
        gate=named(CONNECTIONS, "loses-cut-frames"),
    ),
]


class TlsServer:
    """Accepts connections until it is closed."""

    def __init__(self, mutant: TlsMutant) -> None:
        self.mutant = mutant
        self.context = mutant.make()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:  # closed: the end of the test
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # A handshake that fails and a client that is gone are what TLS cases are about.
        with connection, contextlib.suppress(OSError), self._secured(connection) as secure:
            if self.mutant.wants_alpn and secure.selected_alpn_protocol() != "h2":
                return
            gate = Gate(self.mutant.gate)
            while True:
                while data := gate.data_to_send():
                    secure.sendall(data)
                if gate.closed:
                    return
                received = secure.recv(65_536)
                gate.receive(received)
                if not received:
                    return

    def _secured(self, connection: socket.socket) -> ssl.SSLSocket:
        return self.context.wrap_socket(connection, server_side=True)

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


@contextlib.contextmanager
def serving(mutant: TlsMutant) -> Iterator[Trials]:
    """Serve, for cases to be tried against it."""
    server = TlsServer(mutant)
    target = TlsTarget("tls:mutant", "127.0.0.1", server.port, TlsOptions(insecure=True))
    patience = None if mutant is SOUND else PATIENCE_S
    try:
        timing = responsive(0.001, patience)
        yield Trials(Session(target, catalogue().situations, timing, baseline=200))
    finally:
        server.close()
