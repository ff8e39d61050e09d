"""Second factors: an app's codes after the password, and codes for when the app is lost."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import pyotp

from services.kit.errors import Kind, Refusal
from services.kit.secret_box import Sealed

# How long a secret waits for its first code, and a log-in for its second step.
SETUP_LIFE: Final = timedelta(minutes=15)
LOGIN_LIFE: Final = timedelta(minutes=10)
RECOVERY_CODES: Final = 10
_STEP_SECONDS: Final = 30
_DIGITS: Final = 6
# Clocks of phones differ: the code before and the one after are taken too.
_SKEW: Final = (0, -1, 1)
# 80 bits, so that a plain hash keeps what is kept from being guessed.
_RECOVERY_BYTES: Final = 10


class CodeInvalid(Refusal):
    """A code that is wrong or was used; says no more."""

    kind = Kind.INVALID_ARGUMENT
    reason = "CODE_INVALID"

    def __init__(self) -> None:
        super().__init__("This code is not right, or has been used already.")


class SecondStepOver(Refusal):
    """A log-in that has waited too long for its code, or whose password is another one now."""

    kind = Kind.FAILED_PRECONDITION
    reason = "SECOND_STEP_OVER"

    def __init__(self) -> None:
        super().__init__("This has taken too long. Please log in again.")


class SetupOver(Refusal):
    """A secret that nobody has confirmed in time."""

    kind = Kind.FAILED_PRECONDITION
    reason = "SETUP_OVER"

    def __init__(self) -> None:
        super().__init__("This has taken too long. Please begin again.")


class SecondFactorOn(Refusal):
    """There is one already."""

    kind = Kind.FAILED_PRECONDITION
    reason = "SECOND_FACTOR_ON"

    def __init__(self) -> None:
        super().__init__("It is on already. Turn it off first to use another app.")


class SecondFactorOff(Refusal):
    """There is none."""

    kind = Kind.FAILED_PRECONDITION
    reason = "SECOND_FACTOR_OFF"

    def __init__(self) -> None:
        super().__init__("It is not on.")


class SecondFactorRequired(Refusal):
    """The tenant wants one of everybody."""

    kind = Kind.FAILED_PRECONDITION
    reason = "SECOND_FACTOR_REQUIRED"

    def __init__(self) -> None:
        super().__init__("Your company wants this of everybody, so it stays on.")


class State(StrEnum):
    """How far a second factor is."""

    OFF = "OFF"
    BEGUN = "BEGUN"
    ON = "ON"


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """An app's secret, sealed; it counts once a code has confirmed it."""

    tenant_id: str
    user_id: str
    secret: Sealed
    create_time: datetime
    confirm_time: datetime | None = None

    def state(self, now: datetime) -> State:
        """Tells how far it is."""
        if self.confirm_time is not None:
            return State.ON
        return State.BEGUN if now < self.create_time + SETUP_LIFE else State.OFF


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a user has a second factor, and whether the tenant wants one of everybody."""

    is_on: bool
    is_required: bool


# For whom somebody else vouches.
NOT_ASKED: Final = Standing(is_on=False, is_required=False)


def secret_place(tenant_id: str, user_id: str) -> str:
    """Says where a secret may be read again."""
    return f"tenants/{tenant_id}/users/{user_id}/secondFactor"


def new_secret() -> str:
    """Makes an app's secret: 160 bits, as letters and digits."""
    return pyotp.random_base32()


def setup_uri(secret: str, address: str, issuer: str) -> str:
    """Gives what an app reads from a picture; it lists the code under these names."""
    return pyotp.TOTP(secret).provisioning_uri(name=address, issuer_name=issuer)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Gives the number of the half minute that a code of the app is of; None if it is wrong."""
    present = int(now.timestamp()) // _STEP_SECONDS
    app = pyotp.TOTP(secret, digits=_DIGITS, interval=_STEP_SECONDS)
    steps = (present + skew for skew in _SKEW)
    return next(
        (each for each in steps if secrets.compare_digest(app.generate_otp(each), code)), None
    )


def is_of_app(code: str) -> bool:
    """Tells a code of an app from one for recovery."""
    return len(code) == _DIGITS and code.isascii() and code.isdigit()


def plain(typed: str) -> str:
    """Gives a code without what people put between its signs."""
    return "".join(each for each in typed.lower() if each.isalnum())


def new_recovery_codes() -> list[str]:
    """Makes recovery codes as people are shown them: `abcd-efgh-ijkl-mnop`."""
    return [_recovery_code() for _ in range(RECOVERY_CODES)]


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))
