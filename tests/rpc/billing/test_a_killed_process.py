"""billing killed between the effect and the answer of a payment by card, as a real process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.billing import Billing
from tests.support.billing_process import Offset, a_process
from tests.support.card_payers import CardPayer, a_card_payer
from tests.support.eventually import eventually
from tests.support.paying import OCTOBER

pytestmark = pytest.mark.kills


async def is_received(payer: CardPayer) -> bool:
    """Tells whether the payment came to its end."""
    return [state for state, _ in await payer.payments()] == ["RECEIVED"]


async def test_a_card_is_charged_once_though_its_process_is_killed(
    billing: Billing, tmp_path: Path
) -> None:
    """The money has moved, nobody has written it down, and the next process finds it."""
    payer = await a_card_payer(billing, OCTOBER)
    await payer.pay()
    offset = Offset(tmp_path)

    billing.cards.may_answer.clear()
    try:
        async with a_process(billing, offset) as first:
            await eventually(lambda: payer.charged, deadline_seconds=60)
            first.kill()
            await first.wait()
    finally:
        billing.cards.may_answer.set()
    assert not await is_received(payer)
    # The lease of the one that was killed is over by then.
    offset.advance(120)
    async with a_process(billing, offset):
        await eventually(lambda: is_received(payer), deadline_seconds=60)

    assert payer.charged == [53000]
    assert await payer.state() == ("PAID", "0.00 USD")
    assert (await payer.trial_balance())["processor-fees"] == "15.67 USD"
