"""Development certificates: a mesh authority, an edge authority, and the principals' key pair.

Made at set-up and made anew when one is about to expire. What the edge shows to strangers names
neither this product nor anything behind it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from joserfc.jwk import OKPKey

IDENTITIES = ("tenancy", "telephony", "usage", "billing", "gateway", "shipper", "edge")
# A gateway of the clients' door alone: the same name to whoever it serves, and less it may do.
CLIENTS_GATEWAY = "gateway-client"
CONSOLE_HOSTS = ("localhost", "console.localhost")
EDGE_HOSTS = (
    "localhost",
    # Some clients take no wildcard below a top-level name, so the demo's hosts stand in full too.
    "*.dialer.localhost",
    "abc-solar.dialer.localhost",
    "meridian-hvac.dialer.localhost",
    "coastline-insurance.dialer.localhost",
)
VALID_DAYS = 365
RENEW_DAYS = 30


@dataclass(frozen=True)
class Authority:
    """A certificate authority that can sign."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Leaf:
    """Who a certificate is for."""

    common_name: str
    hosts: Sequence[str]


def ensure_certificates(folder: Path) -> bool:
    """Makes mesh/, edge/ and principal.*.jwk under `folder` where they are missing or near
    their end; tells whether it made any."""
    mesh = {name: Leaf(name, (name,)) for name in IDENTITIES}
    mesh[CLIENTS_GATEWAY] = Leaf(CLIENTS_GATEWAY, ("gateway",))
    # Each door's names are its own: who looks at one certificate learns nothing of the other.
    edge = {
        "edge": Leaf(EDGE_HOSTS[0], EDGE_HOSTS),
        "console": Leaf(CONSOLE_HOSTS[0], CONSOLE_HOSTS),
    }
    made = ensure_group(folder / "mesh", "Services", mesh)
    made |= ensure_group(folder / "edge", "Local authority", edge)
    return made | _ensure_principal_keys(folder)


def ensure_group(folder: Path, authority_name: str, leaves: dict[str, Leaf]) -> bool:
    """A group is made as a whole: its authority's key is not kept, so nothing can be added."""
    if all(_is_good(folder / f"{name}.pem", leaf) for name, leaf in leaves.items()):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    authority = _make_authority(authority_name)
    for name, leaf in leaves.items():
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _sign_leaf(authority, key, leaf)
        _write_secret(folder / f"{name}.key", _pem(key))
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(_ENCODING))
    (folder / "ca.pem").write_bytes(authority.certificate.public_bytes(_ENCODING))
    return True


def _is_good(path: Path, leaf: Leaf) -> bool:
    if not path.exists() or not path.with_suffix(".key").exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    if certificate.not_valid_after_utc < datetime.now(UTC) + timedelta(days=RENEW_DAYS):
        return False
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(names.get_values_for_type(x509.DNSName)) == set(leaf.hosts)


def _make_authority(name: str) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        _builder(subject, subject, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Authority(certificate, key)


def _sign_leaf(
    authority: Authority, key: ec.EllipticCurvePrivateKey, leaf: Leaf
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, leaf.common_name)])
    both_sides = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    return (
        _builder(subject, authority.certificate.subject, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(both_sides), critical=False)
        .add_extension(issuer, critical=False)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host) for host in leaf.hosts]), critical=False
        )
        .sign(authority.key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    # An hour back, for clocks that differ a little.
    start = datetime.now(UTC) - timedelta(hours=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=VALID_DAYS))
    )


def _usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _ensure_principal_keys(folder: Path) -> bool:
    private, public = folder / "principal.private.jwk", folder / "principal.public.jwk"
    if private.exists() and public.exists():
        return False
    key = OKPKey.generate_key("Ed25519", auto_kid=True)
    _write_secret(private, json.dumps(key.as_dict(private=True)).encode())
    public.write_text(json.dumps(key.as_dict(private=False)))
    return True


_ENCODING = serialization.Encoding.PEM


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        _ENCODING, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write_secret(path: Path, content: bytes) -> None:
    """Writes a file that only its owner can read, from its first byte on."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
