"""A client is suspended and resumed by runs, whatever is killed on the way."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import grpc
import pytest
import pytest_asyncio

from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.transaction import Database
from services.kit.rpc.errors import from_rpc_error
from services.kit.rpc.principal import PrincipalSigner
from services.tenancy.__main__ import services
from services.tenancy.assembly import lifecycle
from services.tenancy.domain.lifecycle import LifecycleRun, RunState, StepState
from services.tenancy.domain.onboarding import ATTEMPTS_MAX, LEASE
from services.tenancy.domain.permission import CLIENT_PERMISSIONS, OPERATOR_PERMISSIONS
from services.tenancy.partners.service_states import ServiceStates
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.bootstrap import Operator, bootstrap
from services.tenancy.worker.lifecycles import Lifecycles
from tests.support.builders.tenancy import NOON, a_secret_box, a_tenant
from tests.support.mesh import mesh, serving
from tests.support.postgres import service_database
from tests.support.simulators.lifecycle_partners import Partners
from veneer.tenancy.v1 import (
    audit_service_pb2,
    audit_service_pb2_grpc,
    authentication_service_pb2,
    authentication_service_pb2_grpc,
    user_service_pb2,
    user_service_pb2_grpc,
)
from veneer.tenancy.v1 import lifecycle_service_pb2 as pb
from veneer.tenancy.v1 import lifecycle_service_pb2_grpc as rpc

PASSWORD = "correct horse battery"
_Run = pb.LifecycleRun


@dataclass(frozen=True, slots=True)
class House:
    """A running tenancy beside partners of the test's."""

    clock: MovableClock
    db: Database[TenancyStore]
    partners: Partners
    lifecycles: Lifecycles
    channel: grpc.aio.Channel

    @property
    def operator(self) -> Any:
        permissions = OPERATOR_PERMISSIONS | CLIENT_PERMISSIONS
        return mesh().operator(self.clock, "northgate", permissions)

    @property
    def runs(self) -> Any:
        return rpc.LifecycleServiceStub(self.channel)

    async def sign(self) -> str:
        """Gives a client that is in, with one who logs in."""
        tenant = a_tenant(seller_id="northgate")
        name = f"tenants/{tenant.tenant_id}"
        async with self.db.operator_transaction() as store:
            await store.tenants.add(tenant)
        user = user_service_pb2.User(
            email="ann@sunny.example", display_name="Ann", role=user_service_pb2.User.OWNER
        )
        user.password = PASSWORD
        request = user_service_pb2.CreateUserRequest(parent=name, user=user)
        users = user_service_pb2_grpc.UserServiceStub(self.channel)
        await users.CreateUser(request, metadata=self.operator)
        return name

    async def suspend(self, client: str, request_id: str = "") -> pb.LifecycleRun:
        request = pb.SuspendTenantRequest(
            name=client, reason="Unpaid since May.", request_id=request_id
        )
        run: pb.LifecycleRun = await self.runs.SuspendTenant(request, metadata=self.operator)
        return run

    async def resume(self, client: str) -> pb.LifecycleRun:
        request = pb.ResumeTenantRequest(name=client, reason="Paid.")
        run: pb.LifecycleRun = await self.runs.ResumeTenant(request, metadata=self.operator)
        return run

    async def work(self) -> None:
        """Lets the worker do all that it does by itself, with the waits between."""
        for _ in range(4):
            await self.lifecycles.work()
            self.clock.advance(seconds=2)

    async def get(self, run: pb.LifecycleRun) -> pb.LifecycleRun:
        request = pb.GetLifecycleRunRequest(name=run.name)
        found: pb.LifecycleRun = await self.runs.GetLifecycleRun(request, metadata=self.operator)
        return found

    async def is_let_in(self, client: str) -> bool:
        stub = authentication_service_pb2_grpc.AuthenticationServiceStub(self.channel)
        request = authentication_service_pb2.AuthenticateUserRequest(
            tenant=client, email="ann@sunny.example", password=PASSWORD
        )
        try:
            await stub.AuthenticateUser(request)
        except grpc.aio.AioRpcError as error:
            if from_rpc_error(error).reason == "CREDENTIALS_INVALID":
                return False
            raise
        return True

    async def mails(self, client: str) -> list[str]:
        async with self.db.operator_read() as store:
            found = await store.notices.list_before(client.removeprefix("tenants/"), None, 10)
        return [notice.text.subject for notice in found]

    async def actions(self, client: str) -> list[str]:
        stub = audit_service_pb2_grpc.AuditServiceStub(self.channel)
        request = audit_service_pb2.ListAuditEntriesRequest(parent=client)
        answer = await stub.ListAuditEntries(request, metadata=self.operator)
        return [entry.action for entry in answer.audit_entries]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running() -> AsyncIterator[House]:
    clock, partners = MovableClock(NOON), Partners()
    async with (
        service_database("tenancy") as database,
        serving("telephony", partners.services()["telephony"], clock) as telephony,
        mesh().channel(telephony.port, "telephony", identity="tenancy") as to_telephony,
    ):
        db = create_database(database.service_url, "tenancy", TenancyStore, clock)
        operator = Operator(
            "northgate", "Northgate", "console.example", "UTC", "op@northgate.example", PASSWORD
        )
        await bootstrap(db, clock, operator)
        service, lifecycles = lifecycle(db, ServiceStates(to_telephony))
        signer = PrincipalSigner.from_file(mesh().private_key, clock)
        async with (
            serving(
                "tenancy", (*services(db, clock, signer, a_secret_box()), service), clock
            ) as tenancy,
            mesh().channel(tenancy.port, "tenancy", identity="gateway") as channel,
        ):
            yield House(clock, db, partners, lifecycles, channel)
        await db.dispose()


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

    resuming = await house.resume(client)
    await house.work()

    resumed = await house.get(resuming)
    assert (suspended.state, resumed.state) == (_Run.SUCCEEDED, _Run.SUCCEEDED)
    assert [step.name for step in suspended.steps] == ["log-ins", "dialer", "notice"]
    assert during == (False, "SUSPENDED")
    assert (await house.is_let_in(client), house.partners.state_of(client)) == (True, "ACTIVE")
    assert await house.mails(client) == ["Your service: active again", "Your service: suspended"]
    assert {"tenants.suspend", "tenants.resume"} <= set(await house.actions(client))


