"""Links and log-ins under way: signed, kept nowhere, over when what they stand for has changed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from services.kit.errors import Kind, Refusal
from services.tenancy.domain.credential import User

# Stands in a mail's text until that is handed over: who reads the store cannot use a link.
_PLACE: Final = re.compile(r"([0-9a-f]{16})\.([0-9a-f]{1,12})\.SEAL-([A-Z]+)")
_TOKEN: Final = re.compile(r"([0-9a-f]{16})\.([0-9a-f]{1,12})\.([A-Za-z0-9_-]{43})")


class Purpose(StrEnum):
    """What a token is good for; one is never good for another."""

    PASSWORD = "PASSWORD"  # noqa: S105
    LOGIN = "LOGIN"
    ADDRESS = "ADDRESS"
    INVITATION = "INVITATION"
    SUPPORT = "SUPPORT"


class LinkInvalid(Refusal):
    """A link that is wrong, used or too old; says no more."""

    kind = Kind.FAILED_PRECONDITION
    reason = "LINK_INVALID"

    def __init__(self) -> None:
        super().__init__("This link is not good any more. Please ask for a new one.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a token is to stand in a mail: what it is good for, and for whom."""

    purpose: Purpose
    subject_id: str


def place_of(purpose: Purpose, subject_id: str, expire_time: datetime) -> str:
    """Gives what stands for a link's token in a mail that is not handed over yet."""
    return f"{subject_id}.{_text_of(expire_time)}.SEAL-{purpose}"


def place_in(text: str) -> Place | None:
    """Gives the first place for a token in a mail's text; None if there is none."""
    found = _PLACE.search(text)
    return Place(Purpose(found[3]), found[1]) if found else None


def subject_of(token: str) -> str:
    """Gives the id of whom a token is for; empty for what is none."""
    found = _TOKEN.fullmatch(token)
    return found[1] if found else ""


def proof_of(user: User) -> str:
    """Gives what a link to a user is bound to: another password, or address, ends it."""
    return "\0".join((user.name, user.email, user.password_hash))


class LinkSealer:
    """Makes and checks what proves that a token is ours, of now, and for what.

    A seal is an HMAC of whom the token is for, until when, and a proof: what it stands for as that
    is now.
    """

    def __init__(self, secret: bytes) -> None:
        self._keys = {
            purpose: hmac.digest(secret, f"links: {purpose}".encode(), hashlib.sha256)
            for purpose in Purpose
        }

    def token(self, place: Place, expire_time: datetime, proof: str) -> str:
        """Gives a token."""
        expiry = _text_of(expire_time)
        return f"{place.subject_id}.{expiry}.{self._seal(place, expiry, proof)}"

    def filled(self, text: str, place: Place, proof: str) -> str:
        """Gives the text of a mail with its links made good."""
        return _PLACE.sub(
            lambda found: f"{found[1]}.{found[2]}.{self._seal(place, found[2], proof)}", text
        )

    def check(self, purpose: Purpose, token: str, proof: str, now: datetime) -> None:
        """Refuses with LINK_INVALID."""
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise LinkInvalid
        seal = self._seal(Place(purpose, found[1]), found[2], proof)
        if not hmac.compare_digest(seal, found[3]):
            raise LinkInvalid
        if now >= datetime.fromtimestamp(int(found[2], 16), UTC):
            raise LinkInvalid

    def _seal(self, place: Place, expiry: str, proof: str) -> str:
        said = "\0".join((place.subject_id, expiry, proof))
        digest = hmac.digest(self._keys[place.purpose], said.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _text_of(expire_time: datetime) -> str:
    return f"{int(expire_time.timestamp()):x}"
