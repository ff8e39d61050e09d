"""What clients are told about their account: written with what happened, mailed afterwards."""

from __future__ import annotations

from typing import Final

from services.billing.partners.notices import Letter
from services.billing.store import BillingStore
from services.kit.db.outbox import Intent

ACCOUNT_LETTER: Final = "account-letter"


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


def letter_in(intent: Intent) -> Letter:
    """Gives the letter that was recorded."""
    return Letter(**intent.payload)
