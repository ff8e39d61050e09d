"""A request that is repeated gets the first answer; an id names one request for ever."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from services.kit.db.idempotency import RequestIdReused, fingerprint
from services.kit.db.transaction import Database
from tests.store.kit.example.store import ExampleStore
from tests.support.eventually import eventually
from tests.support.postgres import ServiceDatabase
from veneer.tenancy.v1 import api_key_service_pb2 as pb

Example = Database[ExampleStore]
METHOD = "/example.v1.Notes/Create"
ID = "5c2a3a0e-1d55-4a0b-9f2e-4f7a40c1b0de"
BODY, OTHER_BODY = b"\1" * 32, b"\2" * 32


async def answer(db: Example, tenant: str, body: bytes, made: bytes) -> bytes:
    """Does what a use case does: the first answer if there is one, else `made`."""
    async with db.transaction(tenant) as store:
        answered = await store.requests.answer_to(tenant, METHOD, ID, body)
        if answered is not None:
            return answered
        await store.requests.remember(tenant, METHOD, ID, made)
        return made


async def test_a_repeat_gets_the_first_answer(db: Example, tenant: str) -> None:
    await answer(db, tenant, BODY, b"first")

    assert await answer(db, tenant, BODY, b"second") == b"first"


async def test_an_empty_answer_is_an_answer(db: Example, tenant: str) -> None:
    await answer(db, tenant, BODY, b"")

    assert await answer(db, tenant, BODY, b"second") == b""


async def test_an_id_cannot_be_used_for_another_request(db: Example, tenant: str) -> None:
    await answer(db, tenant, BODY, b"first")

    with pytest.raises(RequestIdReused):
        await answer(db, tenant, OTHER_BODY, b"second")


async def test_tenants_ids_do_not_meet(db: Example, tenant: str, other_tenant: str) -> None:
    await answer(db, tenant, BODY, b"first")

    assert await answer(db, other_tenant, OTHER_BODY, b"second") == b"second"


async def test_a_request_without_an_id_is_always_new(db: Example, tenant: str) -> None:
    async with db.transaction(tenant) as store:
        await store.requests.remember(tenant, METHOD, "", b"first")
        assert await store.requests.answer_to(tenant, METHOD, "", BODY) is None


async def test_a_request_that_was_rolled_back_was_never_made(db: Example, tenant: str) -> None:
    with pytest.raises(KeyError):
        async with db.transaction(tenant) as store:
            await store.requests.answer_to(tenant, METHOD, ID, BODY)
            raise KeyError

    assert await answer(db, tenant, BODY, b"second") == b"second"


async def test_an_answer_nobody_remembered_is_a_bug(db: Example, tenant: str) -> None:
    async with db.transaction(tenant) as store:
        await store.requests.answer_to(tenant, METHOD, ID, BODY)

    with pytest.raises(AssertionError, match="without remembering"):
        await answer(db, tenant, BODY, b"second")


@pytest.mark.parametrize(("first_commits", "expected"), [(True, b"first"), (False, b"second")])
async def test_of_two_at_once_the_second_waits_for_the_first(
    db: Example, database: ServiceDatabase, tenant: str, first_commits: bool, expected: bytes
) -> None:
    first_may_end = asyncio.Event()
    first_claimed = asyncio.Event()

    async def first() -> None:
        async with db.transaction(tenant) as store:
            await store.requests.answer_to(tenant, METHOD, ID, BODY)
            await store.requests.remember(tenant, METHOD, ID, b"first")
            first_claimed.set()
            await first_may_end.wait()
            if not first_commits:
                raise KeyError

    one = asyncio.create_task(first())
    await first_claimed.wait()
    two = asyncio.create_task(answer(db, tenant, BODY, b"second"))
    await eventually(lambda: someone_waits_for_a_lock(database))
    first_may_end.set()
    await asyncio.gather(one, return_exceptions=True)

    assert await two == expected


def test_a_fingerprint_does_not_depend_on_the_request_id() -> None:
    one = pb.CreateApiKeyRequest(parent="tenants/abc", request_id="1")
    two = pb.CreateApiKeyRequest(parent="tenants/abc", request_id="2")

    assert fingerprint(one) == fingerprint(two)


def test_a_fingerprint_depends_on_everything_else() -> None:
    one = pb.CreateApiKeyRequest(parent="tenants/abc", request_id="1")
    two = pb.CreateApiKeyRequest(parent="tenants/abd", request_id="1")

    assert fingerprint(one) != fingerprint(two)


def test_a_fingerprint_leaves_the_request_as_it_is() -> None:
    request = pb.CreateApiKeyRequest(request_id="1")
    fingerprint(request)

    assert request.request_id == "1"


async def someone_waits_for_a_lock(database: ServiceDatabase) -> bool:
    connection = await asyncpg.connect(database.admin_url)
    waiting = await connection.fetchval(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    await connection.close()
    return bool(waiting)
