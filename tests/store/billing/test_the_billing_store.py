"""billing's tables: protected, insert-only where history is, and numbered without gaps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.billing.domain.call_class import ANY
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.store import BillingStore
from services.billing.store.invoices import Document
from services.billing.store.tables import metadata
from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.inspection import unprotected_tables
from services.kit.db.migrations import differences
from services.kit.db.transaction import Database
from tests.support.builders.billing import (
    BEFORE,
    COSTS,
    OCTOBER,
    PRICES,
    a_cost_book,
    a_draft,
    a_price_book,
    an_id,
    an_invoice,
)
from tests.support.postgres import ServiceDatabase, database_fixture

Billing = Database[BillingStore]


class _GaveUp(Exception):
    """A transaction that ends otherwise than it meant to."""


PDF = Document("application/pdf", b"%PDF-")

billing_database = database_fixture("billing")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def db(billing_database: ServiceDatabase) -> AsyncIterator[Billing]:
    opened = create_database(
        billing_database.service_url, "billing", BillingStore, MovableClock(BEFORE)
    )
    yield opened
    await opened.dispose()


async def test_the_tables_are_as_the_migrations_made_them(
    billing_database: ServiceDatabase,
) -> None:
    """A column without a migration would be missing in production."""
    assert await differences("billing", billing_database.owner_url, metadata) == []


async def test_every_table_of_a_tenant_is_protected(db: Billing) -> None:
    """Law 5."""
    async with db.operator_connection() as connection:
        assert await unprotected_tables(connection) == []


@pytest.mark.parametrize("table", ["invoices", "invoice_lines", "invoice_documents", "prices"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET tenant_id = 'x'"])
async def test_what_was_sent_cannot_be_changed_by_anybody(
    db: Billing, table: str, statement: str
) -> None:
    """Law 3: the service has no right to, not even in the operator's role."""
    for transaction in (db.raw_connection(an_id()), db.operator_raw_connection()):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with transaction as connection:
                await connection.execute(statement.format(table))


async def test_a_tenants_transaction_can_not_see_costs(db: Billing) -> None:
    """Law 4: what the operator pays is out of reach where clients are served."""
    with pytest.raises(DBAPIError, match="permission denied"):
        async with db.read(an_id()) as store:
            await store.cost_books.all()


async def test_an_invoice_is_read_back_as_it_was_written(db: Billing) -> None:
    """Lines in order, quantities and prices exact."""
    tenant_id, seller_id = an_id(), an_id()
    invoice = an_invoice(tenant_id, seller_id=seller_id)

    async with db.operator_transaction() as store:
        await store.invoices.add(invoice, PDF)
    async with db.read(tenant_id) as store:
        read = await store.invoices.find(tenant_id, OCTOBER)
        document = await store.invoices.find_document(tenant_id, OCTOBER)
        last = await store.invoices.last_month(tenant_id)

    assert read == invoice
    assert document == PDF
    assert last == OCTOBER


async def test_another_tenants_invoice_is_not_there(db: Billing) -> None:
    """Asked for by its own key, in the other's transaction."""
    tenant_id = an_id()
    async with db.operator_transaction() as store:
        await store.invoices.add(an_invoice(tenant_id, seller_id=an_id()), PDF)

    async with db.read(an_id()) as store:
        assert await store.invoices.find(tenant_id, OCTOBER) is None
        assert await store.invoices.find_document(tenant_id, OCTOBER) is None
        assert await store.invoices.list_before(tenant_id, None, 10) == []


async def test_a_month_has_one_invoice(db: Billing) -> None:
    """The key says so, whatever the use case forgets."""
    tenant_id, seller_id = an_id(), an_id()
    async with db.operator_transaction() as store:
        await store.invoices.add(an_invoice(tenant_id, seller_id=seller_id), PDF)

    with pytest.raises(IntegrityError):
        async with db.operator_transaction() as store:
            await store.invoices.add(an_invoice(tenant_id, number="2", seller_id=seller_id), PDF)


async def test_a_number_is_given_once_by_a_seller(db: Billing) -> None:
    """Two invoices of one number would be one too many."""
    seller_id = an_id()
    async with db.operator_transaction() as store:
        await store.invoices.add(an_invoice(an_id(), seller_id=seller_id), PDF)

    with pytest.raises(IntegrityError):
        async with db.operator_transaction() as store:
            await store.invoices.add(an_invoice(an_id(), seller_id=seller_id), PDF)


