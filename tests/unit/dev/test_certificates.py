"""Development certificates: who may speak as whom, and what strangers get to see."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dev import certificates
from dev.certificates import IDENTITIES, ensure_certificates


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder with fresh certificates."""
    ensure_certificates(tmp_path)
    return tmp_path


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _hosts(certificate: x509.Certificate) -> list[str]:
    extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return extension.value.get_values_for_type(x509.DNSName)


@pytest.mark.parametrize("identity", IDENTITIES)
def test_each_identity_is_one_certificate_of_the_mesh(made: Path, identity: str) -> None:
    """A service can prove its own name and no other."""
    certificate = _certificate(made / "mesh" / f"{identity}.pem")

    assert _hosts(certificate) == [identity]
    authority = _certificate(made / "mesh" / "ca.pem").public_key()
    assert isinstance(authority, ec.EllipticCurvePublicKey)
    certificate.verify_directly_issued_by(_certificate(made / "mesh" / "ca.pem"))


def test_the_edge_is_of_another_authority_than_the_mesh(made: Path) -> None:
    """Who trusts the portal's certificate does not thereby trust a service."""
    edge = _certificate(made / "edge" / "edge.pem")

    edge.verify_directly_issued_by(_certificate(made / "edge" / "ca.pem"))
    with pytest.raises(ValueError):
        edge.verify_directly_issued_by(_certificate(made / "mesh" / "ca.pem"))


def test_the_edges_certificates_name_nothing_of_ours(made: Path) -> None:
    """Every client can read them."""
    names = [
        attribute.value
        for path in ("edge/ca.pem", "edge/edge.pem")
        for name in (_certificate(made / path).subject, _certificate(made / path).issuer)
        for attribute in name.get_attributes_for_oid(NameOID.COMMON_NAME)
    ]

    assert set(names) == {"Local authority", "localhost"}


def test_keys_are_for_their_owner_alone(made: Path) -> None:
    """The principals' signing key above all."""
    keys = [*made.rglob("*.key"), made / "principal.private.jwk"]

    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
    assert "d" not in json.loads((made / "principal.public.jwk").read_text())


def test_good_certificates_are_left_as_they_are(made: Path) -> None:
    """A repeated set-up changes nothing that a running suite uses."""
    before = (made / "mesh" / "usage.pem").read_bytes()

    assert not ensure_certificates(made)
    assert (made / "mesh" / "usage.pem").read_bytes() == before


def test_certificates_near_their_end_are_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clone that lay for a year still runs."""
    monkeypatch.setattr(certificates, "VALID_DAYS", certificates.RENEW_DAYS - 1)
    ensure_certificates(tmp_path)
    monkeypatch.undo()

    assert ensure_certificates(tmp_path)
    ends = _certificate(tmp_path / "mesh" / "usage.pem").not_valid_after_utc
    assert ends > datetime.now(UTC) + timedelta(days=300)
