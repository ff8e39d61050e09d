"""A running tenancy whose clients are suspended, resumed and leave, beside partners of a test's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import grpc
import pytest

from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.transaction import Database
from services.kit.rpc.errors import from_rpc_error
from services.kit.rpc.principal import PrincipalSigner
from services.tenancy.assembly import lifecycle, services
from services.tenancy.domain.credential import User
from services.tenancy.domain.permission import CLIENT_PERMISSIONS, OPERATOR_PERMISSIONS, Role
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.bootstrap import Operator, bootstrap
from services.tenancy.usecases.create_user import NewUser, new_user
from services.tenancy.worker.run_taker import RunTaker
from tests.support.builders.tenancy import NOON, a_secret_box, a_tenant, some_links
from tests.support.killed_runs import killed_in
from tests.support.mesh import mesh, serving
from tests.support.postgres import service_database
from tests.support.simulators.lifecycle_partners import Partners
from veneer.tenancy.v1 import (
    audit_service_pb2,
    audit_service_pb2_grpc,
    authentication_service_pb2,
    authentication_service_pb2_grpc,
    cancellation_service_pb2_grpc,
)
from veneer.tenancy.v1 import lifecycle_service_pb2 as pb
from veneer.tenancy.v1 import lifecycle_service_pb2_grpc as rpc

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class House:
    """A running tenancy beside partners of the test's."""

    clock: MovableClock
    db: Database[TenancyStore]
    partners: Partners
    lifecycles: RunTaker
    channel: grpc.aio.Channel
    # An owner and an administrator, whose passwords are hashed once for all clients.
    people: tuple[User, ...]

    @property
    def operator(self) -> Any:
        permissions = OPERATOR_PERMISSIONS | CLIENT_PERMISSIONS
        return mesh().operator(self.clock, "northgate", permissions)

    def person(self, client: str, *permissions: str) -> Any:
        """In the name of one of a client's people."""
        return mesh().client(self.clock, client.removeprefix("tenants/"), permissions)

    @property
    def cancellations(self) -> Any:
        return cancellation_service_pb2_grpc.CancellationServiceStub(self.channel)

    @property
    def runs(self) -> Any:
        return rpc.LifecycleServiceStub(self.channel)

    async def sign(self, seller_id: str = "northgate") -> str:
        """Gives a client that is in, with one who logs in."""
        tenant = a_tenant(seller_id=seller_id)
        name = f"tenants/{tenant.tenant_id}"
        people = [replace(each, tenant_id=tenant.tenant_id) for each in self.people]
        async with self.db.operator_transaction() as store:
            await store.tenants.add(tenant)
            for user in people:
                await store.users.add(user)
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

    async def kill_in(self, run: pb.LifecycleRun, step: str) -> None:
        """Sets a run back to how it stood when its process was killed after a step's effect."""
        async with self.db.operator_transaction() as store:
            _, tenant_id, _, run_id = run.name.split("/")
            found = await store.lifecycle_runs.get(tenant_id, run_id, for_update=True)
            await store.lifecycle_runs.save(killed_in(found, step, self.clock))

    async def is_let_in(self, client: str) -> bool:
        return await self.permissions(client) is not None

    async def told_at_log_in(self, client: str, password: str) -> str:
        """Gives the reason for which one of the client's people is not let in."""
        stub = authentication_service_pb2_grpc.AuthenticationServiceStub(self.channel)
        request = authentication_service_pb2.AuthenticateUserRequest(
            tenant=client, email="ann@sunny.example", password=password
        )
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.AuthenticateUser(request)
        return from_rpc_error(refused.value).reason

    async def permissions(self, client: str, email: str = "ann@sunny.example") -> set[str] | None:
        """Gives what one of the client's people may do; None for one who is not let in."""
        stub = authentication_service_pb2_grpc.AuthenticationServiceStub(self.channel)
        request = authentication_service_pb2.AuthenticateUserRequest(
            tenant=client, email=email, password=PASSWORD
        )
        try:
            answer = await stub.AuthenticateUser(request)
        except grpc.aio.AioRpcError as error:
            if from_rpc_error(error).reason in ("CREDENTIALS_INVALID", "TENANT_SUSPENDED"):
                return None
            raise
        return set(answer.principal.permissions)

    async def mails(self, client: str) -> list[str]:
        async with self.db.operator_read() as store:
            found = await store.notices.list_before(client.removeprefix("tenants/"), None, 10)
        return [notice.text.subject for notice in found]

    async def actions(self, client: str) -> list[str]:
        stub = audit_service_pb2_grpc.AuditServiceStub(self.channel)
        request = audit_service_pb2.ListAuditEntriesRequest(parent=client)
        answer = await stub.ListAuditEntries(request, metadata=self.operator)
        return [entry.action for entry in answer.audit_entries]


@asynccontextmanager
async def a_house() -> AsyncIterator[House]:
    """Runs it."""
    clock, partners = MovableClock(NOON), Partners()
    async with (
        service_database("tenancy") as database,
        serving("telephony", partners.services()["telephony"], clock) as telephony,
        serving("billing", partners.services()["billing"], clock) as billing,
        mesh().channel(telephony.port, "telephony", identity="tenancy") as to_telephony,
        mesh().channel(billing.port, "billing", identity="tenancy") as to_billing,
    ):
        db = create_database(database.service_url, "tenancy", TenancyStore, clock)
        operator = Operator(
            "northgate", "Northgate", "console.example", "UTC", "op@northgate.example", PASSWORD
        )
        await bootstrap(db, clock, operator)
        served, lifecycles = lifecycle(db, to_telephony, to_billing)
        signer = PrincipalSigner.from_file(mesh().private_key, clock)
        async with (
            serving(
                "tenancy",
                (*services(db, clock, signer, a_secret_box(), some_links()), *served),
                clock,
            ) as tenancy,
            mesh().channel(tenancy.port, "tenancy", identity="gateway") as channel,
        ):
            roles = {"ann": Role.OWNER, "ben": Role.ADMIN}
            asked = [
                NewUser("northgate", f"{who}@sunny.example", who, role, PASSWORD)
                for who, role in roles.items()
            ]
            people = tuple([await new_user(each, NOON) for each in asked])
            yield House(clock, db, partners, lifecycles, channel, people)
        await db.dispose()
