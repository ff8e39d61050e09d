"""Hands waiting mails to the mail server, each until it is accepted or refused for good."""

from __future__ import annotations

import asyncio
from dataclasses import astuple, replace
from datetime import datetime
from typing import Final

import aiosmtplib

from services.kit.db.outbox import Intent, OutboxOptions, OutboxRunner
from services.kit.db.transaction import Database
from services.kit.jobs import run_every
from services.kit.logging import get_logger
from services.kit.secret_words import SecretWords
from services.kit.telemetry import counter
from services.tenancy.domain.notice import Mail, MailState, Notice, Text
from services.tenancy.domain.sealed_link import LinkSealer, place_in
from services.tenancy.partners.mail import MailRefused, MailServer
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.link_proofs import proof_at
from services.tenancy.usecases.send_notice import MAIL

_EVERY_SECONDS: Final = 2.0
# With waits that double up to an hour, about a day and a half.
ATTEMPTS_MAX: Final = 48
# The outbox never gives up by itself: who gives up also says so in the notice.
_OPTIONS: Final = OutboxOptions(attempts_max=1_000_000, first_wait_seconds=2.0)
_ANSWER_LENGTH_MAX: Final = 300


log = get_logger(__name__)


class Mailer:
    """Brings about the mails of all tenants.

    A mail that was accepted by a server that could not say so any more, or by one whose answer
    was not noted because the process was killed, is handed over once more, under the same
    Message-ID, by which mail systems and people tell that it is the same.
    """

    def __init__(
        self,
        db: Database[TenancyStore],
        server: MailServer,
        secrets: SecretWords,
        sealer: LinkSealer,
        attempts_max: int = ATTEMPTS_MAX,
    ) -> None:
        self._db, self._server, self._attempts_max = db, server, attempts_max
        self._secrets, self._sealer = secrets, sealer
        self._held_back = counter("leaks.held_back", "{mail}", "Mails with a secret word.")
        self._outbox = OutboxRunner(db, {MAIL: self.deliver}, _OPTIONS)

    async def run(self) -> None:
        """Works until it is cancelled."""
        await run_every(_EVERY_SECONDS, self.run_due, asyncio.Event())

    async def run_due(self) -> int:
        """Hands over what is due. Returns how many attempts that took."""
        return await self._outbox.run_until_empty()

    async def deliver(self, intent: Intent) -> None:
        """Hands one mail over, unless it has ended already."""
        tenant_id, recipient = intent.payload["tenant_id"], intent.payload["recipient"]
        async with self._db.read(tenant_id) as store:
            notice = await store.notices.find(tenant_id, intent.payload["notice_id"])
        assert notice is not None, "the intent was written with the notice"
        (mail,) = (each for each in notice.mails if each.recipient == recipient)
        if mail.state is not MailState.WAITING:
            return
        if words := secrets_in(notice, self._secrets):
            self._held_back.add(1, {"part": "mail"})
            log.error("mail held back: a secret word", tenant=tenant_id, notice=notice.notice_id)
            said = f"Held back: it says {', '.join(sorted(words))}, which no client may read."
            await self._end(notice, mail, MailState.FAILED, said)
            return
        try:
            answer = await self._server.send(await self._with_links(notice), mail)
        except MailRefused as refusal:
            await self._end(notice, mail, MailState.FAILED, str(refusal))
        except (aiosmtplib.SMTPException, OSError) as error:
            said = f"{type(error).__name__}: {error}"
            if intent.attempts >= self._attempts_max:
                await self._end(notice, mail, MailState.FAILED, f"Given up. {said}")
                return
            async with self._db.transaction(tenant_id) as store:
                await store.notices.note_answer(notice, mail, said[:_ANSWER_LENGTH_MAX])
            raise
        else:
            await self._end(notice, mail, MailState.SENT, answer)

    async def _with_links(self, notice: Notice) -> Notice:
        """Makes the links in a notice good, now that it leaves; what is kept has none."""
        place = place_in(notice.text.text)
        if place is None:
            return notice
        async with self._db.read(notice.tenant_id) as store:
            proof = await proof_at(store, notice.tenant_id, place)
        if proof is None:
            return notice
        said = (self._sealer.filled(each, place, proof) for each in astuple(notice.text))
        return replace(notice, text=Text(*said))

    async def _end(self, notice: Notice, mail: Mail, state: MailState, answer: str) -> None:
        at: datetime = self._db.clock.now()
        ended = replace(mail, state=state, answer=answer[:_ANSWER_LENGTH_MAX], end_time=at)
        async with self._db.transaction(notice.tenant_id) as store:
            await store.notices.end_mail(notice, ended)


def secrets_in(notice: Notice, secrets: SecretWords) -> frozenset[str]:
    """Gives the secret words in anything of a notice that its reader sees."""
    said = (notice.sender_display_name, notice.reply_to, *astuple(notice.text))
    return secrets.words_in("\n".join(said))
