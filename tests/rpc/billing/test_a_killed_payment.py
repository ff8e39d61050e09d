"""A payment by card whose worker is killed anywhere, any number of times: charged once."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress

import pytest

from services.billing.worker.card_payments import CardPayments
from simulators.stripe.faults import Fault
from tests.support.billing import Billing
from tests.support.card_payers import CardPayer, a_card_payer, tell, work
from tests.support.paying import OCTOBER

_KILLS = 6


async def killed_after(billing: Billing, steps: int) -> None:
    """Starts the worker and kills it after so many steps of the loop, wherever it is then."""
    running = asyncio.create_task(CardPayments(billing.desk).run())
    for _ in range(steps):
        await asyncio.sleep(0)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def survive(billing: Billing, payer: CardPayer, chance: random.Random) -> None:
    """Kills, faults, and events that come twice and in any order, until all is quiet."""
    for _ in range(_KILLS):
        billing.cards.faults.clear()
        faults = chance.sample([Fault.LOST_ANSWER, Fault.ERROR_AFTER_EFFECT, Fault.TOO_MANY], 1)
        billing.cards.faults.add("payment_intents", *chance.choice([[], faults]))
        # A lease that a killed worker held is over by then.
        billing.clock.advance(minutes=2)
        await killed_after(billing, chance.choice([0, 3, 10, 30, 60, 100, 150, 250, 400]))
    billing.cards.faults.clear()
    events = billing.cards.state.events.take() * 2
    chance.shuffle(events)
    for event in events[: chance.randrange(len(events) + 1)]:
        await tell(billing, event)
    for _ in range(3):
        billing.clock.advance(minutes=2)
        await work(billing)
    assert [state for state, _ in await payer.payments()] == ["RECEIVED"]


@pytest.mark.parametrize("seed", range(8))
async def test_a_payment_that_is_killed_anywhere_is_charged_once(
    billing: Billing, seed: int
) -> None:
    """And is in the ledger once."""
    payer = await a_card_payer(billing, OCTOBER)
    await payer.pay()

    await survive(billing, payer, random.Random(seed))

    assert payer.charged == [53000]
    assert await payer.state() == ("PAID", "0.00 USD")
    assert await payer.balance() == ("0.00 USD", "0.00 USD")
    assert (await payer.trial_balance())["processor-fees"] == "15.67 USD"


async def test_many_replicas_charge_a_card_once(billing: Billing) -> None:
    """What one has leased, no other takes up."""
    payer = await a_card_payer(billing, OCTOBER)
    await payer.pay()

    await asyncio.gather(*(work(billing) for _ in range(4)))

    assert payer.charged == [53000]
    assert await payer.state() == ("PAID", "0.00 USD")
