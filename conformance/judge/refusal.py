"""Why a connection could not be opened, in words that say what to look at."""

import socket
import ssl


def why_refused(error: OSError) -> str:
    """Return the reason, without the number that the operating system gives it."""
    told = error.strerror or str(error)
    match error:
        case socket.gaierror():
            return f"no connection: the name does not resolve ({told})"
        case ssl.SSLCertVerificationError():
            return f"no connection: the certificate is not trusted ({error.verify_message})"
        case ssl.SSLError():
            return f"no connection: the TLS handshake failed ({told})"
        case ConnectionRefusedError():
            return "the connection was refused"
        case TimeoutError():
            return "no connection: nothing answered in time"
    return f"no connection: {told}"
