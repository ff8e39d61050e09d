"""Links to a new password: signed, kept nowhere, over when the password is another one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import Final

from services.kit.errors import Kind, Refusal
from services.tenancy.domain.credential import User

LIFE: Final = timedelta(hours=1)
# One mail in each such span, however often it is asked for.
SPAN: Final = timedelta(minutes=20)
# Stands in a mail's text until that is handed over: who reads the store cannot use a link.
_PLACE: Final = re.compile(r"([0-9a-f]{16})\.([0-9a-f]{1,12})\.SEAL")
_TOKEN: Final = re.compile(r"([0-9a-f]{16})\.([0-9a-f]{1,12})\.([A-Za-z0-9_-]{43})")


class LinkInvalid(Refusal):
    """A link that is wrong, used or too old; says no more."""

    kind = Kind.FAILED_PRECONDITION
    reason = "LINK_INVALID"

    def __init__(self) -> None:
        super().__init__("This link is not good any more. Please ask for a new one.")


def place_of(user_id: str, expire_time: datetime) -> str:
    """Gives what stands for a link's token in a mail that is not handed over yet."""
    return f"{user_id}.{int(expire_time.timestamp()):x}.SEAL"


def user_in(text: str) -> str:
    """Gives the id of the user whom a token, or its place in a text, is for; empty for none."""
    found = _TOKEN.fullmatch(text) or _PLACE.search(text)
    return found[1] if found else ""


class LinkSealer:
    """Makes and checks what proves that a link is ours, and of now.

    It is an HMAC of who the user is and what the password's hash is: one that was chosen by a link
    ends that link.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"links to new passwords", hashlib.sha256)

    def filled(self, text: str, user: User) -> str:
        """Gives the text of a mail with its links made good."""
        return _PLACE.sub(lambda place: f"{place[1]}.{place[2]}.{self._seal(user, place[2])}", text)

    def check(self, token: str, user: User, now: datetime) -> None:
        """Refuses with LINK_INVALID."""
        found = _TOKEN.fullmatch(token)
        if found is None or not hmac.compare_digest(self._seal(user, found[2]), found[3]):
            raise LinkInvalid
        if now >= datetime.fromtimestamp(int(found[2], 16), UTC):
            raise LinkInvalid

    def _seal(self, user: User, expiry: str) -> str:
        said = "\0".join((user.name, user.email, user.password_hash, expiry))
        digest = hmac.digest(self._key, said.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