async def test_positions_have_no_gap_whoever_gives_up(db: Billing) -> None:
    """Forty transactions at once, every third rolled back: the rest get 1 to 26."""
    seller_id = an_id()

    async def take(gives_up: bool) -> int | None:
        try:
            async with db.operator_transaction() as store:
                position = await store.invoices.next_position(seller_id, 2025)
                if gives_up:
                    raise _GaveUp
                return position
        except _GaveUp:
            return None

    taken = await asyncio.gather(*(take(n % 3 == 0) for n in range(40)))

    assert sorted(position for position in taken if position) == list(range(1, 27))


async def test_each_seller_and_year_counts_for_itself(db: Billing) -> None:
    """Both begin with 1."""
    seller_id = an_id()
    async with db.operator_transaction() as store:
        positions = [
            await store.invoices.next_position(seller_id, 2025),
            await store.invoices.next_position(seller_id, 2025),
            await store.invoices.next_position(seller_id, 2026),
            await store.invoices.next_position(an_id(), 2025),
        ]

    assert positions == [1, 2, 1, 1]


async def test_a_draft_made_anew_replaces_the_earlier_one(db: Billing) -> None:
    """Lines and all."""
    tenant_id = an_id()
    newer = a_draft(tenant_id, minutes=7)
    async with db.transaction(tenant_id) as store:
        await store.draft_invoices.put(a_draft(tenant_id))
        await store.draft_invoices.put(newer)

    async with db.read(tenant_id) as store:
        assert await store.draft_invoices.list_before(tenant_id, None, 10) == [newer]


async def test_drafts_are_listed_from_the_latest_month_on(db: Billing) -> None:
    """The cursor is the last month of the page before."""
    tenant_id, months = an_id(), [Month(2025, 8), Month(2025, 9), OCTOBER]
    async with db.transaction(tenant_id) as store:
        for month in months:
            await store.draft_invoices.put(a_draft(tenant_id, month))

    async with db.read(tenant_id) as store:
        first = await store.draft_invoices.list_before(tenant_id, None, 2)
        rest = await store.draft_invoices.list_before(tenant_id, first[-1].month, 2)

    assert [draft.month for draft in (*first, *rest)] == months[::-1]


async def test_only_books_of_the_asked_dates_are_read(db: Billing) -> None:
    """The one in force at the start, and those that begin before the end."""
    tenant_id = an_id()
    days = [date(2025, 1, 1), date(2025, 9, 1), date(2025, 10, 20), date(2025, 11, 1)]
    books = [replace(a_price_book(since=day), tenant_id=tenant_id) for day in days]
    async with db.transaction(tenant_id) as store:
        for book in books:
            await store.price_books.add(book)

    async with db.read(tenant_id) as store:
        read = await store.price_books.in_force_between(
            [tenant_id], OCTOBER.first_date, OCTOBER.end_date
        )
        everything = await store.price_books.all_of(tenant_id)

    assert read == [books[2], books[1]]
    assert everything == books[::-1]


async def test_books_are_read_even_if_none_is_in_force_at_the_start(db: Billing) -> None:
    """A client that was signed within the month."""
    tenant_id = an_id()
    book = replace(a_price_book(since=date(2025, 10, 20)), tenant_id=tenant_id)
    async with db.transaction(tenant_id) as store:
        await store.price_books.add(book)

    async with db.read(tenant_id) as store:
        read = await store.price_books.in_force_between(
            [tenant_id], OCTOBER.first_date, OCTOBER.end_date
        )

    assert read == [book]


async def test_a_price_keeps_its_nine_decimals(db: Billing) -> None:
    """NUMERIC, not a float."""
    tenant_id = an_id()
    book = replace(a_price_book({**PRICES, "minute": "0.123456789"}), tenant_id=tenant_id)
    async with db.transaction(tenant_id) as store:
        await store.price_books.add(book)
        (read,) = await store.price_books.all_of(tenant_id)

    assert read.prices[Item.MINUTES, ANY].model == PerUnit(Decimal("0.123456789"))


async def test_cost_books_are_listed_from_the_latest_on(db: Billing) -> None:
    """With the costs of single routes."""
    old = a_cost_book(since=date(2031, 1, 1), routes={"r1": "0.5"})
    new = a_cost_book({**COSTS, "did": "2"}, since=date(2031, 2, 1))
    async with db.operator_transaction() as store:
        await store.cost_books.add(old)
        await store.cost_books.add(new)

        first = await store.cost_books.list_before(None, 1)
        rest = await store.cost_books.list_before((first[-1].effective_date, first[-1].carrier), 1)

    assert [*first, *rest] == [new, old]
