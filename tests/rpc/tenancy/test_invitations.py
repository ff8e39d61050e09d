"""People are invited, and join by a link that is good once, for a week."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
from google.protobuf.field_mask_pb2 import FieldMask

from services.kit.secret_words import SecretWords
from services.tenancy.domain.permission import Role, permissions_of
from services.tenancy.partners.mail import MailServer
from services.tenancy.worker.mailer import Mailer
from tests.rpc.tenancy.conftest import PASSWORD, SEALER, Metadata, Tenancy, reason_of, refusal
from tests.support.mesh import mesh
from tests.support.smtp import mailbox
from veneer.tenancy.v1 import audit_service_pb2
from veneer.tenancy.v1 import authentication_service_pb2 as doors
from veneer.tenancy.v1 import invitation_service_pb2 as pb
from veneer.tenancy.v1.user_service_pb2 import UpdateUserRequest, User

JOE = "joe@sunny.example"


async def invite(
    tenancy: Tenancy, tenant_id: str, role: Any = User.SUPERVISOR, by: Metadata | None = None
) -> pb.Invitation:
    """Invites Joe, in the name of an administrator if nobody else is named."""
    request = pb.CreateInvitationRequest(
        parent=f"tenants/{tenant_id}", invitation=pb.Invitation(email=f" {JOE.upper()}", role=role)
    )
    metadata = by or tenancy.client(tenant_id)
    made: pb.Invitation = await tenancy.invitations.CreateInvitation(request, metadata=metadata)
    return made


def accept(tenancy: Tenancy, tenant_id: str, token: str) -> Any:
    """Follows a link."""
    return tenancy.doors.AcceptInvitation(
        doors.AcceptInvitationRequest(
            tenant=f"tenants/{tenant_id}", token=token, display_name="Joe", password=PASSWORD
        )
    )


async def test_who_is_invited_joins_with_its_role_and_logs_in(tenancy: Tenancy) -> None:
    """The log says that it came in by itself; the invitation is gone."""
    tenant_id = await tenancy.a_client()
    invitation = await invite(tenancy, tenant_id)

    assert (await accept(tenancy, tenant_id, invitation.token)).email == JOE

    answer = await tenancy.log_in(tenant_id, JOE, PASSWORD)
    assert set(answer.principal.permissions) == permissions_of(Role.SUPERVISOR, of_operator=False)
    metadata, parent = tenancy.client(tenant_id), f"tenants/{tenant_id}"
    listed = await tenancy.invitations.ListInvitations(
        pb.ListInvitationsRequest(parent=parent), metadata=metadata
    )
    assert list(listed.invitations) == []
    log = await tenancy.audit.ListAuditEntries(
        audit_service_pb2.ListAuditEntriesRequest(parent=parent), metadata=metadata
    )
    actors = {each.action: each.actor for each in log.audit_entries}
    assert actors["users.create"] == answer.principal.subject
    assert "invitations.create" in actors


async def test_a_link_is_good_once_even_for_two_at_once(tenancy: Tenancy) -> None:
    """One of them is let in."""
    tenant_id = await tenancy.a_client()
    token = (await invite(tenancy, tenant_id)).token

    answers = await asyncio.gather(
        *(accept(tenancy, tenant_id, token) for _ in range(2)), return_exceptions=True
    )

    refused = [each for each in answers if isinstance(each, grpc.aio.AioRpcError)]
    assert [reason_of(each) for each in refused] == ["INVITATION_INVALID"]


async def test_links_of_old_and_of_others_are_not_good(tenancy: Tenancy) -> None:
    """After a week, after a new one, after it was taken back, and at another client."""
    tenant_id, other = await tenancy.a_client(), await tenancy.a_client()
    first = await invite(tenancy, tenant_id)
    renew = pb.RenewInvitationRequest(name=first.name)
    metadata = tenancy.client(tenant_id)

    second = await tenancy.invitations.RenewInvitation(renew, metadata=metadata)
    assert await refusal(accept(tenancy, tenant_id, first.token)) == "INVITATION_INVALID"
    assert await refusal(accept(tenancy, other, second.token)) == "INVITATION_INVALID"

    tenancy.clock.advance(days=7)
    assert await refusal(accept(tenancy, tenant_id, second.token)) == "INVITATION_INVALID"

    metadata = tenancy.client(tenant_id)
    third = await tenancy.invitations.RenewInvitation(renew, metadata=metadata)
    await tenancy.invitations.RevokeInvitation(
        pb.RevokeInvitationRequest(name=first.name), metadata=metadata
    )
    assert await refusal(accept(tenancy, tenant_id, third.token)) == "INVITATION_INVALID"


async def test_nobody_invites_to_more_than_it_may(tenancy: Tenancy) -> None:
    """Nor an address that is in, or invited, already."""
    tenant_id = await tenancy.a_client()
    weak = permissions_of(Role.BILLING, of_operator=False) | {"users.write"}
    clerk = mesh().client(tenancy.clock, tenant_id, weak)

    assert await refusal(invite(tenancy, tenant_id, by=clerk)) == "PERMISSION_NOT_HELD"
    await invite(tenancy, tenant_id)
    assert await refusal(invite(tenancy, tenant_id)) == "RESOURCE_ALREADY_EXISTS"
    other = await tenancy.a_client()
    await tenancy.a_user(other, JOE)
    assert await refusal(invite(tenancy, other)) == "RESOURCE_ALREADY_EXISTS"


async def test_an_owners_invitation_is_an_owners_to_take_back(tenancy: Tenancy) -> None:
    """An administrator takes back only what it might have made itself."""
    tenant_id = await tenancy.a_client()
    ann = await tenancy.a_user(tenant_id)
    to_own = await invite(tenancy, tenant_id, User.OWNER, by=tenancy.operator)
    await tenancy.users.UpdateUser(
        UpdateUserRequest(
            user=User(name=ann, role=User.OWNER), update_mask=FieldMask(paths=["role"])
        ),
        metadata=tenancy.operator,
    )
    revoke = pb.RevokeInvitationRequest(name=to_own.name)

    by_admin = tenancy.invitations.RevokeInvitation(revoke, metadata=tenancy.client(tenant_id))

    assert await refusal(by_admin) == "OWNER_NEEDED"
    taken = await tenancy.invitations.RevokeInvitation(revoke, metadata=tenancy.operator)
    assert taken.name == to_own.name


async def test_a_link_goes_by_mail_and_is_in_no_store(tenancy: Tenancy) -> None:
    """The list says how far it is; the mail's link and the one that is told are the same."""
    tenant_id = await tenancy.a_client()
    made = await invite(tenancy, tenant_id)
    listed = pb.ListInvitationsRequest(parent=f"tenants/{tenant_id}")
    async with tenancy.db.read(tenant_id) as store:
        (kept,) = await store.notices.list_before(tenant_id, None, 1)

    with mailbox() as box:
        server = MailServer(box.url, "notices@mail.example")
        await Mailer(tenancy.db, server, SecretWords([]), SEALER).run_due()
        bodies = [mail.get_body(("plain",)) for mail in box.to(JOE)]
    (after,) = (
        await tenancy.invitations.ListInvitations(listed, metadata=tenancy.client(tenant_id))
    ).invitations

    link = f"https://{tenant_id}.dialer.example/invitation?token={made.token}"
    assert len([body for body in bodies if body and link in body.get_content()]) == 1
    assert made.token.rpartition(".")[2] not in kept.text.text
    assert (made.mail_state, after.mail_state) == (pb.Invitation.WAITING, pb.Invitation.SENT)
    assert (await accept(tenancy, tenant_id, made.token)).email == JOE
