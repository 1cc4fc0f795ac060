"""Configurations of servers and proxies, written but not run."""

from pathlib import Path

import jinja2
import pytest

from .. import place as place_module
from ..certificates import Certificates, issue
from ..payload import DOWNLOAD_SIZE, MIB
from ..peers.server import Server
from ..place import FILES, Place
from ..registry import all_peers
from ..results import Part

SERVERS = [peer for peer in all_peers() if isinstance(peer, Server)]
PORT = 40123
UPSTREAM = 40124


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return issue(tmp_path_factory.mktemp("certificates"))


def _written(folder: Path) -> str:
    files = (path for path in folder.rglob("*") if path.is_file() and "root" not in path.parts)
    return "\n".join(path.read_text() for path in files)


def test_a_server_of_files_finds_every_endpoint(tmp_path: Path) -> None:
    root = Place(PORT, tmp_path, None).fill()
    assert {path.name for path in root.iterdir()} == {*FILES, "large", "download", "endless"}
    sizes = [(root / name).stat().st_size for name in ("large", "download", "endless")]
    assert sizes == [MIB, DOWNLOAD_SIZE, DOWNLOAD_SIZE]


def test_a_proxy_has_no_files_to_serve(tmp_path: Path) -> None:
    assert list(Place(PORT, tmp_path, None, UPSTREAM).fill().iterdir()) == []


def test_a_template_that_asks_for_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(jinja2.TemplateNotFound):
        Place(PORT, tmp_path, None).write("no-such-program.conf.j2")


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("server", SERVERS, ids=lambda server: f"{server.part}-{server.name}")
def test_the_configuration_names_port_origin_and_certificate(
    server: Server, tls: bool, tmp_path: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_module, "DOWNLOAD_SIZE", 1)
    upstream = UPSTREAM if server.part is Part.PROXIES else 0
    place = Place(PORT, tmp_path, certificates if tls else None, upstream)
    told = " ".join(server.launch(place)) + _written(tmp_path)
    assert str(PORT) in told
    assert (str(UPSTREAM) in told) is bool(upstream)
    assert (str(certificates.chain) in told or str(certificates.combined) in told) is tls


def test_every_server_of_the_default_set_is_there() -> None:
    names = {part: {peer.name for peer in SERVERS if peer.part is part and peer.default} for part in Part}
    assert names[Part.SERVERS] == {
        *("nghttpd", "nginx", "apache2", "caddy", "h2o", "haproxy", "envoy"),
        *("node", "hypercorn", "granian", "h2corn"),
    }
    assert names[Part.PROXIES] == {"haproxy", "nginx", "apache2", "caddy", "envoy", "nghttpx"}
