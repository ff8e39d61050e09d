"""Hands mails to a mail server."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from services.tenancy.domain.notice import Mail, Notice

_TIMEOUT_SECONDS: Final = 30.0
_PERMANENT: Final = 500


class MailRefused(Exception):
    """The mail server will never take this mail; the text is its answer."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server, and the address that mails come from.

    With `smtps://` the connection is TLS, with `smtp://` it becomes TLS where the server offers
    it, and must where a password is sent.
    """

    url: str
    from_address: str

    async def send(self, notice: Notice, mail: Mail) -> str:
        """Hands one mail over and gives the server's answer.

        Raises MailRefused if the recipient or the mail is refused for good, else aiosmtplib's own.
        """
        message = message_of(notice, mail, self.from_address)
        try:
            refused, answer = await aiosmtplib.send(
                message, sender=self.from_address, recipients=[mail.recipient], **self._options()
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            first = error.recipients[0]
            raise _refusal_or(first.code, first.message, error) from error
        except aiosmtplib.SMTPDataError as error:
            raise _refusal_or(error.code, error.message, error) from error
        assert not refused, "the only recipient was neither taken nor refused"
        return answer

    def _options(self) -> dict[str, Any]:
        parts = urlsplit(self.url)
        is_tls = parts.scheme == "smtps"
        return {
            "hostname": parts.hostname,
            "port": parts.port,
            "username": unquote(parts.username) if parts.username else None,
            "password": unquote(parts.password) if parts.password else None,
            "use_tls": is_tls,
            "start_tls": True if parts.username and not is_tls else None,
            "timeout": _TIMEOUT_SECONDS,
        }


def message_of(notice: Notice, mail: Mail, from_address: str) -> EmailMessage:
    """Writes one recipient's mail: the same bytes each time."""
    message = EmailMessage()
    message["From"] = Address(notice.sender_display_name, addr_spec=from_address)
    message["To"] = Address(addr_spec=mail.recipient)
    if notice.reply_to:
        message["Reply-To"] = Address(addr_spec=notice.reply_to)
    message["Subject"] = notice.text.subject
    message["Date"] = format_datetime(notice.create_time)
    message["Message-ID"] = mail.message_id
    # Nobody's absence is to be answered to it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.text.text)
    message.add_alternative(notice.text.html, subtype="html")
    message.set_boundary(hashlib.sha256(mail.message_id.encode()).hexdigest()[:32])
    return message


def _refusal_or(code: int, answer: str, error: Exception) -> Exception:
    return MailRefused(f"{code} {answer}"[:300]) if code >= _PERMANENT else error
