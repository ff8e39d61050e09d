"""AuthenticationService: who is at the door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.clock import Clock
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.kit.rpc.principal import PrincipalSigner
from services.kit.secret_box import SecretBox
from services.tenancy.domain.sealed_link import LinkSealer
from services.tenancy.domain.single_sign_on import secret_place
from services.tenancy.domain.tenant import has_ended
from services.tenancy.rpc import wire, wire_brand
from services.tenancy.rpc.names import SupportAccessName, UserName
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.authenticate import (
    authenticate_api_key,
    authenticate_identity,
    authenticate_user,
    renew_user,
)
from services.tenancy.usecases.describe_tenant import sellers_of, shown_brand
from services.tenancy.usecases.invite import accept_invitation, read_invitation
from services.tenancy.usecases.second_step import SecondSteps
from services.tenancy.usecases.support import giving, looking
from veneer.tenancy.v1 import authentication_service_pb2 as pb
from veneer.tenancy.v1 import authentication_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class AuthenticationService(rpc.AuthenticationServiceServicer):
    """veneer.tenancy.v1.AuthenticationService."""

    def __init__(
        self,
        db: Database[TenancyStore],
        clock: Clock,
        signer: PrincipalSigner,
        box: SecretBox,
        sealer: LinkSealer,
    ) -> None:
        self._db, self._clock, self._signer, self._box = db, clock, signer, box
        self._sealer = sealer
        self._second_steps = SecondSteps(db, box, sealer)

    async def ResolveHost(
        self, request: pb.ResolveHostRequest, context: Context
    ) -> pb.ResolveHostResponse:
        async with self._db.operator_read() as store:
            tenant = await store.tenants.find_by_host_name(request.host_name)
            if tenant is None:
                raise NotFound(resource=request.host_name)
            provider = await store.single_sign_ons.find(tenant.tenant_id)
            sellers = await sellers_of(store, tenant)
        return pb.ResolveHostResponse(
            tenant=wire.tenant_name(tenant.tenant_id),
            is_operator=tenant.is_operator,
            brand=wire_brand.brand(shown_brand(tenant, sellers)),
            seller_display_name=sellers[0].brand.display_name if sellers else "",
            has_single_sign_on=provider.is_enabled,
            has_ended=has_ended(tenant),
        )

    async def AuthenticateApiKey(
        self, request: pb.AuthenticateApiKeyRequest, context: Context
    ) -> pb.AuthenticateApiKeyResponse:
        bearer = await authenticate_api_key(self._db, self._clock, request.secret)
        return pb.AuthenticateApiKeyResponse(
            principal=wire.signed_principal(bearer, self._signer),
            allowed_networks=bearer.allowed_networks,
            max_requests_per_minute=bearer.tenant.max_requests_per_minute,
        )

    async def AuthenticateUser(
        self, request: pb.AuthenticateUserRequest, context: Context
    ) -> pb.AuthenticateUserResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        bearer = await authenticate_user(
            self._db, self._clock, tenant_id, request.email, request.password
        )
        if bearer.has_second_factor:
            token = await self._second_steps.begin(tenant_id, UserName.parse(bearer.subject).user)
            return pb.AuthenticateUserResponse(second_step_token=token)
        return pb.AuthenticateUserResponse(
            principal=wire.signed_principal(bearer, self._signer),
            display_name=bearer.display_name,
        )

    async def AuthenticateSecondStep(
        self, request: pb.AuthenticateSecondStepRequest, context: Context
    ) -> pb.AuthenticateSecondStepResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        token = request.second_step_token
        bearer = await self._second_steps.finish(tenant_id, token, request.code)
        return pb.AuthenticateSecondStepResponse(
            principal=wire.signed_principal(bearer, self._signer),
            display_name=bearer.display_name,
        )

    async def AuthenticateIdentity(
        self, request: pb.AuthenticateIdentityRequest, context: Context
    ) -> pb.AuthenticateIdentityResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        bearer = await authenticate_identity(self._db, tenant_id, request.email)
        return pb.AuthenticateIdentityResponse(
            principal=wire.signed_principal(bearer, self._signer),
            display_name=bearer.display_name,
        )

    async def ReadSingleSignOn(
        self, request: pb.ReadSingleSignOnRequest, context: Context
    ) -> pb.ReadSingleSignOnResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        async with self._db.read(tenant_id) as store:
            provider = await store.single_sign_ons.find(tenant_id)
        if not provider.is_enabled:
            raise NotFound(resource=provider.name)
        sealed = provider.client_secret
        return pb.ReadSingleSignOnResponse(
            issuer=provider.issuer,
            client_id=provider.client_id,
            client_secret=self._box.open(sealed, secret_place(tenant_id)) if sealed else "",
        )

    async def ReadInvitation(
        self, request: pb.ReadInvitationRequest, context: Context
    ) -> pb.ReadInvitationResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        invitation = await read_invitation(self._db, tenant_id, request.token)
        return pb.ReadInvitationResponse(email=invitation.email)

    async def AcceptInvitation(
        self, request: pb.AcceptInvitationRequest, context: Context
    ) -> pb.AcceptInvitationResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        user = await accept_invitation(
            self._db, tenant_id, request.token, request.display_name, request.password
        )
        return pb.AcceptInvitationResponse(email=user.email)

    async def AuthenticateSupport(
        self, request: pb.AuthenticateSupportRequest, context: Context
    ) -> pb.AuthenticateSupportResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        access, bearer = await looking.come_in(self._db, self._sealer, tenant_id, request.token)
        return pb.AuthenticateSupportResponse(
            principal=wire.signed_principal(bearer, self._signer),
            display_name=bearer.display_name,
            support_access=access.name,
            expire_time=wire.timestamp(access.expire_time),
        )

    async def LeaveSupport(
        self, request: pb.LeaveSupportRequest, context: Context
    ) -> pb.LeaveSupportResponse:
        name = SupportAccessName.parse(request.name)
        tenant_id = possible_tenant_id(name.tenant, request.name)
        async with self._db.transaction(tenant_id) as store:
            await giving.end(store, tenant_id, name.support_access, by_staff=True)
        return pb.LeaveSupportResponse()

    async def RenewPrincipal(
        self, request: pb.RenewPrincipalRequest, context: Context
    ) -> pb.RenewPrincipalResponse:
        if request.support_access:
            access = SupportAccessName.parse(request.support_access, "support_access")
            bearer = await looking.go_on(self._db, access.tenant, access.support_access)
            return pb.RenewPrincipalResponse(principal=wire.signed_principal(bearer, self._signer))
        name = UserName.parse(request.user, "user")
        bearer = await renew_user(
            self._db,
            possible_tenant_id(name.tenant),
            name.user,
            is_vouched_for=request.is_vouched_for,
        )
        return pb.RenewPrincipalResponse(principal=wire.signed_principal(bearer, self._signer))
