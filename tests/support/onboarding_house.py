"""A tenancy with its onboarding and agreements, between partners of a test's."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.transaction import Database
from services.kit.rpc.principal import PrincipalSigner
from services.tenancy.assembly import onboarding, services
from services.tenancy.domain.permission import CLIENT_PERMISSIONS, OPERATOR_PERMISSIONS
from services.tenancy.partners.dialer import Dialer
from services.tenancy.partners.prices import Prices
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.bootstrap import Operator, bootstrap
from services.tenancy.worker.run_taker import RunTaker
from tests.support.builders.tenancy import NOON, a_secret_box, some_links
from tests.support.mesh import mesh, serving
from tests.support.postgres import service_database
from tests.support.simulators.onboarding_partners import PLAN, Partners
from veneer.tenancy.v1 import (
    agreement_service_pb2_grpc,
    agreement_version_service_pb2_grpc,
    onboarding_service_pb2_grpc,
    tenant_service_pb2,
)
from veneer.tenancy.v1 import onboarding_service_pb2 as pb

PASSWORD = "correct horse battery"
_Run = pb.OnboardingRun


@dataclass(frozen=True, slots=True)
class House:
    """A running tenancy between a telephony and a billing of the test's."""

    clock: MovableClock
    db: Database[TenancyStore]
    partners: Partners
    onboarder: RunTaker
    runs: Any
    agreements: Any
    versions: Any
    url: str

    @property
    def operator(self) -> Any:
        permissions = OPERATOR_PERMISSIONS | CLIENT_PERMISSIONS
        return mesh().operator(self.clock, "northgate", permissions)

    async def start(self, tenant_id: str, **changes: Any) -> pb.OnboardingRun:
        request = pb.StartOnboardingRequest(
            tenant_id=tenant_id,
            tenant=tenant_service_pb2.Tenant(
                display_name="Sunny Side",
                tier=tenant_service_pb2.Tenant.SILVER,
                time_zone="America/New_York",
                host_names=[f"{tenant_id}.dialer.example"],
            ),
            setup=_Run.Setup(
                plan_version=PLAN, campaign_name="First campaign", agent_count=2,
                routes=["routes/free-1"],
            ),
            request_id=str(uuid.uuid4()),
        )  # fmt: skip
        request.owner.email, request.owner.password = f"ann@{tenant_id}.example", PASSWORD
        request.MergeFrom(pb.StartOnboardingRequest(**changes))
        run: pb.OnboardingRun = await self.runs.StartOnboarding(request, metadata=self.operator)
        return run

    async def sign(self, run: pb.OnboardingRun) -> None:
        await self.work()
        request = pb.RecordSignatureRequest(
            name=run.name, signer_name="Ann Sunny", note="In the folder of 2027."
        )
        await self.runs.RecordSignature(request, metadata=self.operator)

    async def work(self) -> None:
        """Lets the worker do all that it does by itself, with the waits between."""
        for _ in range(6):
            await self.onboarder.work()
            self.clock.advance(seconds=1)

    async def get(self, run: pb.OnboardingRun) -> pb.OnboardingRun:
        request = pb.GetOnboardingRunRequest(name=run.name)
        found: pb.OnboardingRun = await self.runs.GetOnboardingRun(request, metadata=self.operator)
        return found

    async def owner(self, tenant_id: str) -> Any:
        """Gives the metadata of the client's owner, logged in."""
        async with self.db.read(tenant_id) as store:
            (user,) = await store.users.list_leading(tenant_id)
        return mesh().client(self.clock, tenant_id, CLIENT_PERMISSIONS, subject=user.name)

    async def has_client(self, tenant_id: str) -> bool:
        async with self.db.operator_read() as store:
            return await store.tenants.find(tenant_id) is not None

    async def mails(self, tenant_id: str) -> list[str]:
        async with self.db.operator_read() as store:
            found = await store.notices.list_before(tenant_id, None, 10)
        return [notice.text.subject for notice in found]


@asynccontextmanager
async def a_house() -> AsyncIterator[House]:
    """Runs one."""
    clock, partners = MovableClock(NOON), Partners()
    served = partners.services()
    async with (
        service_database("tenancy") as database,
        serving("telephony", served["telephony"], clock) as telephony,
        serving("billing", served["billing"], clock) as billing,
        mesh().channel(telephony.port, "telephony", identity="tenancy") as to_telephony,
        mesh().channel(billing.port, "billing", identity="tenancy") as to_billing,
    ):
        db = create_database(database.service_url, "tenancy", TenancyStore, clock)
        operator = Operator(
            "northgate", "Northgate", "console.example", "UTC", "op@northgate.example", PASSWORD
        )
        await bootstrap(db, clock, operator)
        served_too, onboarder = onboarding(db, Dialer(to_telephony), Prices(to_billing))
        signer = PrincipalSigner.from_file(mesh().private_key, clock)
        all_of_it = (*services(db, clock, signer, a_secret_box(), some_links()), *served_too)
        async with (
            serving("tenancy", all_of_it, clock) as tenancy,
            mesh().channel(tenancy.port, "tenancy") as channel,
        ):
            yield House(
                clock, db, partners, onboarder,
                runs=onboarding_service_pb2_grpc.OnboardingServiceStub(channel),
                agreements=agreement_service_pb2_grpc.AgreementServiceStub(channel),
                versions=agreement_version_service_pb2_grpc.AgreementVersionServiceStub(channel),
                url=database.service_url,
            )  # fmt: skip
        await db.dispose()
