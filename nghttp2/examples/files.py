"""Serve the files of a folder, with HEAD, and their SHA-256 in a trailer.

python -m nghttp2.examples.files [FOLDER [PORT]]
"""

import hashlib
import mimetypes
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from nghttp2 import BaseRequestHandler, HTTP2Server


class Handler(BaseRequestHandler):
    root = Path()

    def on_headers(self) -> None:
        if self.method not in (b"GET", b"HEAD"):
            self.send_response(405, [("allow", "GET, HEAD")])
            return
        name = unquote((self.path or b"/").partition(b"?")[0].decode())
        file = (self.root / name.lstrip("/")).resolve() if "\0" not in name else self.root
        if not file.is_relative_to(self.root) or not file.is_file():
            self.send_response(404, [("content-type", "text/plain")], "not found\n")
            return
        self.checksum = hashlib.sha256()
        kind = mimetypes.guess_type(file)[0] or "application/octet-stream"
        headers = [
            ("content-type", kind),
            ("content-length", str(file.stat().st_size)),
            ("trailer", "x-sha256"),
        ]
        trailers = self.sums if self.method == b"GET" else None
        self.send_response(200, headers, self.content(file), trailers=trailers)

    def content(self, file: Path) -> Iterator[bytes]:
        with file.open("rb") as opened:
            while chunk := opened.read(65_536):
                self.checksum.update(chunk)
                yield chunk

    def sums(self) -> list[tuple[str, str]]:
        return [("x-sha256", self.checksum.hexdigest())]


def main(folder: str = ".", port: str = "8080") -> None:
    Handler.root = Path(folder).resolve()
    server = HTTP2Server(("127.0.0.1", int(port)), Handler)
    print(server.address, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
