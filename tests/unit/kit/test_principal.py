"""Principals are believed if they are signed by us, whole, and not over."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from services.kit.clock import MovableClock
from services.kit.rpc.principal import (
    PrincipalInvalid,
    PrincipalSigner,
    PrincipalVerifier,
    new_key_pair,
)

PRIVATE, PUBLIC = new_key_pair()
CLAIMS = {"sub": "tenants/abc/users/u1", "tid": "abc", "aud": "client", "perms": [], "exp": 2**31}


def _signed(claims: dict[str, Any]) -> str:
    key = OKPKey.import_key(json.loads(PRIVATE))
    return jwt.encode({"alg": "Ed25519"}, claims, key, algorithms=["Ed25519"])


def test_what_is_signed_is_read_again(clock: MovableClock) -> None:
    """With the instant at which it ends."""
    token, expire_time = PrincipalSigner(PRIVATE, clock).sign(
        "tenants/abc/users/u1", "abc", "client", {"calls.read", "invoices.read"}
    )

    principal = PrincipalVerifier(PUBLIC, clock).verify(token)

    assert (principal.subject, principal.tenant_id) == ("tenants/abc/users/u1", "abc")
    assert principal.permissions == {"calls.read", "invoices.read"}
    assert not principal.is_operator
    assert principal.expire_time == expire_time == clock.now() + timedelta(seconds=60)


def test_the_public_key_cannot_sign() -> None:
    """Nor does it hold the private half."""
    assert "d" in json.loads(PRIVATE)
    assert "d" not in json.loads(PUBLIC)


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "INTERNAL"},
        {"aud": ["client", "operator"]},
        {"tid": ""},
        {"tid": 5},
        {"sub": None},
        {"exp": "soon"},
        {"exp": 10**30},
        {"perms": None},
    ],
)
def test_a_principal_that_is_not_whole_is_refused(
    clock: MovableClock, change: dict[str, Any]
) -> None:
    """Even if it is signed."""
    with pytest.raises(PrincipalInvalid):
        PrincipalVerifier(PUBLIC, clock).verify(_signed(CLAIMS | change))


def _with_algorithm_none() -> str:
    parts = ({"alg": "none"}, CLAIMS)
    encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts)
    return ".".join((*(part.rstrip("=") for part in encoded), ""))


def _with_the_public_key_as_a_password() -> str:
    key = OctKey.import_key(PUBLIC)
    return jwt.encode({"alg": "HS256"}, CLAIMS, key, algorithms=["HS256"])


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "é",
        "x" * 20_000,
        _with_algorithm_none(),
        _with_the_public_key_as_a_password(),
        _signed(CLAIMS)[:-4] + "AAAA",
    ],
)
def test_what_is_not_signed_by_our_key_is_refused(clock: MovableClock, token: str) -> None:
    """By no other algorithm either."""
    with pytest.raises(PrincipalInvalid):
        PrincipalVerifier(PUBLIC, clock).verify(token)
