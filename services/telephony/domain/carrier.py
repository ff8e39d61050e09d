"""Carriers: vendors that calls go out through, and how they are reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.kit.errors import FieldViolation, InvalidRequest, Kind, Refusal
from services.kit.secret_box import Sealed
from services.telephony.domain.dialplan.plan import CallerIdFormat

CODECS: Final = ("ulaw", "alaw", "g722", "g729", "gsm", "opus")
CALLS_MAX: Final = 100_000
_ID: Final = re.compile(r"[a-z0-9-]{1,63}")
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,98}[a-z0-9])?")
_LOGIN: Final = re.compile(r"[A-Za-z0-9._+@-]{1,64}")


class CarrierChanged(Refusal):
    """Somebody else has changed the carrier since it was read."""

    kind = Kind.ABORTED
    reason = "CARRIER_CHANGED"


class Protocol(StrEnum):
    """Which of a dialer's two SIP stacks talks to a carrier."""

    SIP = "SIP"
    PJSIP = "PJSIP"


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier; without a host, calls are measured by it and no route can be applied with it.

    `calls_max` 0 is no limit. `version` changes with every change.
    """

    carrier_id: str
    display_name: str
    protocol: Protocol
    host: str
    port: int
    login_user: str
    login_secret: Sealed | None
    codecs: tuple[str, ...]
    caller_id_format: CallerIdFormat
    calls_max: int
    create_time: datetime
    update_time: datetime
    version: int = 1


def checked(carrier: Carrier) -> Carrier:
    """Gives the carrier; refuses with INVALID_REQUEST what it must not look like."""
    violations = [FieldViolation(field, text) for field, text in _faults(carrier)]
    if violations:
        raise InvalidRequest(violations)
    return carrier


def checked_secret(secret: str) -> str:
    """Gives a login's secret; refuses what the dialer's files could not hold as it is."""
    if not _LOGIN.fullmatch(secret):
        raise InvalidRequest.at(
            "carrier.login_secret", "Must be 1 to 64 letters, digits and . _ + @ -"
        )
    return secret


def _faults(carrier: Carrier) -> Iterator[tuple[str, str]]:
    if not _ID.fullmatch(carrier.carrier_id):
        yield "carrier_id", "Must be 1 to 63 lower-case letters, digits and hyphens."
    if not 1 <= len(carrier.display_name) <= 80 or not carrier.display_name.isprintable():
        yield "carrier.display_name", "Must be 1 to 80 characters."
    if carrier.host and not _HOST.fullmatch(carrier.host):
        yield "carrier.host", "Must be a host name or an IPv4 address."
    if not 1 <= carrier.port <= 65_535:
        yield "carrier.port", "Must be 1 to 65535."
    if carrier.login_user and not _LOGIN.fullmatch(carrier.login_user):
        yield "carrier.login_user", "Must be 1 to 64 letters, digits and . _ + @ -"
    if carrier.login_secret is not None and not carrier.login_user:
        yield "carrier.login_user", "Must be there where there is a secret."
    if not carrier.codecs or not set(carrier.codecs) <= set(CODECS):
        yield "carrier.codecs", f"Must be of {', '.join(CODECS)}."
    if len(set(carrier.codecs)) != len(carrier.codecs):
        yield "carrier.codecs", "Must not be there twice."
    if not 0 <= carrier.calls_max <= CALLS_MAX:
        yield "carrier.calls_max", f"Must be 0 to {CALLS_MAX:,}."
