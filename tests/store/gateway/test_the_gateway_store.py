"""Sessions: each visible to its own tenant alone, revocable, and over in time."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from services.gateway.store import GatewayStore
from services.gateway.store.sessions import Session
from services.gateway.store.tables import metadata
from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.inspection import unprotected_tables
from services.kit.db.migrations import differences
from services.kit.db.transaction import Database
from tests.support.postgres import ServiceDatabase, database_fixture

database = database_fixture("gateway")


@pytest_asyncio.fixture
async def db(
    database: ServiceDatabase, clock: MovableClock
) -> AsyncIterator[Database[GatewayStore]]:
    opened = create_database(database.service_url, "gateway", GatewayStore, clock)
    yield opened
    await opened.dispose()


def a_session(clock: MovableClock, digest: bytes = b"d") -> Session:
    """Gives a session that has just begun."""
    now = clock.now()
    return Session(
        token_digest=digest,
        subject="tenants/t/users/u",
        display_name="Dana Rivers",
        create_time=now,
        idle_expire_time=now + timedelta(hours=2),
        expire_time=now + timedelta(hours=12),
    )


def a_tenant() -> str:
    return f"t{uuid.uuid4().hex[:10]}"


async def test_a_session_is_found_by_its_digest(
    db: Database[GatewayStore], clock: MovableClock
) -> None:
    """As it was kept."""
    tenant = a_tenant()
    async with db.transaction(tenant) as store:
        await store.sessions.add(a_session(clock))

    async with db.read(tenant) as store:
        assert await store.sessions.find(b"d") == a_session(clock)


async def test_another_tenant_does_not_find_it(
    db: Database[GatewayStore], clock: MovableClock
) -> None:
    """So a cookie is good at one host name only, whoever presents it where."""
    async with db.transaction(a_tenant()) as store:
        await store.sessions.add(a_session(clock))

    async with db.read(a_tenant()) as store:
        assert await store.sessions.find(b"d") is None


async def test_a_revoked_session_is_gone(db: Database[GatewayStore], clock: MovableClock) -> None:
    """For good."""
    tenant = a_tenant()
    async with db.transaction(tenant) as store:
        await store.sessions.add(a_session(clock))
        await store.sessions.revoke(b"d")

    async with db.read(tenant) as store:
        assert await store.sessions.find(b"d") is None


async def test_a_session_in_use_is_prolonged_but_never_shortened(
    db: Database[GatewayStore], clock: MovableClock
) -> None:
    """Two requests at once may come in either order."""
    tenant, later = a_tenant(), clock.now() + timedelta(hours=3)
    async with db.transaction(tenant) as store:
        await store.sessions.add(a_session(clock))
        await store.sessions.prolong(b"d", later)
        await store.sessions.prolong(b"d", clock.now())

    async with db.read(tenant) as store:
        found = await store.sessions.find(b"d")
    assert found is not None
    assert found.idle_expire_time == later


async def test_a_session_ends_when_it_is_not_used_and_is_then_removed(
    db: Database[GatewayStore], clock: MovableClock
) -> None:
    """The table does not grow for ever."""
    tenant = a_tenant()
    async with db.transaction(tenant) as store:
        await store.sessions.add(a_session(clock))
    clock.advance(hours=2)

    async with db.transaction(tenant) as store:
        assert await store.sessions.find(b"d") is None
        await store.sessions.remove_over()
    clock.advance(hours=-1)

    async with db.read(tenant) as store:
        assert await store.sessions.find(b"d") is None


async def test_no_session_outlives_its_last_hour(
    db: Database[GatewayStore], clock: MovableClock
) -> None:
    """However much it is used."""
    tenant = a_tenant()
    async with db.transaction(tenant) as store:
        await store.sessions.add(a_session(clock))
        await store.sessions.prolong(b"d", clock.now() + timedelta(days=9))
    clock.advance(hours=12)

    async with db.read(tenant) as store:
        assert await store.sessions.find(b"d") is None


async def test_every_table_is_protected(db: Database[GatewayStore]) -> None:
    """By forced row-level security."""
    async with db.operator_connection() as connection:
        assert await unprotected_tables(connection) == []


async def test_migrations_make_what_the_code_reads(database: ServiceDatabase) -> None:
    """To the last column."""
    assert await differences("gateway", database.owner_url, metadata) == []
