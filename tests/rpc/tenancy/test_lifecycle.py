"""A client is suspended and resumed by runs, whatever is killed on the way."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import grpc
import pytest
import pytest_asyncio

from services.kit.rpc.errors import from_rpc_error
from services.tenancy.domain.durable_run import ATTEMPTS_MAX
from tests.support.lifecycle_house import PASSWORD, House, a_house
from veneer.tenancy.v1 import lifecycle_service_pb2 as pb

_Run = pb.LifecycleRun


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running() -> AsyncIterator[House]:
    async with a_house() as house:
        yield house


@pytest.fixture
def house(running: House) -> House:
    running.partners.away.clear()
    return running


async def test_a_client_is_suspended_and_resumed(house: House) -> None:
    """Log-ins, dialing and a notice, each way; with an entry in the client's own log."""
    client = await house.sign()
    suspending = await house.suspend(client)
    await house.work()
    suspended = await house.get(suspending)
    during = (await house.is_let_in(client), house.partners.state_of(client))
    told = [await house.told_at_log_in(client, each) for each in (PASSWORD, "another one")]

    resuming = await house.resume(client)
    await house.work()

    resumed = await house.get(resuming)
    assert (suspended.state, resumed.state) == (_Run.SUCCEEDED, _Run.SUCCEEDED)
    assert [step.name for step in suspended.steps] == ["log-ins", "dialer", "notice"]
    assert during == (False, "SUSPENDED")
    assert told == ["TENANT_SUSPENDED", "CREDENTIALS_INVALID"]
    assert (await house.is_let_in(client), house.partners.state_of(client)) == (True, "ACTIVE")
    assert await house.mails(client) == ["Your service: active again", "Your service: suspended"]
    assert {"tenants.suspend", "tenants.resume"} <= set(await house.actions(client))


async def test_what_was_done_and_not_said_is_not_done_twice(house: House) -> None:
    """The step asks again under the same id."""
    client = await house.sign()
    house.partners.away = {"SetServiceState"}

    run = await house.suspend(client)
    await house.work()

    assert (await house.get(run)).state == _Run.SUCCEEDED
    assert len(house.partners.asked[f"{client}/serviceState"]) == 1


async def test_a_dialer_that_stays_away_is_given_up_and_retried_by_hand(house: House) -> None:
    """The client is shut out at once all the same, and nothing else begins meanwhile."""
    client = await house.sign()
    run = await house.suspend(client)
    for _ in range(ATTEMPTS_MAX + 1):
        house.partners.away = {"SetServiceState"}
        await house.lifecycles.work()
        house.clock.advance(seconds=180)
    given_up, shut_out = await house.get(run), not await house.is_let_in(client)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await house.resume(client)
    house.partners.away.clear()

    retry = pb.RetryLifecycleRunRequest(name=run.name)
    await house.runs.RetryLifecycleRun(retry, metadata=house.operator)
    await house.work()

    assert (given_up.state, given_up.trouble.split(":")[0]) == (
        _Run.FAILED,
        "TEMPORARILY_UNAVAILABLE",
    )
    assert shut_out
    assert from_rpc_error(refused.value).reason == "LIFECYCLE_RUN_OPEN"
    assert (await house.get(run)).state == _Run.SUCCEEDED


async def test_only_what_makes_sense_is_begun(house: House) -> None:
    """Once, with a reason, from the state before; never with the operator itself."""
    client, request_id = await house.sign(), str(uuid.uuid4())
    first = await house.suspend(client, request_id)
    again = await house.suspend(client, request_id)
    await house.work()
    wrong = [
        (pb.SuspendTenantRequest(name=client, reason="Twice."), "LIFECYCLE_STATE_FORBIDS"),
        (pb.SuspendTenantRequest(name=client, reason=" "), "INVALID_REQUEST"),
        (pb.SuspendTenantRequest(name="tenants/none", reason="Who?"), "RESOURCE_NOT_FOUND"),
        (pb.SuspendTenantRequest(name="tenants/northgate", reason="I"), "LIFECYCLE_STATE_FORBIDS"),
    ]

    reasons = []
    for request, _ in wrong:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await house.runs.SuspendTenant(request, metadata=house.operator)
        reasons.append(from_rpc_error(refused.value).reason)

    assert again.name == first.name
    assert reasons == [reason for _, reason in wrong]