@pytest.mark.parametrize("step", ["log-ins", "dialer", "notice"])
async def test_a_run_whose_process_was_killed_goes_on(house: House, step: str) -> None:
    """With the step that was begun, when its lease is over; nothing is done twice."""
    client = await house.sign()
    run = await house.suspend(client)
    await house.work()
    # As it stood when the process was killed in the step, after its effect.
    async with house.db.operator_transaction() as store:
        _, tenant_id, _, run_id = run.name.split("/")
        found = await store.lifecycle_runs.get(tenant_id, run_id, for_update=True)
        await store.lifecycle_runs.save(_killed_in(found, step, house.clock))
    await house.lifecycles.work()
    held = await house.get(run)

    house.clock.advance(seconds=LEASE.total_seconds())
    await house.work()

    assert held.state == _Run.RUNNING
    assert (await house.get(run)).state == _Run.SUCCEEDED
    assert len(house.partners.asked[f"{client}/serviceState"]) == 1
    assert await house.mails(client) == ["Your service: suspended"]
    assert (await house.actions(client)).count("tenants.suspend") == 1


def _killed_in(run: LifecycleRun, name: str, clock: MovableClock) -> LifecycleRun:
    at = [step.name.value for step in run.steps].index(name)
    steps = tuple(
        step if place < at else replace(step, state=state, end_time=None)
        for place, step in enumerate(run.steps)
        for state in [StepState.STARTED if place == at else StepState.PENDING]
    )
    until = clock.now() + LEASE
    return replace(
        run, state=RunState.RUNNING, steps=steps, next_attempt_time=until, end_time=None,
        lease=run.lease + 1,
    )  # fmt: skip


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
