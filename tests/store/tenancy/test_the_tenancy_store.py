"""tenancy's tables: protected, as migrated, and unable to hold what must not be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest
import pytest_asyncio

from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.inspection import unprotected_tables
from services.kit.db.migrations import differences
from services.kit.db.transaction import Database
from services.kit.errors import AlreadyExists
from services.tenancy.domain.tenant import Tenant
from services.tenancy.store import TenancyStore
from services.tenancy.store.tables import metadata
from tests.support.builders.tenancy import NOON, a_tenant
from tests.support.postgres import ServiceDatabase, database_fixture

tenancy_database = database_fixture("tenancy")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def db(tenancy_database: ServiceDatabase) -> AsyncIterator[Database[TenancyStore]]:
    database = create_database(
        tenancy_database.service_url, "tenancy", TenancyStore, MovableClock(NOON)
    )
    yield database
    await database.dispose()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def operator(db: Database[TenancyStore]) -> Tenant:
    tenant = a_tenant(tenant_id="operator")
    async with db.operator_transaction() as store:
        await store.tenants.add(tenant)
    return tenant


async def _added(db: Database[TenancyStore], tenant: Tenant) -> Tenant:
    async with db.operator_transaction() as store:
        await store.tenants.add(tenant)
    return tenant


async def test_the_tables_are_as_the_migrations_made_them(
    tenancy_database: ServiceDatabase,
) -> None:
    """A column without a migration would be missing in production."""
    assert await differences("tenancy", tenancy_database.owner_url, metadata) == []


async def test_every_table_of_a_tenant_is_protected(db: Database[TenancyStore]) -> None:
    """Law 5."""
    async with db.operator_connection() as connection:
        assert await unprotected_tables(connection) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entries SET action = ''", "DELETE FROM audit_entries"]
)
async def test_what_was_noted_can_be_neither_changed_nor_removed(
    db: Database[TenancyStore], statement: str
) -> None:
    """Law 3: by neither of the roles that the service has."""
    for transaction in (db.operator_raw_connection(), db.raw_connection("sunny")):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with transaction as connection:
                await connection.execute(statement)


async def test_a_tenant_comes_back_as_it_was(db: Database[TenancyStore], operator: Tenant) -> None:
    """Nothing is lost on the way to the store."""
    tenant = await _added(db, a_tenant(seller_id=operator.tenant_id))

    async with db.read(tenant.tenant_id) as store:
        assert await store.tenants.find(tenant.tenant_id) == tenant


async def test_a_tenant_sees_nobody_else(db: Database[TenancyStore], operator: Tenant) -> None:
    """Not even that there is somebody else."""
    one = await _added(db, a_tenant(seller_id=operator.tenant_id))
    other = await _added(db, a_tenant(seller_id=operator.tenant_id))

    async with db.read(one.tenant_id) as store:
        assert await store.tenants.find(other.tenant_id) is None
        assert [tenant.tenant_id for tenant in await store.tenants.list_after("", 500)] == [
            one.tenant_id
        ]


async def test_a_host_name_belongs_to_one_tenant(
    db: Database[TenancyStore], operator: Tenant
) -> None:
    """And a tenant that cannot have it is not there at all."""
    first = await _added(db, a_tenant(seller_id=operator.tenant_id))
    second = replace(a_tenant(seller_id=operator.tenant_id), host_names=first.host_names)

    with pytest.raises(AlreadyExists):
        await _added(db, second)

    async with db.operator_read() as store:
        assert await store.tenants.find(second.tenant_id) is None


async def test_there_is_one_operator(db: Database[TenancyStore], operator: Tenant) -> None:
    """A second root would be a second world."""
    with pytest.raises(AlreadyExists):
        await _added(db, a_tenant(seller_id=None))
