"""Principals: for whom a request is made, signed, short-lived."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Self

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from services.kit.clock import Clock
from services.kit.errors import Kind, Refusal
from services.kit.watched_files import WatchedFiles

METADATA_KEY = "x-principal"
LIFE = timedelta(seconds=60)

Audience = Literal["client", "operator"]

# RFC 9864's name of EdDSA over Curve25519; nothing else is ever accepted.
_ALGORITHM = "Ed25519"
_REMEMBERED = 4096
_LONGEST = 16_384

_current: ContextVar[Principal | None] = ContextVar("principal", default=None)


class PrincipalInvalid(Refusal):
    """No principal, or one that is forged, garbled or over."""

    kind = Kind.UNAUTHENTICATED
    reason = "PRINCIPAL_INVALID"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody in whose name a request is made.

    `subject` is the resource name of a user or an API key, `tenant_id` whose it is (the operator's
    own tenant for its people).
    """

    subject: str
    tenant_id: str
    audience: Audience
    permissions: frozenset[str]
    expire_time: datetime

    @property
    def is_operator(self) -> bool:
        return self.audience == "operator"


class PrincipalSigner:
    """Makes tokens; only tenancy has the key for it."""

    def __init__(self, private_jwk: str, clock: Clock, life: timedelta = LIFE) -> None:
        key = OKPKey.import_key(json.loads(private_jwk))
        self._key: Callable[[], OKPKey] = lambda: key
        self._clock = clock
        self._life = life

    @classmethod
    def from_file(cls, path: Path, clock: Clock) -> Self:
        """Reads the private key from a JWK file, and again whenever it changes."""
        signer = cls(path.read_text(encoding="utf-8"), clock)
        signer._key = WatchedFiles(
            [path], lambda: OKPKey.import_key(json.loads(path.read_text(encoding="utf-8")))
        ).get
        return signer

    def sign(
        self,
        subject: str,
        tenant_id: str,
        audience: Audience,
        permissions: Iterable[str],
        until: datetime | None = None,
    ) -> tuple[str, datetime]:
        """Gives the token and the instant at which it ends, in whole seconds.

        It ends after its life, or `until` if that is earlier.
        """
        end = self._clock.now() + self._life
        expire_time = min(end, until or end).replace(microsecond=0)
        claims = {
            "sub": subject,
            "tid": tenant_id,
            "aud": audience,
            "perms": sorted(permissions),
            "exp": int(expire_time.timestamp()),
        }
        token = jwt.encode({"alg": _ALGORITHM}, claims, self._key(), algorithms=[_ALGORITHM])
        return token, expire_time


class PrincipalVerifier:
    """Reads tokens; remembers those it has verified until they end, or the keys are others.

    Its keys are a JWK, or a JWK set: while keys are changed the old and the new one are in it.
    """

    def __init__(self, public_jwk: str, clock: Clock) -> None:
        keys = _public_keys(public_jwk)
        self._keys: Callable[[], tuple[OKPKey, ...]] = lambda: keys
        self._verified_by = keys
        self._clock = clock
        self._verified: OrderedDict[str, Principal] = OrderedDict()

    @classmethod
    def from_file(cls, path: Path, clock: Clock) -> Self:
        """Reads the public keys from a file, and again whenever it changes."""
        verifier = cls(path.read_text(encoding="utf-8"), clock)
        verifier._keys = WatchedFiles(
            [path], lambda: _public_keys(path.read_text(encoding="utf-8"))
        ).get
        return verifier

    def verify(self, token: str) -> Principal:
        """Gives whom the token is of; refuses with PRINCIPAL_INVALID."""
        keys = self._keys()
        if keys is not self._verified_by:
            self._verified_by = keys
            self._verified.clear()
        principal = self._verified.get(token)
        if principal is None:
            principal = _read(token, keys)
            self._verified[token] = principal
            if len(self._verified) > _REMEMBERED:
                self._verified.popitem(last=False)
        if principal.expire_time <= self._clock.now():
            self._verified.pop(token, None)
            raise PrincipalInvalid("The log-in is over.")
        return principal


def current_principal() -> Principal | None:
    """Gives in whose name the present RPC is made; None for a service's own calls."""
    return _current.get()


def set_current_principal(principal: Principal | None) -> None:
    """Says in whose name the rest of this task works."""
    _current.set(principal)


def principal_metadata(token: str) -> tuple[tuple[str, str], ...]:
    """Gives the metadata of a call that is made in a principal's name."""
    return ((METADATA_KEY, token),)


def new_key_pair() -> tuple[str, str]:
    """Makes a signing key: the private and the public half, as JWK text."""
    key = OKPKey.generate_key("Ed25519")
    return json.dumps(key.as_dict(private=True)), json.dumps(key.as_dict(private=False))


def _public_keys(text: str) -> tuple[OKPKey, ...]:
    found = json.loads(text)
    return tuple(OKPKey.import_key(each) for each in found.get("keys", [found]))


def _read(token: str, keys: Iterable[OKPKey]) -> Principal:
    if len(token) > _LONGEST:
        raise PrincipalInvalid("The log-in is not valid.")
    problem: Exception | None = None
    for key in keys:
        try:
            return _principal(jwt.decode(token, key, algorithms=[_ALGORITHM]).claims)
        except (JoseError, ValueError, KeyError, TypeError, OverflowError) as error:
            problem = error
    raise PrincipalInvalid("The log-in is not valid.") from problem


def _principal(claims: dict[str, Any]) -> Principal:
    audience = claims["aud"]
    if audience not in ("client", "operator"):
        raise ValueError("an audience is client or operator")
    subject, tenant_id = claims["sub"], claims["tid"]
    if not (isinstance(subject, str) and isinstance(tenant_id, str) and tenant_id):
        raise ValueError("a principal is of a subject and a tenant")
    return Principal(
        subject=subject,
        tenant_id=tenant_id,
        audience=audience,
        permissions=frozenset(map(str, claims["perms"])),
        expire_time=datetime.fromtimestamp(int(claims["exp"]), UTC),
    )
