"""Extended clients in scripting languages: Ruby http-2, Perl Protocol::HTTP2, PHP's curl, libsoup."""

import re
import shutil
from collections.abc import Sequence
from typing import ClassVar

from ..home import PROGRAMS
from ..processes import run
from ..results import Transport
from .base import Available
from .client import ProgramClient, Visit, arguments


class ScriptClient(ProgramClient):
    """A program for an interpreter of the system, whose library tells its version to `ask`."""

    interpreter: ClassVar[str]
    ask: ClassVar[tuple[str, ...]]
    """Words that make the interpreter print the library's version."""
    program: ClassVar[str]

    def available(self) -> Available:
        """Ask the interpreter for the library's version."""
        if shutil.which(self.interpreter) is None:
            return Available(reason=f"no {self.interpreter} in PATH")
        done = run([self.interpreter, *self.ask], timeout_s=20)
        found = re.search(r"\d+(?:\.\d+)+", done.stdout.decode(errors="replace"))
        if done.returncode or found is None:
            return Available(reason=f"{self.interpreter} has no {self.name}")
        return Available(found.group())

    def command(self, visit: Visit) -> Sequence[str]:
        """Run the program."""
        return [self.interpreter, str(PROGRAMS / self.program), *arguments(visit)]


class RubyHttp2(ScriptClient):
    """The gem http-2."""

    name = "ruby_http2"
    timeout_s = 120
    interpreter = "ruby"
    ask = ("-e", "require 'http/2'; puts HTTP2::VERSION")
    program = "http2_client.rb"
    hint = "apt-get install ruby ruby-http-2"


class Perl(ScriptClient):
    """Protocol::HTTP2 of CPAN."""

    name = "perl"
    interpreter = "perl"
    ask = ("-MProtocol::HTTP2", "-MIO::Socket::SSL", "-e", "print Protocol::HTTP2->VERSION")
    program = "http2_client.pl"
    hint = "apt-get install libprotocol-http2-perl libio-socket-ssl-perl"


class Php(ScriptClient):
    """PHP's extension curl over the system's libcurl."""

    name = "php"
    interpreter = "php"
    ask = ("-r", "echo curl_version()['version'];")
    program = "curl_client.php"
    hint = "apt-get install php-cli php-curl"


class Libsoup(ScriptClient):
    """libsoup 3, GNOME's client, over libnghttp2."""

    name = "libsoup"
    interpreter = "/usr/bin/python3"
    ask = (
        "-c",
        "import gi; gi.require_version('Soup', '3.0'); from gi.repository import Soup as s;"
        "print(f'{s.get_major_version()}.{s.get_minor_version()}.{s.get_micro_version()}')",
    )
    program = "soup_client.py"
    hint = "apt-get install gir1.2-soup-3.0 python3-gi glib-networking"
    lacks: ClassVar = {Transport.H2C: "speaks HTTP/2 over TLS only"}


PEERS = (RubyHttp2(), Perl(), Php(), Libsoup())
