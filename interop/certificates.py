"""A certificate authority for one run, and a leaf for localhost, as files that every peer can read."""

from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True, slots=True)
class Certificates:
    """Paths of PEM files: the authority to trust, the leaf and its key, both in one (haproxy's form)."""

    authority: Path
    chain: Path
    key: Path
    combined: Path


def issue(folder: Path) -> Certificates:
    """Write a fresh authority and a leaf for localhost, 127.0.0.1 and ::1 into `folder`."""
    authority = trustme.CA(organization_name="h2interop")
    leaf = authority.issue_cert("localhost", "127.0.0.1", "::1", common_name="localhost")
    files = Certificates(
        folder / "authority.pem", folder / "chain.pem", folder / "key.pem", folder / "combined.pem"
    )
    authority.cert_pem.write_to_path(str(files.authority))
    chain = b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
    files.chain.write_bytes(chain)
    leaf.private_key_pem.write_to_path(str(files.key))
    files.combined.write_bytes(chain + leaf.private_key_pem.bytes())
    return files
