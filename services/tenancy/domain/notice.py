"""Notices: what a tenant is told, to whom it goes, and how far it has come."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.kit.errors import FieldViolation, InvalidRequest, Kind, Refusal
from services.tenancy.domain.credential import User
from services.tenancy.domain.tenant import Tenant

ROWS_MAX: Final = 200
_ID = re.compile(r"[A-Za-z0-9._-]{1,100}", re.ASCII)
_CELL_LENGTH_MAX = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")


class NoticeIdReused(Refusal):
    """The id names another notice to this tenant."""

    kind = Kind.ALREADY_EXISTS
    reason = "NOTICE_ID_REUSED"


class NoticeKind(StrEnum):
    """What a notice is about; each has a template of its own."""

    PRICE_CHANGE = "PRICE_CHANGE"
    INVOICE = "INVOICE"
    PAYMENT_REMINDER = "PAYMENT_REMINDER"
    SERVICE_STATE = "SERVICE_STATE"
    SERVICE_END = "SERVICE_END"
    SPENDING = "SPENDING"
    WEBHOOK_DISABLED = "WEBHOOK_DISABLED"
    WELCOME = "WELCOME"
    AGREEMENT = "AGREEMENT"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105
    SECOND_FACTOR = "SECOND_FACTOR"
    EMAIL_CHANGE = "EMAIL_CHANGE"
    EMAIL_CHANGED = "EMAIL_CHANGED"
    INVITATION = "INVITATION"
    SUPPORT_ACCESS = "SUPPORT_ACCESS"


class MailState(StrEnum):
    """How far a mail has come."""

    WAITING = "WAITING"
    SENT = "SENT"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a tenant is to be told; its contact and its leaders, if no recipients are named."""

    tenant_id: str
    notice_id: str
    kind: NoticeKind
    values: Mapping[str, str]
    rows: Sequence[Sequence[str]] = ()
    recipients: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 of what it says: the same for a repeat, another for another notice."""
        told = (self.kind.value, sorted(self.values.items()), [list(row) for row in self.rows])
        return hashlib.sha256(repr(told).encode()).digest()


@dataclass(frozen=True, slots=True)
class Text:
    """A notice in words, by which it is read as text and as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One recipient's mail; `message_id` is the same however often it is handed over."""

    recipient: str
    message_id: str
    state: MailState = MailState.WAITING
    answer: str = ""
    end_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What a tenant was told, in its seller's name."""

    tenant_id: str
    notice_id: str
    kind: NoticeKind
    fingerprint: bytes
    sender_display_name: str
    reply_to: str
    text: Text
    create_time: datetime
    mails: tuple[Mail, ...]

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"tenants/{self.tenant_id}/notices/{self.notice_id}"

    @property
    def state(self) -> MailState:
        """FAILED if a mail has, or if there is nobody to write to; SENT if all were."""
        states = {mail.state for mail in self.mails}
        if not states or MailState.FAILED in states:
            return MailState.FAILED
        return MailState.WAITING if MailState.WAITING in states else MailState.SENT


def checked(asked: Asked) -> Asked:
    """Gives it back, or refuses with everything that is wrong with it."""
    violations = list(_violations(asked))
    if violations:
        raise InvalidRequest(violations)
    return asked


def recipients_of(tenant: Tenant, users: Iterable[User]) -> tuple[str, ...]:
    """Gives the addresses that notices to a tenant go to: its contact and its leaders."""
    admins = (user.email for user in users if user.leads)
    addresses = {address.lower() for address in (tenant.contact_email, *admins) if address}
    return tuple(sorted(addresses))


def message_id(asked: Asked, recipient: str, domain: str) -> str:
    """Gives the Message-ID of a notice's mail to a recipient: always the same one."""
    said = f"{asked.tenant_id}\0{asked.notice_id}\0{recipient}".encode()
    digest = base64.b32encode(hashlib.sha256(said).digest()[:20]).decode().lower()
    return f"<{digest}@{domain}>"


def _violations(asked: Asked) -> Iterator[FieldViolation]:
    if not _ID.fullmatch(asked.notice_id):
        yield FieldViolation(
            "notice_id", "Must be 1 to 100 letters, digits, hyphens, dots and underscores."
        )
    if len(asked.rows) > ROWS_MAX:
        yield FieldViolation("rows", f"Must be at most {ROWS_MAX}.")
    for name, value in sorted(asked.values.items()):
        if not _is_line(value):
            yield FieldViolation(f"values[{name}]", _A_LINE)
    for index, row in enumerate(asked.rows):
        if not all(map(_is_line, row)):
            yield FieldViolation(f"rows[{index}].cells", _A_LINE)


_A_LINE: Final = f"Must be one line of at most {_CELL_LENGTH_MAX} characters."


def _is_line(text: str) -> bool:
    return len(text) <= _CELL_LENGTH_MAX and not _CONTROL.search(text)
