"""A client comes in by one run, whatever is killed on the way, or leaves nothing behind."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from services.kit.rpc.errors import from_rpc_error
from services.tenancy.domain.durable_run import ATTEMPTS_MAX, LEASE
from tests.support.builders.tenancy import an_id
from tests.support.killed_runs import killed_in
from tests.support.onboarding_house import House
from tests.support.simulators.onboarding_partners import PLAN
from veneer.tenancy.v1 import onboarding_service_pb2 as pb
from veneer.tenancy.v1 import (
    tenant_service_pb2,
)

_Run = pb.OnboardingRun
MAILS = ["Welcome, Sunny Side", "Please accept your service agreement"]


def _states(run: pb.OnboardingRun) -> dict[str, str]:
    return {step.name: _Run.Step.State.Name(step.state) for step in run.steps}


async def test_a_client_comes_in_by_one_run(house: House) -> None:
    """Nothing of the dialer or of money begins before the agreement is signed."""
    tenant_id = an_id()
    run = await house.start(tenant_id)
    await house.work()
    waiting = await house.get(run)
    before = (house.partners.standing(run.tenant), house.partners.books.get(run.tenant))

    await house.sign(run)
    await house.work()

    done = await house.get(run)
    (book,) = house.partners.books[run.tenant]
    assert waiting.state == _Run.WAITING
    assert before == ([], None)
    assert (done.state, done.trouble) == (_Run.SUCCEEDED, "")
    assert set(_states(done).values()) == {"DONE"}
    assert house.partners.standing(run.tenant) == ["SUCCEEDED"]
    assert (book.plan_version, book.currency_code) == (PLAN, "USD")
    assert house.partners.routes == {"routes/free-1": run.tenant}
    assert await house.mails(tenant_id) == MAILS


@pytest.mark.parametrize("method", ["CreateProvisioningRun", "CreatePriceBook", "AssignRoute"])
async def test_what_was_done_and_not_said_is_not_done_twice(house: House, method: str) -> None:
    """Each step asks again under the same id."""
    tenant_id = an_id()
    run = await house.start(tenant_id)
    house.partners.away = {method}
    await house.sign(run)

    await house.work()

    assert (await house.get(run)).state == _Run.SUCCEEDED
    assert house.partners.standing(run.tenant) == ["SUCCEEDED"]
    assert len(house.partners.books[run.tenant]) == 1
    assert await house.mails(tenant_id) == MAILS


@pytest.mark.parametrize("step", ["dialer", "prices", "routes", "welcome"])
async def test_a_run_whose_process_was_killed_goes_on(house: House, step: str) -> None:
    """With the step that was begun, when its lease is over."""
    tenant_id = an_id()
    run = await house.start(tenant_id)
    await house.sign(run)
    await house.work()
    # As it stood when the process was killed in the step, after its effect.
    async with house.db.operator_transaction() as store:
        found = await store.onboarding_runs.get(run.name.split("/")[-1], for_update=True)
        await store.onboarding_runs.save(killed_in(found, step, house.clock))
    await house.onboarder.work()
    held = await house.get(run)

    house.clock.advance(seconds=LEASE.total_seconds())
    await house.work()

    assert held.state == _Run.RUNNING
    assert (await house.get(run)).state == _Run.SUCCEEDED
    assert house.partners.standing(run.tenant) == ["SUCCEEDED"]
    assert len(house.partners.books[run.tenant]) == 1
    assert await house.mails(tenant_id) == MAILS


@pytest.mark.parametrize("trouble", ["dialer", "prices"])
async def test_a_run_that_fails_for_good_leaves_nothing_behind(house: House, trouble: str) -> None:
    """It says why; the id, the host name and the address are free again."""
    tenant_id = an_id()
    house.partners.dialer_fails = "The template is not there." if trouble == "dialer" else ""
    house.partners.prices_refused = trouble == "prices"
    run = await house.start(tenant_id)
    await house.sign(run)
    house.partners.away = {"ListProvisioningRuns"}

    await house.work()

    undone = await house.get(run)
    assert undone.state == _Run.UNDONE
    assert undone.trouble.startswith(
        "PROVISIONING_FAILED: The template" if trouble == "dialer" else "PRICE_BELOW_COST"
    )
    assert "DONE" not in _states(undone).values()
    assert house.partners.standing(run.tenant) == ["UNDONE"]
    assert run.tenant not in house.partners.books
    assert not await house.has_client(tenant_id)
    # What was told stays told; that all is ready was not.
    assert await house.mails(tenant_id) == MAILS[1:]
    assert (await house.start(tenant_id)).state == _Run.RUNNING


async def test_a_run_is_cancelled_until_prices_are_set(house: House) -> None:
    """From then on there is only forwards: a price book is never taken back."""
    early, late = await house.start(an_id()), await house.start(an_id())
    house.partners.routes = {}
    await house.sign(late)
    await house.work()
    stuck = await house.get(late)
    cancel = pb.CancelOnboardingRunRequest(name=early.name, reason="Signed elsewhere.")
    await house.runs.CancelOnboardingRun(cancel, metadata=house.operator)

    with pytest.raises(grpc.aio.AioRpcError) as refused:
        request = pb.CancelOnboardingRunRequest(name=late.name, reason="Too late.")
        await house.runs.CancelOnboardingRun(request, metadata=house.operator)
    house.partners.routes = {"routes/other": ""}
    retry = pb.RetryOnboardingRunRequest(name=late.name, routes=["routes/other"])
    await house.runs.RetryOnboardingRun(retry, metadata=house.operator)
    house.clock.advance(seconds=LEASE.total_seconds())
    await house.work()

    cancelled = await house.get(early)
    assert (cancelled.state, cancelled.trouble) == (_Run.UNDONE, "Cancelled: Signed elsewhere.")
    assert (stuck.state, stuck.is_cancellable) == (_Run.FAILED, False)
    assert "RESOURCE_NOT_FOUND" in stuck.trouble
    assert from_rpc_error(refused.value).reason == "ONBOARDING_STATE_FORBIDS"
    assert (await house.get(late)).state == _Run.SUCCEEDED
    assert house.partners.routes == {"routes/other": late.tenant}


async def test_a_partner_that_stays_away_is_waited_for_and_then_given_up(house: House) -> None:
    """A book that nobody has answered for may be there: such a run is not undone."""
    run = await house.start(an_id())
    await house.sign(run)
    for _ in range(ATTEMPTS_MAX * 2):
        house.partners.away = {"CreatePriceBook"}
        await house.onboarder.work()
        house.clock.advance(seconds=180)
    given_up = await house.get(run)
    house.partners.away = set()

    retry = pb.RetryOnboardingRunRequest(name=run.name)
    await house.runs.RetryOnboardingRun(retry, metadata=house.operator)
    await house.work()

    assert (given_up.state, _states(given_up)["prices"]) == (_Run.FAILED, "STARTED")
    assert (await house.get(run)).state == _Run.SUCCEEDED
    assert len(house.partners.books[run.tenant]) == 1


async def test_nothing_is_kept_of_a_client_that_is_refused(house: House) -> None:
    """A weak password, a wrong campaign and an unknown plan are told before anything is made."""
    tenant_id = an_id()
    wrong: list[dict[str, Any]] = [
        {"setup": _Run.Setup(campaign_name="x")},
        {"setup": _Run.Setup(plan_version="planVersions/none.1")},
        {"tenant": tenant_service_pb2.Tenant(host_names=["console.example"])},
    ]
    for changes in wrong:
        with pytest.raises(grpc.aio.AioRpcError):
            await house.start(tenant_id, **changes)

    assert not await house.has_client(tenant_id)
    assert (await house.start(tenant_id)).state == _Run.RUNNING
