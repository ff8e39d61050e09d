"""A client's service ends on a day, whatever is killed on the way; until then it can be kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from google.type.date_pb2 import Date

from services.tenancy.domain.durable_run import LEASE
from tests.rpc.tenancy.conftest import refusal
from tests.support.lifecycle_house import House, a_house
from veneer.billing.v1 import final_invoice_service_pb2 as finals_pb
from veneer.tenancy.v1 import cancellation_service_pb2 as cancellations_pb
from veneer.tenancy.v1 import lifecycle_service_pb2 as pb

_Run = pb.LifecycleRun
_Invoice = finals_pb.MakeFinalInvoiceResponse
STEPS = ["confirmation", "end-of-service", "log-ins", "dialer", "notice", "final-invoice"]
ENDED = {
    "account.read", "calls.read", "cancellation.read", "invoices.read", "leads.read",
    "payments.read", "payments.write", "profile.read", "recordings.read",
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running() -> AsyncIterator[House]:
    async with a_house() as house:
        yield house


@pytest.fixture
def house(running: House) -> House:
    running.partners.away.clear()
    running.partners.invoice = _Invoice(state=_Invoice.ISSUED, month="2026-11")
    return running


def _tomorrow(house: House) -> Date:
    # Noon in the zone of the clock is no other day where clients are.
    day = (house.clock.now() + timedelta(days=1)).date()
    return Date(year=day.year, month=day.month, day=day.day)


def _noon(house: House) -> None:
    """Lets it be noon of the next day."""
    day = (house.clock.now() + timedelta(days=1)).date()
    house.clock.set(datetime(day.year, day.month, day.day, 17, tzinfo=UTC))


async def _end(house: House, client: str, **when: Any) -> pb.LifecycleRun:
    request = pb.TerminateTenantRequest(name=client, reason="Sold the company.", **when)
    run: pb.LifecycleRun = await house.runs.TerminateTenant(request, metadata=house.operator)
    return run


async def test_a_service_ends_after_its_last_day(house: House) -> None:
    """All is as ever until then; after that the owner comes for its data and its invoices alone."""
    client = await house.sign()
    _noon(house)
    run = await _end(house, client, last_day=_tomorrow(house))
    await house.work()
    stub, name = house.cancellations, f"{client}/cancellation"
    withdraw = cancellations_pb.WithdrawCancellationRequest(name=name)
    not_theirs = await refusal(
        stub.WithdrawCancellation(withdraw, metadata=house.person(client, "cancellation.write"))
    )
    waiting, before = await house.get(run), await house.permissions(client)
    dialed = house.partners.state_of(client)

    house.clock.advance(days=2)
    await house.work()

    ended = await house.get(run)
    assert (waiting.state, waiting.is_withdrawable, dialed) == (_Run.WAITING, True, "ACTIVE")
    assert not_theirs == "LIFECYCLE_STATE_FORBIDS"
    assert before is not None
    assert before > ENDED
    # New York is five hours behind.
    end = waiting.service_end_time.ToDatetime(UTC)
    assert (end.hour, end.date()) == (5, (run.create_time.ToDatetime() + timedelta(2)).date())
    assert (ended.state, ended.is_withdrawable) == (_Run.SUCCEEDED, False)
    assert [step.name for step in ended.steps] == STEPS
    assert await house.permissions(client) == ENDED
    assert await house.permissions(client, "ben@sunny.example") is None
    assert house.partners.state_of(client) == "SUSPENDED"
    assert await house.mails(client) == ["Your service: ended", "Your service: cancelled"]
    assert {"tenants.cancel", "tenants.terminate"} <= set(await house.actions(client))


@pytest.mark.parametrize("step", STEPS)
async def test_a_run_whose_process_was_killed_goes_on(house: House, step: str) -> None:
    """With the step that was begun, when its lease is over; nothing is done twice."""
    client = await house.sign()
    run = await _end(house, client)
    await house.work()
    await house.kill_in(run, step)
    await house.lifecycles.work()
    held = await house.get(run)

    house.clock.advance(seconds=LEASE.total_seconds())
    await house.work()

    assert held.state == _Run.RUNNING
    assert (await house.get(run)).state == _Run.SUCCEEDED
    assert len(house.partners.asked[f"{client}/serviceState"]) == 1
    assert await house.mails(client) == ["Your service: ended", "Your service: cancelled"]
    assert (await house.actions(client)).count("tenants.terminate") == 1


async def test_the_last_invoice_is_waited_for(house: House) -> None:
    """Until its month is over, and until somebody releases it if it is parked."""
    client = await house.sign()
    house.partners.invoice = _Invoice(state=_Invoice.OPEN, month="2026-11")
    due = house.clock.now() + timedelta(days=20)
    house.partners.invoice.due_time.FromDatetime(due)
    run = await _end(house, client)
    await house.work()
    asked, waiting = house.partners.billed.count(client), await house.get(run)

    house.clock.set(due)
    house.partners.invoice = _Invoice(state=_Invoice.PARKED, month="2026-11")
    await house.work()
    parked = await house.get(run)
    house.partners.invoice = _Invoice(state=_Invoice.ISSUED, month="2026-11")
    house.partners.away = {"MakeFinalInvoice"}
    house.clock.advance(minutes=1)
    await house.work()

    assert (asked, waiting.state, waiting.trouble) == (1, _Run.WAITING, "")
    assert not waiting.is_withdrawable
    assert "parked" in parked.trouble
    assert (await house.get(run)).state == _Run.SUCCEEDED


async def test_an_owner_cancels_and_thinks_better_of_it(house: House) -> None:
    """By itself; nobody else of the client may, and the service goes on."""
    client = await house.sign()
    _noon(house)
    owner = house.person(client, "cancellation.read", "cancellation.write")
    admin = house.person(client, "cancellation.read")
    name = f"{client}/cancellation"
    request = cancellations_pb.RequestCancellationRequest(
        name=name, last_day=_tomorrow(house), reason="Too dear."
    )
    stub = house.cancellations
    denied = await refusal(stub.RequestCancellation(request, metadata=admin))
    cancelled = await stub.RequestCancellation(request, metadata=owner)
    await house.work()
    twice = await refusal(stub.RequestCancellation(request, metadata=owner))
    suspended = await house.suspend(client)
    await house.work()
    resumed = await house.resume(client)
    await house.work()

    withdraw = cancellations_pb.WithdrawCancellationRequest(name=name)
    kept = await stub.WithdrawCancellation(withdraw, metadata=owner)
    await house.work()
    again = await refusal(stub.WithdrawCancellation(withdraw, metadata=owner))
    house.clock.advance(days=3)
    await house.work()

    state = cancellations_pb.Cancellation
    asked = cancellations_pb.GetCancellationRequest(name=name)
    assert (denied, twice) == ("PERMISSION_MISSING", "LIFECYCLE_RUN_OPEN")
    assert (cancelled.state, kept.state) == (state.CANCELLED, state.NONE)
    assert {(await house.get(each)).state for each in (suspended, resumed)} == {_Run.SUCCEEDED}
    assert again == "LIFECYCLE_STATE_FORBIDS"
    later = house.person(client, "cancellation.read")
    assert (await stub.GetCancellation(asked, metadata=later)).state == state.NONE
    assert (await house.is_let_in(client), house.partners.state_of(client)) == (True, "ACTIVE")
    assert (await house.mails(client))[0] == "Your service: not cancelled any more"
    assert {"tenants.cancel", "tenants.keep"} <= set(await house.actions(client))


async def test_a_service_that_has_ended_stays_so(house: House) -> None:
    """It is not resumed, nor ended twice; no day that was is a last one, and sellers leave last."""
    client, other = await house.sign(), await house.sign()
    await _end(house, client)
    await house.work()
    stub, name = house.runs, client
    withdraw = pb.WithdrawTerminationRequest(name=name, reason="Back.")

    reasons = [
        await refusal(house.resume(client)),
        await refusal(_end(house, client)),
        await refusal(stub.WithdrawTermination(withdraw, metadata=house.operator)),
        await refusal(_end(house, other, last_day=Date(year=2020, month=1, day=1))),
        await refusal(_end(house, other, last_day=Date(year=2027, month=13, day=1))),
    ]

    await house.sign(seller_id=other.removeprefix("tenants/"))
    assert reasons == ["LIFECYCLE_STATE_FORBIDS"] * 3 + ["INVALID_REQUEST"] * 2
    assert await refusal(_end(house, other)) == "LIFECYCLE_STATE_FORBIDS"
