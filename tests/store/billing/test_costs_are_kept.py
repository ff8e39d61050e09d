"""What the operator pays and found out is kept as it was written, and shown to no tenant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy.exc import DBAPIError

from services.billing.domain.books import CostKey, Terms
from services.billing.domain.call_class import CallClass
from services.billing.domain.item import Item
from services.billing.domain.loss import WorstCall
from services.billing.domain.loss_findings import Finding
from services.billing.domain.loss_policy import Basis, LossCheck, LossPolicy, Mode
from services.billing.domain.matching import CarrierCall, OwnCall, match
from services.billing.domain.overheads import FixedCost, OverheadBook, SupportStaff
from services.billing.domain.reconciliation import Reconciliation, totals_of
from services.billing.store import BillingStore
from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.transaction import Database
from services.kit.money import Money
from tests.support.builders.billing import BEFORE, PER_CALL, a_cost_book, an_id
from tests.support.costs import a_name
from tests.support.postgres import ServiceDatabase, database_fixture

Billing = Database[BillingStore]

billing_database = database_fixture("billing")

NOON = datetime(2025, 10, 1, 12, tzinfo=UTC)
BLOCK = LossPolicy(Mode.BLOCK, Basis.USUAL_CALLS, BEFORE)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def db(billing_database: ServiceDatabase) -> AsyncIterator[Billing]:
    opened = create_database(
        billing_database.service_url, "billing", BillingStore, MovableClock(BEFORE)
    )
    yield opened
    await opened.dispose()


async def test_a_carriers_book_keeps_its_classes(db: Billing) -> None:
    """Next to the general book of the same day."""
    carrier, since = a_name("blue"), date(2041, 1, 1)
    terms = Terms(Decimal("0.000000001"), PER_CALL)
    classes = (CallClass(), CallClass("INBOUND"), CallClass("OUTBOUND", "GB"), CallClass(zone="GB"))
    costs = {CostKey(Item.MINUTES, calls=each): terms for each in classes}
    book = replace(a_cost_book(since=since), carrier=carrier, costs=costs)

    async with db.operator_transaction() as store:
        await store.cost_books.add(a_cost_book(since=since))
        await store.cost_books.add(book)
        read = [each for each in await store.cost_books.all() if each.carrier == carrier]
        after_general = await store.cost_books.list_before((since, ""), 1)

    assert read == [book]
    assert after_general == [book]


@pytest.mark.parametrize("with_staff", [True, False])
async def test_overheads_are_read_back_as_they_were_written(db: Billing, with_staff: bool) -> None:
    """With or without people."""
    since = date(2042, 1, 1) if with_staff else date(2043, 1, 1)
    staff = SupportStaff(15, Money(Decimal("4000.50"), "EUR")) if with_staff else None
    costs = (FixedCost("database", Money(Decimal("0.01"), "EUR")),) * 2
    book = OverheadBook(since, "EUR", costs, staff, BEFORE)

    async with db.operator_transaction() as store:
        await store.overheads.add(book)
        (read,) = await store.overheads.list_before(since + timedelta(days=1), 1)

    assert read == book


async def test_the_last_policy_is_in_force(db: Billing) -> None:
    """The others are kept."""
    async with db.operator_transaction() as store:
        await store.losses.set_policy(replace(BLOCK, mode=Mode.CAP))
        await store.losses.set_policy(BLOCK)
        assert await store.losses.policy() == BLOCK


async def test_a_check_is_read_back_and_the_latest_counts(db: Billing) -> None:
    """With fractions of cents in it."""
    tenant_id = an_id()
    finding = Finding(
        tenant_id,
        "PRICE_BELOW_COST",
        Item.MINUTES,
        "USD",
        calls=CallClass("OUTBOUND", "GB"),
        carrier="blue",
        unit_price=Decimal("0.01"),
        unit_cost=Decimal("0.02"),
        worst=WorstCall(7195, Fraction("1.200000000001")),
        observed_loss=Fraction("-0.5"),
    )
    bare = Finding(tenant_id, "COST_MISSING", Item.DIDS, "USD")
    policy = replace(BLOCK, update_time=None)
    async with db.operator_transaction() as store:
        for position, found in enumerate(((), (finding, bare)), start=1):
            assert await store.losses.next_position(tenant_id) == position
            await store.losses.add(LossCheck(tenant_id, position, policy, BEFORE, found))
        checks = await store.losses.latest_after("", 10_000, findings_only=True)

    (latest,) = (check for check in checks if check.tenant_id == tenant_id)
    assert latest == LossCheck(tenant_id, 2, policy, BEFORE, (finding, bare))


async def test_a_reconciliation_is_kept_with_what_it_found(db: Billing) -> None:
    """Calls, totals, and what is disputed."""
    new = Reconciliation(a_name("b"), "blue", NOON, NOON, "USD", "UTC", 120, 1, BEFORE)
    theirs = [CarrierCall("1", NOON, 60, Decimal("0.01"), "3:7")]
    ours = [OwnCall("1", NOON, 30, 30, Fraction("0.005")), OwnCall("2", NOON, 1, 6, Fraction(1, 3))]
    pairs = list(match(theirs, ours, new.tolerance))
    key = new.reconciliation_id

    async with db.operator_transaction() as store:
        assert await store.reconciliations.add(new)
        assert not await store.reconciliations.add(new)
        await store.reconciliations.add_part(key, 3, b"digest", theirs)
        assert await store.reconciliations.calls(key) == theirs
        await store.reconciliations.finish(key, totals_of(pairs), pairs)
        standing = await store.reconciliations.find(key)
        disputed = await store.reconciliations.disputed(key)

    assert standing is not None
    assert (standing.reconciliation, standing.call_count) == (new, 1)
    assert standing.totals == totals_of(pairs)
    assert [row["own_amount"] for row in disputed] == [Decimal("0.005"), Decimal("0.333333333")]


TABLES = (
    "cost_books",
    "costs",
    "overhead_books",
    "overhead_costs",
    "loss_policies",
    "loss_checks",
    "loss_findings",
    "reconciliations",
    "carrier_call_parts",
    "carrier_calls",
    "reconciliation_classes",
    "disputed_calls",
)


@pytest.mark.parametrize("table", [*TABLES, "route_carriers"])
async def test_no_tenants_transaction_sees_any_of_it(db: Billing, table: str) -> None:
    """Law 4, once more by the database."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.raw_connection(an_id()) as connection:
            await connection.execute(f"SELECT FROM {table}")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}"])
async def test_nobody_can_change_what_was_kept(db: Billing, table: str, statement: str) -> None:
    """Law 3: not even in the operator's role."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.operator_raw_connection() as connection:
            await connection.execute(statement.format(table))


async def test_a_tenants_repository_is_refused(db: Billing) -> None:
    """By whatever way it is asked."""
    with pytest.raises(DBAPIError, match="permission denied"):
        async with db.read(an_id()) as store:
            await store.losses.policy()
