"""A scripted tenancy's doors: who comes in, by what."""

from __future__ import annotations

from typing import Any

from services.kit.errors import Kind, NotFound, Refusal
from services.tenancy.domain import support_access
from tests.support.gateway.second_factors_peer import STATE, TOKEN, SecondStepOver, check
from tests.support.gateway.single_sign_on_peer import ENABLED, VOUCHED
from tests.support.gateway.world import PASSWORD, CredentialsWrong, Party, World
from veneer.tenancy.v1 import (
    authentication_service_pb2,
    authentication_service_pb2_grpc,
    support_access_service_pb2,
    tenant_service_pb2,
)


class InvitationInvalid(Refusal):
    """As tenancy says it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "INVITATION_INVALID"


class TenantSuspended(Refusal):
    """As tenancy says it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "TENANT_SUSPENDED"


class Authentication(authentication_service_pb2_grpc.AuthenticationServiceServicer):
    """Knows the hosts, keys and passwords of the world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ResolveHost(self, request: Any, context: Any) -> Any:
        self._world.hear("ResolveHost")
        for party in self._world.parties.values():
            if party.host == request.host_name:
                return authentication_service_pb2.ResolveHostResponse(
                    tenant=party.name,
                    is_operator=party.is_operator,
                    brand=self._world.brands.get(party.name, party.brand),
                    seller_display_name="" if party.is_operator else "Northgate Voice",
                    has_single_sign_on=self._world.single_sign_on.state == ENABLED,
                    has_ended=party.name in self._world.states
                    and self._world.states[party.name] == tenant_service_pb2.Tenant.CANCELLED,
                )
        raise NotFound(resource=request.host_name)

    async def AuthenticateApiKey(self, request: Any, context: Any) -> Any:
        self._world.hear("AuthenticateApiKey")
        for party in self._world.parties.values():
            if party.key == request.secret:
                return authentication_service_pb2.AuthenticateApiKeyResponse(
                    principal=self._world.principal(party, f"{party.name}/apiKeys/k1"),
                    allowed_networks=self._world.allowed_networks,
                    max_requests_per_minute=self._world.requests_per_minute,
                )
        raise CredentialsWrong("No.")

    async def AuthenticateUser(self, request: Any, context: Any) -> Any:
        self._world.hear("AuthenticateUser")
        party = self._world.party(request.tenant)
        if request.password != PASSWORD:
            raise CredentialsWrong("No.")
        if self._world.states.get(party.name) == tenant_service_pb2.Tenant.SUSPENDED:
            raise TenantSuspended("No.")
        if self._world.second_factor == STATE.ON:
            return authentication_service_pb2.AuthenticateUserResponse(second_step_token=TOKEN)
        return authentication_service_pb2.AuthenticateUserResponse(
            principal=self._principal(party, f"{party.name}/users/u1"),
            display_name="Dana Rivers",
        )

    async def AuthenticateSecondStep(self, request: Any, context: Any) -> Any:
        self._world.hear("AuthenticateSecondStep")
        if request.second_step_token != TOKEN:
            raise SecondStepOver("This has taken too long. Please log in again.")
        check(request.code)
        party = self._world.party(request.tenant)
        return authentication_service_pb2.AuthenticateSecondStepResponse(
            principal=self._principal(party, f"{party.name}/users/u1"),
            display_name="Dana Rivers",
        )

    async def AuthenticateIdentity(self, request: Any, context: Any) -> Any:
        self._world.hear(f"AuthenticateIdentity {request.email}")
        if request.email != VOUCHED:
            raise CredentialsWrong("No.")
        party = self._world.party(request.tenant)
        return authentication_service_pb2.AuthenticateIdentityResponse(
            principal=self._world.principal(party, f"{party.name}/users/u1"),
            display_name="Dana Rivers",
        )

    async def ReadSingleSignOn(self, request: Any, context: Any) -> Any:
        kept = self._world.single_sign_on
        if kept.state != ENABLED:
            raise NotFound(resource=request.tenant)
        return authentication_service_pb2.ReadSingleSignOnResponse(
            issuer=kept.issuer, client_id=kept.client_id, client_secret=kept.client_secret
        )

    async def ReadInvitation(self, request: Any, context: Any) -> Any:
        if request.token != "good-token":
            raise InvitationInvalid("This link is not good any more.")
        return authentication_service_pb2.ReadInvitationResponse(email="kim@example.com")

    async def AcceptInvitation(self, request: Any, context: Any) -> Any:
        self._world.hear(f"AcceptInvitation {request.token} {request.display_name}")
        if request.password == "password1234":
            raise InvitationInvalid("A password must not be so weak.")
        return authentication_service_pb2.AcceptInvitationResponse(email="kim@example.com")

    async def AuthenticateSupport(self, request: Any, context: Any) -> Any:
        party = self._world.party(request.tenant)
        for each in self._world.support_accesses:
            if each.name == f"{party.name}/supportAccesses/{request.token}":
                return authentication_service_pb2.AuthenticateSupportResponse(
                    principal=self._of_support(party),
                    display_name="Kim Poole",
                    support_access=each.name,
                    expire_time=each.expire_time,
                )
        raise InvitationInvalid("This link is not good any more. Please ask for a new one.")

    async def LeaveSupport(self, request: Any, context: Any) -> Any:
        self._world.hear(f"LeaveSupport {request.name}")
        return authentication_service_pb2.LeaveSupportResponse()

    async def RenewPrincipal(self, request: Any, context: Any) -> Any:
        self._world.hear("RenewPrincipal")
        if request.support_access:
            states = {each.name: each.state for each in self._world.support_accesses}
            if states[request.support_access] != support_access_service_pb2.SupportAccess.OPEN:
                raise CredentialsWrong("No.")
            return authentication_service_pb2.RenewPrincipalResponse(
                principal=self._of_support(self._world.party(request.support_access))
            )
        if request.user in self._world.revoked_users:
            raise CredentialsWrong("No.")
        party = self._world.party(request.user)
        return authentication_service_pb2.RenewPrincipalResponse(
            principal=self._principal(party, request.user, is_asked=not request.is_vouched_for)
        )

    def _of_support(self, party: Party) -> Any:
        staff = "tenants/northgate/users/u7"
        return self._world.principal(party, staff, held=support_access.PERMISSIONS)

    def _principal(self, party: Party, subject: str, is_asked: bool = True) -> Any:
        is_required = is_asked and self._world.second_factor_required
        is_missing = is_required and self._world.second_factor != STATE.ON
        return self._world.principal(party, subject, is_missing)
