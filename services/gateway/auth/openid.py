"""OpenID Connect, as one who relies on a provider: code flow with PKCE, state and nonce."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final, Self
from urllib.parse import quote

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.gateway.auth.memory import Held, Memory
from services.gateway.partners.addresses import AddressRefused
from services.gateway.partners.outbound import Outbound
from services.kit.clock import Clock

_HOLDS: Final = timedelta(minutes=5)
_REMEMBERED_MAX: Final = 1000
_SECONDS_MAX: Final = 8.0
_ANSWER_BYTES_MAX: Final = 256 * 1024
_LEEWAY_SECONDS: Final = 120
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]


class SignOnFailed(Exception):
    """The provider did not let somebody in, or cannot be believed; the text says why."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A provider's address, and what it knows us as; no secret is a public client's."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a browser keeps while it is at the provider, and brings back."""

    state: str
    nonce: str
    verifier: str
    next_path: str

    @classmethod
    def new(cls, next_path: str) -> Self:
        """Makes one that nobody can guess."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state, nonce, verifier, next_path)

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """Reads what `text` wrote; None for anything else."""
        try:
            fields = json.loads(base64.urlsafe_b64decode(text))
            return cls(**{name: str(fields[name]) for name in cls.__slots__})
        except (ValueError, KeyError, TypeError):
            return None

    @property
    def text(self) -> str:
        """Writes it, as a cookie can hold it."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider tells of itself."""

    authorization_endpoint: str
    token_endpoint: str
    takes_secret_in_form: bool
    keys: KeySet


class OpenId:
    """Sends people to their providers, and takes their word for who comes back."""

    def __init__(self, outbound: Outbound, clock: Clock) -> None:
        self._outbound, self._clock = outbound, clock
        self._providers: Memory[str, Provider] = Memory(clock, _REMEMBERED_MAX)

    async def address(self, registered: Registration, attempt: Attempt) -> str:
        """Gives where to send the browser; raises SignOnFailed."""
        provider = await self.provider(registered.issuer)
        uri: str = prepare_grant_uri(
            provider.authorization_endpoint,
            registered.client_id,
            "code",
            redirect_uri=registered.redirect_uri,
            scope="openid email profile",
            state=attempt.state,
            nonce=attempt.nonce,
            code_challenge=create_s256_code_challenge(attempt.verifier),
            code_challenge_method="S256",
        )
        return uri

    async def email(self, registered: Registration, attempt: Attempt, code: str) -> str:
        """Gives the address that the provider vouches for; raises SignOnFailed."""
        provider = await self.provider(registered.issuer)
        answer = await self._exchanged(provider, registered, attempt, code)
        try:
            token = jwt.decode(str(answer.get("id_token", "")), provider.keys, _ALGORITHMS)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": registered.issuer},
                    "aud": {"essential": True, "value": registered.client_id},
                },
                {
                    "nonce": attempt.nonce,
                    "client_id": registered.client_id,
                    "access_token": answer.get("access_token"),
                },
            )
            claims.validate(int(self._clock.now().timestamp()), _LEEWAY_SECONDS)
        except (JoseError, AuthlibBaseError, ValueError) as error:
            # Keys change: the next attempt reads them anew.
            self._providers.forget(registered.issuer)
            raise SignOnFailed("Its answer cannot be verified.") from error
        email = claims.get("email")
        if not isinstance(email, str) or "@" not in email:
            raise SignOnFailed("It did not tell an e-mail address.")
        if claims.get("email_verified", True) is not True:
            raise SignOnFailed("It has not verified the e-mail address.")
        return email

    async def provider(self, issuer: str) -> Provider:
        """Gives what a provider tells of itself; raises SignOnFailed."""
        return await self._providers.get(issuer, lambda: self._read(issuer))

    async def _read(self, issuer: str) -> Held[Provider]:
        address = issuer.rstrip("/") + "/.well-known/openid-configuration"
        told = await self._asked("GET", address)
        if told.get("issuer") != issuer:
            raise SignOnFailed(f"It calls itself {str(told.get('issuer'))[:100]!r}.")
        login, token = (str(told.get(f"{name}_endpoint")) for name in ("authorization", "token"))
        if not all(each.startswith(("https://", "http://")) for each in (login, token)):
            raise SignOnFailed("It does not say where to log in.")
        try:
            keys = KeySet.import_key_set(await self._asked("GET", str(told.get("jwks_uri"))))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise SignOnFailed("Its keys cannot be read.") from error
        # What is left out means the header (OpenID Connect Discovery 1.0, section 3).
        ways = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        provider = Provider(login, token, "client_secret_basic" not in ways, keys)
        return Held(provider, None, self._clock.now() + _HOLDS)

    async def _exchanged(
        self, provider: Provider, registered: Registration, attempt: Attempt, code: str
    ) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": registered.redirect_uri,
            "code_verifier": attempt.verifier,
        }
        if registered.client_secret and not provider.takes_secret_in_form:
            # Encoded before they are joined (RFC 6749, section 2.3.1).
            pair = [
                quote(each, safe="") for each in (registered.client_id, registered.client_secret)
            ]
            return await self._asked("POST", provider.token_endpoint, form, (pair[0], pair[1]))
        form["client_id"] = registered.client_id
        if registered.client_secret:
            form["client_secret"] = registered.client_secret
        return await self._asked("POST", provider.token_endpoint, form)

    async def _asked(
        self,
        method: str,
        url: str,
        form: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> dict[str, Any]:
        try:
            async with (
                self._outbound.client(_SECONDS_MAX) as client,
                client.stream(method, url, data=form, auth=auth) as answer,
            ):
                body = b""
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > _ANSWER_BYTES_MAX:
                        raise SignOnFailed("Its answer is too long.")
        except AddressRefused as refused:
            raise SignOnFailed(str(refused)) from refused
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            raise SignOnFailed("It does not answer.") from error
        if answer.status_code != 200:
            raise SignOnFailed(f"It answered {answer.status_code}.")
        try:
            told = json.loads(body)
        except ValueError as error:
            raise SignOnFailed("Its answer cannot be read.") from error
        if not isinstance(told, dict):
            raise SignOnFailed("Its answer cannot be read.")
        return told
