"""Where a server or proxy of the field is to run: its port, its folder, and what lies in that folder."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from .certificates import Certificates
from .home import PROGRAMS
from .payload import DOWNLOAD_SIZE, MIB, octets

PAGE = b"<!DOCTYPE html><title>h2interop</title><p>A page for every peer.\n"
FILES = {
    "index.html": PAGE,
    "get": PAGE,
    "slow": PAGE,
    "trailers": PAGE,
    "push": PAGE,
    "pushed": b"A pushed page.\n",
    "304": PAGE,
    "early": PAGE,
}
"""What a server of files offers besides its large ones, by the names of the origin's endpoints."""


@dataclass(frozen=True, slots=True)
class Place:
    """What one start of a program is given.

    port: the loopback port to listen on.  folder: its own and empty; configuration and logs go there.
    certificates: present for TLS, absent for cleartext with prior knowledge.
    upstream: port of an origin that speaks cleartext HTTP/2; 0 for a server, which answers by itself.
    """

    port: int
    folder: Path
    certificates: Certificates | None
    upstream: int = 0

    @property
    def root(self) -> Path:
        """The folder of files to serve; `fill` makes it."""
        return self.folder / "root"

    def fill(self) -> Path:
        """Write the files to serve, unless there is an origin for that; return their folder."""
        self.root.mkdir(exist_ok=True)
        if self.upstream:
            return self.root
        for name, content in FILES.items():
            (self.root / name).write_bytes(content)
        (self.root / "download").write_bytes(octets(DOWNLOAD_SIZE))
        (self.root / "endless").hardlink_to(self.root / "download")
        (self.root / "large").write_bytes(octets(MIB))
        return self.root

    def write(self, template: str, **more: Any) -> Path:
        """Fill in `template` of the programs' folder and return the path of the result, without `.j2`.

        The template sees this place as `place` and `more` besides.
        """
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(PROGRAMS), undefined=jinja2.StrictUndefined, trim_blocks=True
        )
        text = environment.get_template(template).render(
            place=self, programs=PROGRAMS, root=os.geteuid() == 0, **more
        )
        path = self.folder / template.removesuffix(".j2")
        path.write_text(text)
        return path

    def open_to_all(self) -> None:
        """Let other users read `folder`: a server started by root may change to a user of its own.

        The folders above it are opened as well, up to the one for temporary files.
        """
        top = Path(tempfile.gettempdir()).resolve()
        folder = self.folder.resolve()
        folder.chmod(0o777)
        for above in folder.parents:
            if above == top or top not in above.parents:
                return
            above.chmod(above.stat().st_mode | 0o711)
