"""What clients are told about their account: written with what happened, mailed afterwards."""

from __future__ import annotations

from typing import Final

from services.billing.partners.notices import Letter
from services.billing.store import BillingStore
from services.billing.usecases.client_events import ClientEvent, add_event
from services.kit.db.outbox import Intent

ACCOUNT_LETTER: Final = "account-letter"


# What of a letter is for clients' programs as well, and what that is about.
_SUBJECTS: Final = {"SPENDING": "tenants/{}/wallet", "SERVICE_STATE": "tenants/{}"}


async def add_letter(store: BillingStore, letter: Letter) -> None:
    """Records that a letter is to be sent, in the transaction of what it tells."""
    await store.outbox.add(
        ACCOUNT_LETTER,
        {
            "tenant_id": letter.tenant_id,
            "notice_id": letter.notice_id,
            "kind": letter.kind,
            "values": dict(letter.values),
        },
    )
    if letter.kind in _SUBJECTS:
        subject = _SUBJECTS[letter.kind].format(letter.tenant_id)
        told = ClientEvent(
            letter.tenant_id, letter.notice_id, letter.kind, subject, dict(letter.values)
        )
        await add_event(store, told)


def letter_in(intent: Intent) -> Letter:
    """Gives the letter that was recorded."""
    return Letter(**intent.payload)
