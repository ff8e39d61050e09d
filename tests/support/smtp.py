"""A mail server that keeps what it is given, and refuses what it is told to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """What came in, and how recipients are answered; runs in a thread of its own."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, EmailMessage]] = []
        # Answers by address, for example `550 No such user`.
        self.answers: dict[str, str] = {}
        # So many times a mail is kept, and the connection cut before it is said.
        self.cuts = 0
        self.url = ""

    def to(self, recipient: str) -> list[EmailMessage]:
        """Gives the mails to an address, in the order in which they came."""
        return [mail for address, mail in self.mails if address == recipient]

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address)
        if answer is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails += [(address, mail) for address in envelope.rcpt_tos]
        if self.cuts:
            self.cuts -= 1
            server.transport.abort()
        return "250 Kept"


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Runs a mail server on a free port."""
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.url = f"smtp://127.0.0.1:{port}"
    try:
        yield box
    finally:
        controller.stop()
