"""Has price notices mailed, and keeps the proof of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from services.billing.domain import price_words
from services.billing.domain.notices import Event, EventKind
from services.billing.partners.notices import Letter, MailState, Notices, Sent
from services.billing.store import BillingStore
from services.billing.usecases.create_price_book import PRICE_NOTICE
from services.billing.usecases.price_notices import Told, existing, told
from services.kit.db.outbox import Intent, OutboxOptions, OutboxRunner
from services.kit.db.transaction import Database
from services.kit.jobs import run_every

_EVERY_SECONDS: Final = 2.0
# What is not mailed yet is asked for again and again, at least once an hour.
_OPTIONS: Final = OutboxOptions(attempts_max=1_000_000, first_wait_seconds=2.0)
_NOBODY: Final = "There is nobody to write to."


class MailsPending(Exception):
    """Not all mails of a notice have been accepted yet; it is to be asked again."""


class PriceNoticeMails:
    """Hands notices over to be mailed, and asks until all is sent or the prices are in force."""

    def __init__(self, db: Database[BillingStore], notices: Notices) -> None:
        self._db, self._notices = db, notices
        self._outbox = OutboxRunner(db, {PRICE_NOTICE: self.mail}, _OPTIONS)

    async def run(self) -> None:
        """Works until it is cancelled."""
        await run_every(_EVERY_SECONDS, self.run_due, asyncio.Event())

    async def run_due(self) -> int:
        """Does what is due. Returns how many attempts that took."""
        return await self._outbox.run_until_empty()

    async def mail(self, intent: Intent) -> None:
        """Hands one notice over and keeps what became of it; raises MailsPending for more."""
        tenant_id = intent.payload["tenant_id"]
        on = date.fromisoformat(intent.payload["effective_date"])
        async with self._db.read(tenant_id) as store:
            (change,) = await told(store, tenant_id, [await existing(store, tenant_id, on)])
        sent = await self._notices.send(letter_of(change))
        now = self._db.clock.now()
        async with self._db.transaction(tenant_id) as store:
            await store.price_notices.add_events(change.notice, _events(sent, now))
        # After the day has come everywhere, mails would tell nothing new.
        is_over = now.astimezone(ZoneInfo("Etc/GMT+12")).date() > on
        if sent.state is not MailState.SENT and not is_over:
            raise MailsPending(f"price notice {sent.name} is {sent.state}")


def letter_of(change: Told) -> Letter:
    """Puts a price change into what is mailed."""
    on = change.notice.effective_date
    return Letter(
        tenant_id=change.notice.tenant_id,
        notice_id=f"price-change.{on.isoformat()}",
        kind="PRICE_CHANGE",
        values={"effective_date": price_words.day(on)},
        rows=price_words.changes(change.old, change.new),
    )


def _events(sent: Sent, now: datetime) -> Iterator[Event]:
    yield Event(EventKind.HANDED_OVER, "", sent.name, now)
    if not sent.mails:
        yield Event(EventKind.MAIL_FAILED, "", _NOBODY, now)
    for mail in sent.mails:
        if mail.state is MailState.SENT:
            yield Event(EventKind.MAILED, mail.recipient, mail.message_id, now)
        elif mail.state is MailState.FAILED:
            yield Event(EventKind.MAIL_FAILED, mail.recipient, mail.answer, now)
