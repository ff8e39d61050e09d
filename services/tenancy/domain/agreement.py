"""The service agreement: its versions, its words for one client, and who has accepted them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.kit.errors import FieldViolation, InvalidRequest, Kind, Refusal
from services.tenancy.domain.credential import User
from services.tenancy.domain.permission import Role
from services.tenancy.domain.team import OwnerNeeded

# What each item costs the client, in words.
Prices = Sequence[tuple[str, str]]

SELLER: Final = "{seller}"
CLIENT: Final = "{client}"
_TEMPLATE_LENGTHS: Final = (200, 40_000)
_NAME_LENGTH_MAX: Final = 80
_NOTE_LENGTH_MAX: Final = 300
_NO_PRICES: Final = "No prices have been agreed yet."
_ON_PAPER: Final = "As on the paper that was signed."
_TEMPLATE: Final = """\
SERVICE AGREEMENT between {seller} and {client}

1. PROPRIETARY TECHNOLOGY
Client acknowledges that {seller}'s platform, including but not limited to routing, \
infrastructure, and vendor relationships, are proprietary trade secrets.

2. NON-DISCLOSURE
Client agrees not to reverse engineer the platform, attempt to discover vendor relationships, \
share platform details with third parties, or replicate the technology.

3. NO VENDOR ACCESS
Client has no direct relationship with underlying service providers. All services are provided \
by {seller} exclusively.

4. PRICING
Rates are subject to change with 30 days notice. Client acknowledges rates include platform \
access, support, and infrastructure.

5. TERMINATION
Upon termination, Client must cease all use of platform and may not transfer or replicate any \
aspect of the service.
"""


class AgreementChanged(Refusal):
    """The text that was read is not the one in force any more."""

    kind = Kind.ABORTED
    reason = "AGREEMENT_CHANGED"


class PersonNeeded(Refusal):
    """Only somebody who has logged in, of the client itself, can accept for it."""

    kind = Kind.PERMISSION_DENIED
    reason = "PERSON_NEEDED"


class Way(StrEnum):
    """How an agreement was accepted."""

    PAPER = "PAPER"
    ELECTRONIC = "ELECTRONIC"


@dataclass(frozen=True, slots=True)
class AgreementVersion:
    """A wording, as it was published; `note` tells the operator's people what is new."""

    version_id: str
    template: str
    note: str = ""
    create_time: datetime | None = None

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"agreementVersions/{self.version_id}"

    def text_for(self, seller: str, client: str, prices: Prices | None) -> str:
        """Gives the words that a client is asked to accept; None for prices that are on paper."""
        words = self.template.strip().replace(SELLER, seller).replace(CLIENT, client)
        lines = [_ON_PAPER] if prices is None else [f"{item}: {price}" for item, price in prices]
        lines = lines or [_NO_PRICES]
        return f"{words}\n\nPRICE SCHEDULE\n" + "\n".join(lines) + "\n"


# What holds until the operator publishes a wording of its own.
FIRST: Final = AgreementVersion("2026-11", _TEMPLATE)


@dataclass(frozen=True, slots=True)
class Signature:
    """Who accepts, how and from where. On paper there is a note, and nobody who has logged in."""

    way: Way
    signer_name: str
    note: str = ""
    signer_id: str = ""
    signer_email: str = ""
    network_address: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """That a client has accepted a text."""

    tenant_id: str
    acceptance_id: str
    version_id: str
    text: str
    signature: Signature
    accept_time: datetime

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"tenants/{self.tenant_id}/agreementAcceptances/{self.acceptance_id}"

    @property
    def text_hash(self) -> bytes:
        """SHA-256 of the text."""
        return hash_of_text(self.text)


def hash_of_text(text: str) -> bytes:
    """Gives the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).digest()


def checked_version(version: AgreementVersion) -> AgreementVersion:
    """Gives it back, or refuses with everything that is wrong with it."""
    _refuse(_violations_of_version(version))
    return version


def checked_signature(signature: Signature) -> Signature:
    """Gives it back, or refuses with everything that is wrong with it."""
    _refuse(_violations_of_signature(signature))
    return signature


def check_may_accept(user: User | None, leaders: Collection[User]) -> User:
    """Gives who accepts; refuses programs, strangers, and everybody but an owner if there is one.

    `leaders` are the client's owners and administrators.
    """
    if user is None:
        raise PersonNeeded("Only a person of this company, logged in, can accept for it.")
    has_owner = any(each.role is Role.OWNER for each in leaders)
    wanted = (Role.OWNER,) if has_owner else (Role.OWNER, Role.ADMIN)
    if user.role not in wanted:
        raise OwnerNeeded("Only an owner can accept this for your company.")
    return user


def id_of_day(now: datetime, taken: Collection[str]) -> str:
    """Gives the id of a version that is published now: its day, and a number if that is taken."""
    day = now.date().isoformat()
    numbered = (f"{day}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (day, *numbered) if each not in taken)


def _refuse(violations: Iterable[FieldViolation]) -> None:
    found = list(violations)
    if found:
        raise InvalidRequest(found)


def _violations_of_version(version: AgreementVersion) -> Iterator[FieldViolation]:
    shortest, longest = _TEMPLATE_LENGTHS
    if not shortest <= len(version.template.strip()) <= longest:
        yield FieldViolation(
            "agreement_version.template", f"Must have {shortest} to {longest:,} characters."
        )
    for party in (SELLER, CLIENT):
        if party not in version.template:
            yield FieldViolation("agreement_version.template", f"Must name {party}.")
    if len(version.note) > _NOTE_LENGTH_MAX:
        yield FieldViolation(
            "agreement_version.note", f"Must have at most {_NOTE_LENGTH_MAX} characters."
        )


def _violations_of_signature(signature: Signature) -> Iterator[FieldViolation]:
    if not 1 <= len(signature.signer_name) <= _NAME_LENGTH_MAX:
        yield FieldViolation("signer_name", f"Must have 1 to {_NAME_LENGTH_MAX} characters.")
    if signature.way is Way.PAPER and not 1 <= len(signature.note) <= _NOTE_LENGTH_MAX:
        yield FieldViolation("note", f"Must have 1 to {_NOTE_LENGTH_MAX} characters.")
