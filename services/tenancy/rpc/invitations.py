"""InvitationService: asks people to join."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.tenancy.domain.invitation import Invitation
from services.tenancy.domain.notice import MailState
from services.tenancy.domain.permission import Role
from services.tenancy.rpc import wire
from services.tenancy.rpc.changers import changer_of
from services.tenancy.rpc.names import InvitationName
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.invite import (
    Invited,
    Link,
    Links,
    invite,
    renew_invitation,
    revoke_invitation,
)
from services.tenancy.usecases.send_notice import send_notice
from veneer.tenancy.v1 import invitation_service_pb2 as pb
from veneer.tenancy.v1 import invitation_service_pb2_grpc as rpc
from veneer.tenancy.v1 import user_service_pb2

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_METHOD = "CreateInvitation"


class InvitationService(rpc.InvitationServiceServicer):
    """veneer.tenancy.v1.InvitationService."""

    def __init__(self, db: Database[TenancyStore], links: Links) -> None:
        self._db, self._links = db, links

    async def ListInvitations(
        self, request: pb.ListInvitationsRequest, context: Context
    ) -> pb.ListInvitationsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        cursor = page_token.decode(request)
        after = cursor[0] if cursor else ""
        async with self._db.read(tenant_id) as store:
            page = await store.invitations.list_after(tenant_id, after, size + 1)
            mails = await store.notices.states(tenant_id, [each.notice_id for each in page])
        token = page_token.encode(request, [page[size - 1].email]) if len(page) > size else ""
        return pb.ListInvitationsResponse(
            invitations=[_to_wire(each, mails.get(each.notice_id)) for each in page[:size]],
            next_page_token=token,
        )

    async def CreateInvitation(
        self, request: pb.CreateInvitationRequest, context: Context
    ) -> pb.Invitation:
        tenant_id = tenant_id_of(request.parent, "parent")
        asked = request.invitation
        role = Role(user_service_pb2.User.Role.Name(asked.role))
        async with self._db.transaction(tenant_id) as store:
            key = (tenant_id, _METHOD, request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.Invitation.FromString(answered)
            invited = Invited(tenant_id, asked.email, role)
            made, link = await invite(store, self._links, invited, changer_of(tenant_id))
            # Without the token: it is not kept, not even for a repeated request.
            await store.requests.remember(*key, _to_wire(made).SerializeToString())
        return await self._sent(made, link)

    async def RenewInvitation(
        self, request: pb.RenewInvitationRequest, context: Context
    ) -> pb.Invitation:
        name = InvitationName.parse(request.name)
        tenant_id = possible_tenant_id(name.tenant, request.name)
        async with self._db.transaction(tenant_id) as store:
            renewed, link = await renew_invitation(
                store, self._links, (tenant_id, name.invitation), changer_of(tenant_id)
            )
        return await self._sent(renewed, link)

    async def RevokeInvitation(
        self, request: pb.RevokeInvitationRequest, context: Context
    ) -> pb.Invitation:
        name = InvitationName.parse(request.name)
        tenant_id = possible_tenant_id(name.tenant, request.name)
        async with self._db.transaction(tenant_id) as store:
            revoked = await revoke_invitation(
                store, tenant_id, name.invitation, changer_of(tenant_id)
            )
        return _to_wire(revoked)

    async def _sent(self, invitation: Invitation, link: Link) -> pb.Invitation:
        """Intends the mail; were we killed before, the invitation is there and shows none."""
        notice = await send_notice(self._db, link.mail) if link.mail else None
        return _to_wire(invitation, notice.state if notice else None, link.token)


def _to_wire(
    value: Invitation, mail_state: MailState | None = None, token: str = ""
) -> pb.Invitation:
    return pb.Invitation(
        mail_state=pb.Invitation.MailState.Value(
            mail_state.value if mail_state else "MAIL_STATE_UNSPECIFIED"
        ),
        name=value.name,
        email=value.email,
        role=user_service_pb2.User.Role.Value(value.role.value),
        token=token,
        create_time=wire.timestamp(value.create_time),
        expire_time=wire.timestamp(value.expire_time),
    )
