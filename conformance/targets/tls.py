"""Targets over TLS with ALPN h2: `tls:HOST:PORT` (RFC 9113 3.2, 9.2)."""

import contextlib
import ssl
import warnings
from typing import Final

from ..cases.tlswish import TlsWish
from ..errors import UsageError
from ..peer.transport import EndedTransport, SocketTransport, Transport
from .tcp import TcpTarget, is_loopback, open_socket
from .tlsoptions import TlsOptions

VERSIONS: Final = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}


class TlsTarget(TcpTarget):
    """A server that somebody else runs, over TLS."""

    kind = "tls"
    scheme = "https"

    def __init__(self, spec: str, host: str, port: int, options: TlsOptions) -> None:
        """`options`: certificates and names as the user gave them."""
        super().__init__(spec, host, port)
        self._options = options
        self._server_name = options.sni or host
        if options.sni:
            self.authority = options.sni if port == 443 else f"{options.sni}:{port}"
        # A certificate on this machine is rarely signed by anybody: verify where it is asked for or remote.
        self._verify = not options.insecure and (bool(options.cafile) or not is_loopback(host))
        self._context = self._make_context(TlsWish())

    def _make_context(self, wish: TlsWish) -> ssl.SSLContext:
        options = self._options
        try:
            if self._verify:
                context = ssl.create_default_context(cafile=options.cafile)
            else:
                context = _unverified()
            if options.certificate:
                context.load_cert_chain(options.certificate, options.key)
            if options.keylog:
                context.keylog_filename = options.keylog
        except (OSError, ssl.SSLError) as error:
            raise UsageError(f"TLS: {error}") from error
        alpn = ("h2",) if wish.alpn is None else wish.alpn
        if alpn:
            context.set_alpn_protocols(list(alpn))
        if wish.versions:
            low, high = wish.versions
            if low < "1.2":
                context.set_ciphers("ALL:@SECLEVEL=0")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # old versions are asked for on purpose
                context.minimum_version = VERSIONS[low]
                context.maximum_version = VERSIONS[high]
        if wish.ciphers:
            context.set_ciphers(wish.ciphers)
        if wish.curves:
            context.set_ecdh_curve(wish.curves)
        return context

    def connect(self, timeout: float, tls: TlsWish | None = None) -> Transport:
        """Open a connection; a refused handshake is a connection that has ended already."""
        context = self._context if tls is None else self._make_context(tls)
        name = self._server_name if tls is None or tls.server_name is None else tls.server_name
        connection = open_socket(self.host, self.port, timeout)
        try:
            wrapped = context.wrap_socket(connection, server_hostname=name)
        except OSError as error:
            with contextlib.suppress(OSError):
                connection.close()
            if tls is None:
                raise
            return EndedTransport(str(error))
        return SocketTransport(wrapped)


def _unverified() -> ssl.SSLContext:
    """Return a context that reads no certificates: the system's take 40 ms each time."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
