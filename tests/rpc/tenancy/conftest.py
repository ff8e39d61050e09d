"""One tenancy service for all tests of this folder; each test signs its own clients."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
import pytest_asyncio
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.transaction import Database
from services.kit.rpc.principal import PrincipalSigner
from services.tenancy.assembly import services
from services.tenancy.domain.permission import CLIENT_PERMISSIONS, OPERATOR_PERMISSIONS
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.bootstrap import Operator, bootstrap
from tests.support.builders.tenancy import NOON, a_sealer, a_secret_box, an_id, some_links
from tests.support.mesh import mesh, serving
from tests.support.onboarding_house import House, a_house
from tests.support.postgres import service_database
from veneer.tenancy.v1 import (
    api_key_service_pb2_grpc,
    audit_intake_service_pb2_grpc,
    audit_record_service_pb2_grpc,
    audit_service_pb2_grpc,
    authentication_service_pb2,
    authentication_service_pb2_grpc,
    client_note_service_pb2_grpc,
    directory_service_pb2_grpc,
    email_change_service_pb2_grpc,
    invitation_service_pb2_grpc,
    password_service_pb2_grpc,
    profile_service_pb2_grpc,
    second_factor_policy_service_pb2_grpc,
    second_factor_service_pb2_grpc,
    single_sign_on_service_pb2_grpc,
    support_access_service_pb2_grpc,
    support_staff_service_pb2_grpc,
    tenant_service_pb2,
    tenant_service_pb2_grpc,
    user_service_pb2,
    user_service_pb2_grpc,
)

PASSWORD = "correct horse battery"
SEALER = a_sealer()
OPERATOR = Operator(
    "northgate", "Northgate", "console.example", "UTC", "op@northgate.example", PASSWORD
)
Metadata = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Tenancy:
    """A running tenancy with its operator, and stubs to it."""

    clock: MovableClock
    first_key: str
    tenants: Any
    users: Any
    api_keys: Any
    client_notes: Any
    invitations: Any
    profiles: Any
    doors: Any
    passwords: Any
    email_changes: Any
    second_factors: Any
    second_factor_policies: Any
    single_sign_ons: Any
    support_accesses: Any
    support_staff: Any
    directory: Any
    audit: Any
    intake: Any
    audit_records: Any
    admin_url: str
    db: Database[TenancyStore]

    @property
    def operator(self) -> Metadata:
        return mesh().operator(self.clock, "northgate", OPERATOR_PERMISSIONS | CLIENT_PERMISSIONS)

    def client(self, tenant_id: str) -> Metadata:
        return mesh().client(self.clock, tenant_id, CLIENT_PERMISSIONS)

    async def a_client(self, **changes: Any) -> str:
        """Signs a client and gives its id."""
        tenant_id = an_id()
        tenant = tenant_service_pb2.Tenant(
            **{
                "display_name": "Sunny Side",
                "tier": tenant_service_pb2.Tenant.SILVER,
                "time_zone": "America/New_York",
                "host_names": [f"{tenant_id}.dialer.example"],
                **changes,
            }
        )
        await self.tenants.CreateTenant(
            tenant_service_pb2.CreateTenantRequest(tenant=tenant, tenant_id=tenant_id),
            metadata=self.operator,
        )
        return tenant_id

    async def a_user(self, tenant_id: str, email: str = "ann@sunny.example") -> str:
        """Lets somebody in and gives its name."""
        user = user_service_pb2.User(
            email=email, role=user_service_pb2.User.ADMIN, password=PASSWORD
        )
        request = user_service_pb2.CreateUserRequest(parent=f"tenants/{tenant_id}", user=user)
        created: user_service_pb2.User = await self.users.CreateUser(
            request, metadata=self.operator
        )
        return str(created.name)

    async def log_in(self, tenant_id: str, email: str, password: str) -> Any:
        """Tries an address and a password."""
        return await self.doors.AuthenticateUser(
            authentication_service_pb2.AuthenticateUserRequest(
                tenant=f"tenants/{tenant_id}", email=email, password=password
            )
        )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tenancy() -> AsyncIterator[Tenancy]:
    clock = MovableClock(NOON)
    async with service_database("tenancy") as database:
        db = create_database(database.service_url, "tenancy", TenancyStore, clock)
        first_key = await bootstrap(db, clock, OPERATOR)
        assert first_key is not None
        signer = PrincipalSigner.from_file(mesh().private_key, clock)
        served = services(db, clock, signer, a_secret_box(), some_links())
        async with serving("tenancy", served, clock) as server:
            channel = mesh().channel(server.port, "tenancy")
            inner = mesh().channel(server.port, "tenancy", identity="billing")
            yield Tenancy(
                clock=clock,
                first_key=first_key,
                tenants=tenant_service_pb2_grpc.TenantServiceStub(channel),
                users=user_service_pb2_grpc.UserServiceStub(channel),
                invitations=invitation_service_pb2_grpc.InvitationServiceStub(channel),
                api_keys=api_key_service_pb2_grpc.ApiKeyServiceStub(channel),
                client_notes=client_note_service_pb2_grpc.ClientNoteServiceStub(channel),
                profiles=profile_service_pb2_grpc.ProfileServiceStub(channel),
                doors=authentication_service_pb2_grpc.AuthenticationServiceStub(channel),
                email_changes=email_change_service_pb2_grpc.EmailChangeServiceStub(channel),
                second_factors=second_factor_service_pb2_grpc.SecondFactorServiceStub(channel),
                second_factor_policies=(
                    second_factor_policy_service_pb2_grpc.SecondFactorPolicyServiceStub(channel)
                ),
                single_sign_ons=single_sign_on_service_pb2_grpc.SingleSignOnServiceStub(channel),
                support_accesses=support_access_service_pb2_grpc.SupportAccessServiceStub(channel),
                support_staff=support_staff_service_pb2_grpc.SupportStaffServiceStub(channel),
                directory=directory_service_pb2_grpc.DirectoryServiceStub(inner),
                intake=audit_intake_service_pb2_grpc.AuditIntakeServiceStub(inner),
                audit=audit_service_pb2_grpc.AuditServiceStub(channel),
                audit_records=audit_record_service_pb2_grpc.AuditRecordServiceStub(channel),
                admin_url=database.admin_url,
                db=db,
                passwords=password_service_pb2_grpc.PasswordServiceStub(channel),
            )
            await channel.close()
            await inner.close()
        await db.dispose()


def reason_of(error: grpc.aio.AioRpcError) -> str:
    """Gives the reason that a refusal states."""
    status = rpc_status.from_call(error)  # type: ignore[arg-type]
    assert status is not None
    for detail in status.details:
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info):
            return str(info.reason)
    return ""


async def refusal(asked: Awaitable[Any]) -> str:
    """Gives the reason for which a call is refused."""
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await asked
    return reason_of(error.value)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_house() -> AsyncIterator[House]:
    """A tenancy that brings clients in."""
    async with a_house() as made:
        yield made


@pytest.fixture
def house(running_house: House) -> House:
    """The same for each test, whose partners do what they should."""
    partners = running_house.partners
    partners.away.clear()
    partners.dialer_fails, partners.prices_refused = "", False
    partners.routes = {"routes/free-1": ""}
    return running_house
