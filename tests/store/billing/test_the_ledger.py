"""The ledger: balanced by the database, written once, never changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy.exc import DBAPIError

from services.billing.domain import ledger
from services.billing.domain.ledger import Cause, Kind, Transaction
from services.billing.store import BillingStore
from services.billing.store.ledger import Balance
from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.transaction import Database
from services.kit.money import Money
from tests.support.builders.billing import BEFORE, an_id, an_invoice
from tests.support.postgres import ServiceDatabase, database_fixture

Billing = Database[BillingStore]

billing_database = database_fixture("billing")

_HEAD = (
    "INSERT INTO ledger_transactions (tenant_id, source, seller_id, kind, description,"
    " currency_code, entry_count, post_time) VALUES ($1, 'odd/1', 's', 'FEE', '', 'USD', 2, now())"
)
_ENTRY = (
    "INSERT INTO ledger_entries (tenant_id, source, position, account, currency_code, amount,"
    " invoice_id) VALUES ($1, $2, $3, 'bank', $4, $5, '')"
)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def db(billing_database: ServiceDatabase) -> AsyncIterator[Billing]:
    opened = create_database(
        billing_database.service_url, "billing", BillingStore, MovableClock(BEFORE)
    )
    yield opened
    await opened.dispose()


def usd(amount: str) -> Money:
    """Dollars."""
    return Money(Decimal(amount), "USD")


def a_payment(tenant_id: str, amount: str = "10", source: str = "payment/1") -> Transaction:
    """Money that came by bank, all of it on account."""
    cause = Cause(tenant_id, "seller", source, Kind.PAYMENT, "Payment")
    return ledger.settled(cause, ledger.BANK, {ledger.ON_ACCOUNT: usd(amount)})


async def test_a_transaction_is_read_back_as_it_was_posted(db: Billing) -> None:
    """An invoice is due in one account and earned in the others."""
    tenant_id = an_id()
    posted = ledger.of_invoice(an_invoice(tenant_id, seller_id=an_id()))

    async with db.transaction(tenant_id) as store:
        assert await store.ledger.post(posted)
    async with db.read(tenant_id) as store:
        found = await store.ledger.find(tenant_id, "invoice/2025-10")
        left = await store.ledger.left_to_pay(tenant_id, ["2025-10"])
        listed = await store.ledger.list_before(tenant_id, None, 10, ledger.RECEIVABLE)

    assert found is not None
    assert found.transaction == posted
    assert left == {"2025-10": posted.entries[0].amount}
    assert listed == [found]


async def test_a_cause_is_posted_once(db: Billing) -> None:
    """Also when its use case runs again after a kill."""
    tenant_id = an_id()
    for is_new in (True, False):
        async with db.transaction(tenant_id) as store:
            assert await store.ledger.post(a_payment(tenant_id)) is is_new

    async with db.read(tenant_id) as store:
        balance = await store.ledger.balance(tenant_id, ledger.BANK, "USD")
    assert balance == usd("10")


async def test_a_cause_cannot_be_posted_with_other_figures(db: Billing) -> None:
    """That would be two truths of one payment."""
    tenant_id = an_id()
    async with db.transaction(tenant_id) as store:
        await store.ledger.post(a_payment(tenant_id, "10"))

    with pytest.raises(AssertionError, match="posted differently"):
        async with db.transaction(tenant_id) as store:
            await store.ledger.post(a_payment(tenant_id, "11"))


@pytest.mark.parametrize(
    "entries",
    [
        [(1, "USD", 5), (2, "USD", -4)],
        [(1, "USD", 5)],
        [],
        [(1, "USD", 5), (2, "EUR", -5)],
        [(1, "USD", 5), (2, "USD", -5), (3, "USD", 0)],
    ],
)
async def test_what_does_not_balance_is_refused_by_the_database(
    db: Billing, entries: list[tuple[int, str, int]]
) -> None:
    """Whatever the program does: other sums, one side, none, two currencies, more than was said."""
    tenant_id = an_id()
    with pytest.raises(asyncpg.CheckViolationError):
        async with db.raw_connection(tenant_id) as connection:
            await connection.execute(_HEAD, tenant_id)
            for position, currency_code, amount in entries:
                values = (tenant_id, "odd/1", position, currency_code, Decimal(amount))
                await connection.execute(_ENTRY, *values)


async def test_nothing_can_be_added_to_a_transaction_later(db: Billing) -> None:
    """Not even what balances."""
    tenant_id = an_id()
    async with db.transaction(tenant_id) as store:
        await store.ledger.post(a_payment(tenant_id))

    with pytest.raises(asyncpg.CheckViolationError):
        async with db.raw_connection(tenant_id) as connection:
            for position, amount in ((3, Decimal(1)), (4, Decimal(-1))):
                await connection.execute(_ENTRY, tenant_id, "payment/1", position, "USD", amount)


@pytest.mark.parametrize("table", ["ledger_transactions", "ledger_entries"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET tenant_id = 'x'"])
async def test_what_is_posted_cannot_be_changed_by_anybody(
    db: Billing, table: str, statement: str
) -> None:
    """Law 3: the service has no right to, not even in the operator's role."""
    for transaction in (db.raw_connection(an_id()), db.operator_raw_connection()):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with transaction as connection:
                await connection.execute(statement.format(table))


async def test_a_tenant_sees_its_own_transactions_alone(db: Billing) -> None:
    """Law 5; and it can post none of another's."""
    tenant_id, other_id = an_id(), an_id()
    async with db.transaction(tenant_id) as store:
        await store.ledger.post(a_payment(tenant_id))

    async with db.read(other_id) as store:
        assert await store.ledger.find(tenant_id, "payment/1") is None
        assert await store.ledger.balances(tenant_id) == []
    with pytest.raises(DBAPIError, match="row-level security"):
        async with db.transaction(other_id) as store:
            await store.ledger.post(a_payment(tenant_id, source="payment/2"))


async def test_accounts_are_summed_and_the_sum_of_all_is_zero(db: Billing) -> None:
    """What a trial balance shows, of one tenant or of all."""
    tenant_id = an_id()
    invoice = ledger.of_invoice(an_invoice(tenant_id, seller_id=an_id()))
    async with db.operator_transaction() as store:
        await store.ledger.post(invoice)
        await store.ledger.post(a_payment(tenant_id, "30"))
    async with db.operator_read() as store:
        balances = await store.ledger.balances(tenant_id)
        total = sum((each.amount for each in await store.ledger.balances()), usd("0"))

    assert Balance(ledger.BANK, usd("30")) in balances
    assert Balance(ledger.RECEIVABLE, invoice.entries[0].amount - usd("30")) in balances
    assert total == usd("0")
