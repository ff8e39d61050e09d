"""billing killed between the effect and the answer of a payment by card, as a real process."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.billing import Billing
from tests.support.card_payers import SECRET_KEY, WEBHOOK_SECRET, CardPayer, a_card_payer
from tests.support.eventually import eventually
from tests.support.mesh import mesh
from tests.support.paying import OCTOBER

_ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def a_process(billing: Billing, offset: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A billing on the same store and the same processor, killed at the end."""
    nobody = "127.0.0.1:1"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(_ROOT), str(_ROOT / "gen"))),
        "VENEER_BILLING_DATABASE_URL": billing.database_url,
        "VENEER_BILLING_LISTEN": "127.0.0.1:0",
        "VENEER_BILLING_USAGE_ADDRESS": nobody,
        "VENEER_BILLING_TENANCY_ADDRESS": nobody,
        "VENEER_BILLING_STRIPE_KEY": SECRET_KEY,
        "VENEER_BILLING_STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "VENEER_BILLING_STRIPE_API_BASE": billing.cards.url,
        "VENEER_CERTIFICATES": str(mesh().certificates),
        "VENEER_PRINCIPAL_PUBLIC_KEY": str(mesh().public_key),
        "VENEER_CLOCK_OFFSET_FILE": str(offset),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.billing", "serve"),
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def is_received(payer: CardPayer) -> bool:
    """Tells whether the payment came to its end."""
    return [state for state, _ in await payer.payments()] == ["RECEIVED"]


async def test_a_card_is_charged_once_though_its_process_is_killed(
    billing: Billing, tmp_path: Path
) -> None:
    """The money has moved, nobody has written it down, and the next process finds it."""
    payer = await a_card_payer(billing, OCTOBER)
    await payer.pay()
    offset = tmp_path / "offset"
    offset.write_text("0")

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
    offset.write_text("120")
    async with a_process(billing, offset):
        await eventually(lambda: is_received(payer), deadline_seconds=60)

    assert payer.charged == [53000]
    assert await payer.state() == ("PAID", "0.00 USD")
    assert (await payer.trial_balance())["processor-fees"] == "15.67 USD"
