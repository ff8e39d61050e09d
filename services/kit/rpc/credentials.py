"""Reads the mesh's certificates: who we are, and whom we believe; anew when they change."""

from __future__ import annotations

import ssl
from pathlib import Path

import grpc

from services.kit.watched_files import WatchedFiles


def server_credentials(identity: str, certificates: Path) -> grpc.ServerCredentials:
    """Serves as `identity`; a caller without a certificate of the mesh gets no connection.

    Each new connection is met with the certificates of its moment.
    """
    files = _watched(identity, certificates)

    def configuration() -> grpc.ServerCertificateConfiguration:
        authority, chain, key = files.get()
        return grpc.ssl_server_certificate_configuration([(key, chain)], authority)

    return grpc.dynamic_ssl_server_credentials(
        configuration(), configuration, require_client_authentication=True
    )


def channel_credentials(identity: str, certificates: Path) -> WatchedFiles[grpc.ChannelCredentials]:
    """Calls as `identity`; other credentials once the certificates are others."""

    def credentials() -> grpc.ChannelCredentials:
        authority, chain, key = _files(identity, certificates)
        return grpc.ssl_channel_credentials(authority, key, chain)

    return WatchedFiles(_paths(identity, certificates), credentials)


def _watched(identity: str, certificates: Path) -> WatchedFiles[tuple[bytes, bytes, bytes]]:
    return WatchedFiles(_paths(identity, certificates), lambda: _files(identity, certificates))


def _paths(identity: str, certificates: Path) -> tuple[Path, Path, Path]:
    names = ("ca.pem", f"{identity}.pem", f"{identity}.key")
    authority, chain, key = (certificates / name for name in names)
    return authority, chain, key


def _files(identity: str, certificates: Path) -> tuple[bytes, bytes, bytes]:
    """Raises OSError (an SSLError is one) where the files do not belong together."""
    paths = _paths(identity, certificates)
    judge = ssl.create_default_context(cafile=str(paths[0]))
    judge.load_cert_chain(paths[1], paths[2])
    authority, chain, key = (path.read_bytes() for path in paths)
    return authority, chain, key
