"""Reads the mesh's certificates: who we are, and whom we believe."""

from __future__ import annotations

from pathlib import Path

import grpc


def server_credentials(identity: str, certificates: Path) -> grpc.ServerCredentials:
    """Serves as `identity`; a caller without a certificate of the mesh gets no connection."""
    authority, chain, key = _files(identity, certificates)
    return grpc.ssl_server_credentials(
        [(key, chain)], root_certificates=authority, require_client_auth=True
    )


def channel_credentials(identity: str, certificates: Path) -> grpc.ChannelCredentials:
    """Calls as `identity`."""
    authority, chain, key = _files(identity, certificates)
    return grpc.ssl_channel_credentials(authority, key, chain)


def _files(identity: str, certificates: Path) -> tuple[bytes, bytes, bytes]:
    names = ("ca.pem", f"{identity}.pem", f"{identity}.key")
    authority, chain, key = ((certificates / name).read_bytes() for name in names)
    return authority, chain, key
