"""Keys and passwords: their form, and when to stop listening."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from services.kit.errors import FieldViolation, Kind, Refusal
from services.tenancy.domain.permission import Role

ATTEMPTS_MAX = 10
ATTEMPTS_WINDOW = timedelta(minutes=15)

PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX = 12, 200

_KEY_MARK = "key_"
_PREFIX_LENGTH = len(_KEY_MARK) + 6


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key with which programs log in; of its secret only the hash is kept."""

    tenant_id: str
    api_key_id: str
    display_name: str
    permissions: frozenset[str]
    prefix: str
    create_time: datetime
    revoke_time: datetime | None = None
    expire_time: datetime | None = None
    allowed_networks: tuple[str, ...] = ()
    last_use_time: datetime | None = None

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"tenants/{self.tenant_id}/apiKeys/{self.api_key_id}"


class UserState(StrEnum):
    """Whether a user may log in."""

    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"


@dataclass(frozen=True, slots=True)
class User:
    """A person who logs in to a portal. `email` is lower case."""

    tenant_id: str
    user_id: str
    email: str
    display_name: str
    role: Role
    create_time: datetime
    password_hash: str = field(repr=False)
    state: UserState = UserState.ACTIVE

    @property
    def leads(self) -> bool:
        """Whether it may do everything of its tenant, and log in."""
        return self.role in (Role.OWNER, Role.ADMIN) and self.state is UserState.ACTIVE

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"tenants/{self.tenant_id}/users/{self.user_id}"


class CredentialsInvalid(Refusal):
    """Nobody is known by these credentials; says no more, so that nothing can be guessed."""

    kind = Kind.UNAUTHENTICATED
    reason = "CREDENTIALS_INVALID"

    def __init__(self) -> None:
        super().__init__("The credentials are not valid.")


class TenantSuspended(Refusal):
    """Somebody has proved to be who it is, at a tenant that is suspended."""

    kind = Kind.FAILED_PRECONDITION
    reason = "TENANT_SUSPENDED"

    def __init__(self) -> None:
        super().__init__("The service of this company is suspended.")


class TooManyAttempts(Refusal):
    """Too many wrong passwords; nobody listens for a while."""

    kind = Kind.RESOURCE_EXHAUSTED
    reason = "TOO_MANY_ATTEMPTS"

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("Too many failed attempts; try again later.")
        self.retry_after_seconds = retry_after.total_seconds()


class PasswordTooWeak(Refusal):
    """A password that is too easily guessed."""

    kind = Kind.INVALID_ARGUMENT
    reason = "PASSWORD_TOO_WEAK"


def secret_of(random_text: str) -> str:
    """Makes a key's secret of at least 32 random URL-safe characters.

    The mark lets secret scanners find a key that was published by mistake.
    """
    assert len(random_text) >= 32
    return _KEY_MARK + random_text


def prefix_of(secret: str) -> str:
    """Gives the part of a secret that may be shown."""
    return secret[:_PREFIX_LENGTH]


def hash_of(secret: str) -> bytes:
    """Gives what is kept of a secret. It is random enough that a plain hash is as good as a slow
    one, and can be looked up."""
    return hashlib.sha256(secret.encode()).digest()


def check_password(password: str, email: str) -> None:
    """Refuses a password that is too short, too long, or the address itself."""
    length = len(password)
    if not PASSWORD_LENGTH_MIN <= length <= PASSWORD_LENGTH_MAX:
        raise PasswordTooWeak(
            f"A password must have {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters.",
            length=length,
        )
    if email.split("@")[0] in password.lower() or len(set(password)) < 5:
        raise PasswordTooWeak(
            "A password must not contain the e-mail address, nor a few characters repeated.",
            length=length,
        )


def check_attempts(failures: list[datetime], now: datetime) -> None:
    """Refuses when there were too many failures lately; `failures` in any order."""
    recent = sorted(time for time in failures if now - time < ATTEMPTS_WINDOW)
    if len(recent) >= ATTEMPTS_MAX:
        raise TooManyAttempts(recent[-ATTEMPTS_MAX] + ATTEMPTS_WINDOW - now)


def violations_of(display_name: str, path: str) -> Iterator[FieldViolation]:
    """Gives what is wrong with the name of a key."""
    if not 1 <= len(display_name) <= 80:
        yield FieldViolation(f"{path}.display_name", "Must have 1 to 80 characters.")
