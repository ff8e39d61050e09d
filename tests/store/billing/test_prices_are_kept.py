"""Prices of every model are read back as they were written, and old ones keep their meaning."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy.exc import DBAPIError

from services.billing.domain.books import PriceBook, Proration
from services.billing.domain.call_class import ANY, CallClass
from services.billing.domain.item import Item
from services.billing.domain.plans import PlanKey, PlanVersion
from services.billing.domain.price import Price
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.package import Package
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.volume import Volume
from services.billing.store import BillingStore
from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.migrations import upgrade
from services.kit.db.transaction import Database
from services.kit.db.urls import driver_dsn
from tests.support.builders.billing import (
    BEFORE,
    PER_CALL,
    PER_PERIOD,
    a_cost_book,
    a_price_book,
    an_id,
    with_price,
)
from tests.support.builders.prices import tiers
from tests.support.postgres import ServiceDatabase, database_fixture, service_database

Billing = Database[BillingStore]

MIGRATIONS = Path(__file__).parents[3] / "services" / "billing" / "store" / "migrations"
TIERS = tiers(("0.000001", "0.123456789"), ("1000000000", "0.1"), (None, "0"))

billing_database = database_fixture("billing")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def db(billing_database: ServiceDatabase) -> AsyncIterator[Billing]:
    opened = create_database(
        billing_database.service_url, "billing", BillingStore, MovableClock(BEFORE)
    )
    yield opened
    await opened.dispose()


async def written_and_read(db: Billing, book: PriceBook) -> PriceBook:
    """Adds a book for a tenant of its own, and reads it in another transaction."""
    tenant_id = an_id()
    async with db.transaction(tenant_id) as store:
        await store.price_books.add(replace(book, tenant_id=tenant_id))
    async with db.read(tenant_id) as store:
        (read,) = await store.price_books.all_of(tenant_id)
    return replace(read, tenant_id=book.tenant_id)


@pytest.mark.parametrize(
    "price",
    [
        Price(PerUnit(Decimal("0.123456789"))),
        Price(Flat(Decimal("250"))),
        Price(Graduated(TIERS)),
        Price(Volume(TIERS)),
        Price(Package(Decimal("0.5"), Decimal("0.000000001"))),
        Price(PerUnit(Decimal(1)), included_quantity=Decimal("1000.000001")),
        Price(PerUnit(Decimal(1)), minimum_amount=Decimal("500.01")),
    ],
    ids=["per unit", "flat", "graduated", "volume", "package", "included", "minimum"],
)
async def test_a_price_is_read_back_as_it_was_written(db: Billing, price: Price) -> None:
    """To the last decimal."""
    book = with_price(a_price_book(), Item.DIDS, price)

    assert await written_and_read(db, book) == book


async def test_every_class_of_calls_keeps_its_own_tariff(db: Billing) -> None:
    """With fee, free and minimum seconds."""
    book = a_price_book()
    tariffs = {
        ANY: PER_PERIOD,
        CallClass("INBOUND"): PER_CALL,
        CallClass(zone="GB"): replace(PER_CALL, connect_fee=Decimal("0.005")),
        CallClass("OUTBOUND", "GB"): replace(PER_CALL, free_seconds=5, minimum_seconds=30),
    }
    for call_class, tariff in tariffs.items():
        price = Price(PerUnit(Decimal("0.02")), tariff)
        book = with_price(book, Item.MINUTES, price, call_class)

    assert await written_and_read(db, book) == book


async def test_a_book_keeps_its_proration(db: Billing) -> None:
    """It decides what the month it begins in costs."""
    book = replace(a_price_book(), proration=Proration.BY_DAYS)

    assert await written_and_read(db, book) == book


async def test_a_version_of_a_plan_is_read_back_as_it_was_written(db: Billing) -> None:
    """And is not seen by a tenant's transaction."""
    book = with_price(a_price_book(), Item.DIDS, Price(Graduated(TIERS)))
    key = PlanKey(f"p-{an_id()}", 1)
    version = PlanVersion(key, "Platinum", "USD", book.prices, BEFORE)
    async with db.operator_transaction() as store:
        await store.plans.add(version)
        assert await store.plans.find(key) == version
        assert await store.plans.last_version(key.plan) == 1

    with pytest.raises(DBAPIError, match="permission denied"):
        async with db.read(an_id()) as store:
            await store.plans.find(key)


@pytest.mark.parametrize("table", ["plan_versions", "plan_prices", "prices", "price_books"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}"])
async def test_what_was_offered_cannot_be_changed_by_anybody(
    db: Billing, table: str, statement: str
) -> None:
    """Law 3: not even in the operator's role."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.operator_raw_connection() as connection:
            await connection.execute(statement.format(table))


async def test_a_cost_keeps_its_tariff(db: Billing) -> None:
    """Vendors have fees and minimums as well."""
    tariff = replace(PER_CALL, connect_fee=Decimal("0.001"), free_seconds=1, minimum_seconds=30)
    book = a_cost_book(since=date(2036, 1, 1), tariff=tariff)
    async with db.operator_transaction() as store:
        await store.cost_books.add(book)
        (read,) = await store.cost_books.list_before((date(2036, 1, 2), ""), 1)

    assert read == book


async def test_prices_from_before_there_were_models_keep_their_meaning(tmp_path: Path) -> None:
    """Price books are never edited, so a migration must not change what they say."""
    shutil.copy(MIGRATIONS / "env.py", tmp_path)
    (tmp_path / "versions").mkdir()
    (first,) = (MIGRATIONS / "versions").glob("0001_*.py")
    shutil.copy(first, tmp_path / "versions")
    async with service_database("billing", migrations=tmp_path) as database:
        await _insert_old_book(database.admin_url)

        await upgrade("billing", database.owner_url, location=MIGRATIONS)

        opened = create_database(
            database.service_url, "billing", BillingStore, MovableClock(BEFORE)
        )
        async with opened.read("abc-solar") as store:
            read = await store.price_books.all_of("abc-solar")
        await opened.dispose()

    assert read == [a_price_book({"did": "3", "minute": "0.025"})]


async def _insert_old_book(url: str) -> None:
    connection = await asyncpg.connect(driver_dsn(url))
    await connection.execute(
        "INSERT INTO price_books VALUES ('abc-solar', '2025-01-01', 'USD', $1)", BEFORE
    )
    await connection.execute(
        "INSERT INTO prices VALUES ('abc-solar', '2025-01-01', 'DIDS', 3, NULL, NULL, NULL),"
        " ('abc-solar', '2025-01-01', 'MINUTES', 0.025, 'PER_PERIOD', 60, 60)"
    )
    await connection.close()
