"""An invoice run, and a payment, through kill -9 of billing and of PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from services.billing.worker.invoice_runs import InvoiceRunner
from tests.rpc.billing.test_a_killed_process import is_received
from tests.rpc.billing.test_invoice_runs import LEASE_SECONDS, OCTOBER, begin, invoices, progress
from tests.support.billing import Billing, text_of
from tests.support.billing_process import KillablePostgres, Offset, a_postgres, a_process
from tests.support.card_payers import a_card_payer
from tests.support.eventually import eventually
from tests.support.paying import Payer

pytestmark = pytest.mark.kills

BillingOn = Callable[[str], AbstractAsyncContextManager[Billing]]
CLIENTS = [f"client-{number:02}" for number in range(30)]
NUMBERS = [f"2025-{number:06}" for number in range(1, len(CLIENTS) + 1)]


@pytest_asyncio.fixture(loop_scope="session")
async def postgres(tmp_path: Path) -> AsyncIterator[KillablePostgres]:
    with a_postgres(tmp_path / "store") as server:
        await server.prepare()
        yield server


async def sign_all(billing: Billing) -> None:
    """Thirty clients, each with calls and numbers of its own."""
    for at, tenant_id in enumerate(CLIENTS):
        billing.directory.add(tenant_id)
        await billing.set_prices(tenant_id)
        billing.usage.store_calls(tenant_id, date(2025, 10, 5), seconds=61 * at + 1, count=7)
        billing.usage.store_dids(tenant_id, date(2025, 10, 1), at % 4)
    # The directory is asked again after ten seconds.
    billing.clock.advance(seconds=11)


async def billed(billing: Billing) -> dict[str, str]:
    """Gives each client's total, having seen that numbers, accounts and ledger are right."""
    numbers, totals = [], {}
    for tenant_id in CLIENTS:
        (invoice,) = await invoices(billing, tenant_id)
        numbers.append(invoice.number)
        totals[tenant_id] = text_of(invoice.total)
        payer = Payer(billing, tenant_id)
        assert (await payer.trial_balance())["receivable"] == totals[tenant_id]
        assert [kind for kind, _, _ in await payer.statement_of_account()] == ["INVOICE"]
    assert sorted(numbers) == NUMBERS
    return totals


async def is_done(billing: Billing, name: str) -> bool:
    """Tells whether a run came to its end."""
    return bool((await progress(billing, name)).is_done)


async def amid_a_batch(billing: Billing, name: str) -> None:
    """Returns when one more invoice is sent, while others of its batch are on their way.

    They get their quantities two by two, so that the run is not over before anybody looks.
    """
    issued, asked = (await progress(billing, name)).counts.issued, billing.usage.request_count
    await eventually(lambda: billing.usage.request_count > asked, deadline_seconds=90)

    async def goes_on() -> bool:
        billing.usage.let_through(2)
        return bool((await progress(billing, name)).counts.issued > issued)

    await eventually(goes_on, deadline_seconds=90, what="another invoice")
    billing.usage.hold()


@pytest_asyncio.fixture(loop_scope="session")
async def undisturbed(own_billing: Billing) -> dict[str, str]:
    """What a run comes to that nothing happens to."""
    await sign_all(own_billing)
    await begin(own_billing)
    await InvoiceRunner(own_billing.desk).run_until_empty()
    return await billed(own_billing)


async def test_a_run_and_a_payment_outlive_every_kill(
    billing_on: BillingOn, postgres: KillablePostgres, undisturbed: dict[str, str], tmp_path: Path
) -> None:
    """Three billings are killed, and twice their store: each client has one invoice."""
    async with billing_on(postgres.url) as billing:
        await sign_all(billing)
        offset = Offset.to(tmp_path, billing.clock.now())
        billing.usage.hold()
        run = await begin(billing)
        for _ in range(3):
            async with a_process(billing, offset, with_peers=True):
                await amid_a_batch(billing, run.name)
            offset.advance(LEASE_SECONDS)
        async with a_process(billing, offset, with_peers=True):
            for _ in range(2):
                await amid_a_batch(billing, run.name)
                await postgres.kill()
                await billing.desk.db.dispose()
                offset.advance(LEASE_SECONDS)
            interrupted = await progress(billing, run.name)
            billing.usage.let_go()
            await eventually(lambda: is_done(billing, run.name), deadline_seconds=120)

        assert 5 <= interrupted.counts.issued < len(CLIENTS)
        assert await billed(billing) == undisturbed


async def test_a_card_is_charged_once_though_the_store_is_killed(
    billing_on: BillingOn, postgres: KillablePostgres, tmp_path: Path
) -> None:
    """The money has moved, and there is nowhere to write that down."""
    async with billing_on(postgres.url) as billing:
        payer = await a_card_payer(billing, OCTOBER)
        await payer.pay()
        offset = Offset.to(tmp_path, billing.clock.now())
        billing.cards.may_answer.clear()
        try:
            async with a_process(billing, offset):
                await eventually(lambda: payer.charged, deadline_seconds=90)
                await postgres.kill()
                await billing.desk.db.dispose()
                billing.cards.may_answer.set()
                offset.advance(LEASE_SECONDS)
                await eventually(lambda: is_received(payer), deadline_seconds=90)
        finally:
            billing.cards.may_answer.set()

        assert payer.charged == [53000]
        assert await payer.state() == ("PAID", "0.00 USD")
        assert (await payer.trial_balance())["processor-fees"] == "15.67 USD"
