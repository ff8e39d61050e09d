"""A tenant's people: who may log in, what each may do, and the forms that change it."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.field_mask_pb2 import FieldMask
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.resource_ids import name_in_path
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem, problem_of
from services.kit.errors import InvalidRequest
from veneer.tenancy.v1 import invitation_service_pb2 as invitations_pb
from veneer.tenancy.v1 import second_factor_policy_service_pb2 as policy_pb
from veneer.tenancy.v1 import user_service_pb2 as pb

if TYPE_CHECKING:
    from veneer.tenancy.v1.invitation_service_pb2 import Invitation

TEAM = "/team"
_SHOWN = 200
# How far an invitation's mail is, and how that looks.
_Invited = invitations_pb.Invitation
_MAILS = {
    _Invited.MAIL_STATE_UNSPECIFIED: ("none", ""),
    _Invited.WAITING: ("on its way", ""),
    _Invited.SENT: ("handed over", "good"),
    _Invited.FAILED: ("could not be sent", "bad"),
}
# What a role is called, and what it is for, in the order of how much it may.
ROLES: dict[str, tuple[str, str]] = {
    "OWNER": ("Owner", "Everything, and makes other owners"),
    "ADMIN": ("Administrator", "Everything else"),
    "SUPERVISOR": ("Supervisor", "Agents, campaigns, lists, numbers and calls; no money"),
    "BILLING": ("Billing", "Invoices, payments and the calls behind them"),
    "VIEWER": ("Read-only", "Sees everything, changes nothing"),
}
# What the page says things with.
_WORDS: dict[str, Any] = {"roles": ROLES, "role_of": pb.User.Role.Name, "mails": _MAILS}
# Refused for what it would give away, not for who asks: it belongs beside the form.
_TOLD = frozenset({"PERMISSION_NOT_HELD", "OWNER_NEEDED"})


async def team(visit: Visit) -> Response:
    """Shows who may log in."""
    return await team_page(visit)


async def change_role(visit: Visit) -> Response:
    """Gives somebody another role."""
    role = (await form_of(visit)).get("role", "")
    if role not in ROLES:
        return await team_page(
            visit, refusal_of(InvalidRequest.at("role", "Choose one of the list."))
        )
    return await _change(visit, role=pb.User.Role.Value(role))


async def change_state(visit: Visit) -> Response:
    """Shuts somebody out, or lets somebody in again."""
    is_in = (await form_of(visit)).get("state", "") == "in"
    return await _change(visit, state=pb.User.ACTIVE if is_in else pb.User.DISABLED)


async def create_invitation(visit: Visit) -> Response:
    """Invites somebody, and shows the link, this once."""
    form = await form_of(visit)
    role = form.get("role", "")
    if role not in ROLES:
        problem = refusal_of(InvalidRequest.at("role", "Choose one of the list."))
        return await team_page(visit, problem, typed=form)
    request = invitations_pb.CreateInvitationRequest(
        parent=visit.site.tenant,
        invitation=invitations_pb.Invitation(
            email=form.get("email", "").strip(), role=pb.User.Role.Value(role)
        ),
        request_id=form.get("request_id", ""),
    )
    making = visit.services.invitations.CreateInvitation(request, metadata=visit.metadata)
    return await _show_link(visit, making, form)


async def renew_invitation(visit: Visit) -> Response:
    """Makes another link and shows it, this once."""
    request = invitations_pb.RenewInvitationRequest(name=_invitation_name(visit))
    renewing = visit.services.invitations.RenewInvitation(request, metadata=visit.metadata)
    return await _show_link(visit, renewing)


async def revoke_invitation(visit: Visit) -> Response:
    """Takes an invitation back."""
    request = invitations_pb.RevokeInvitationRequest(name=_invitation_name(visit))
    try:
        await visit.services.invitations.RevokeInvitation(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await team_page(visit, refused(error))
    return visit.go_to(TEAM)


async def _show_link(
    visit: Visit, doing: Awaitable[Invitation], typed: dict[str, str] | None = None
) -> Response:
    """On the page itself: it must stand in no address and in no history of who invites."""
    try:
        made = await doing
    except grpc.aio.AioRpcError as error:
        return await team_page(visit, refused(error), typed=typed)
    return await team_page(visit, made=made)


def _invitation_name(visit: Visit) -> str:
    return name_in_path(visit, "invitations", "invitation")


def refused(error: grpc.aio.AioRpcError) -> Problem:
    """Gives what to tell beside the forms; raises what is a failure."""
    problem = problem_of(error)
    return problem if problem.reason in _TOLD else refusal_of(error)


async def _change(visit: Visit, **to: Any) -> Response:
    request = pb.UpdateUserRequest(
        user=pb.User(name=name_in_path(visit, "users", "user"), **to),
        update_mask=FieldMask(paths=sorted(to)),
    )
    try:
        await visit.services.users.UpdateUser(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await team_page(visit, refused(error))
    return visit.go_to(TEAM)


async def team_page(
    visit: Visit,
    problem: Problem | None = None,
    made: Invitation | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    """Shows who may log in, with what was wrong or what was made."""
    request = pb.ListUsersRequest(
        parent=visit.site.tenant,
        page_size=_SHOWN,
        page_token=visit.request.query_params.get("page", ""),
    )
    answer = await visit.services.users.ListUsers(request, metadata=visit.metadata)
    asked = invitations_pb.ListInvitationsRequest(parent=visit.site.tenant, page_size=_SHOWN)
    invited = await visit.services.invitations.ListInvitations(asked, metadata=visit.metadata)
    policy = await visit.services.second_factor_policies.GetSecondFactorPolicy(
        policy_pb.GetSecondFactorPolicyRequest(name=f"{visit.site.tenant}/secondFactorPolicy"),
        metadata=visit.metadata,
    )
    return visit.page(
        "team.html",
        status=problem.http_status if problem else 200,
        title="Team",
        users=answer.users,
        next_page=answer.next_page_token,
        **_WORDS,
        active=pb.User.ACTIVE,
        own=visit.caller.subject,
        is_second_factor_required=policy.requirement == policy.REQUIRED,
        may_decide=_may_decide(visit, answer.users),
        may_change=visit.caller.may("users.write"),
        zone=await visit.portal.zones.of(visit.site.tenant),
        problem=problem,
        invitations=invited.invitations,
        made=made,
        base_url=visit.base_url,
        typed=typed or {},
        request_id=new_request_id,
    )


def _may_decide(visit: Visit, users: Sequence[pb.User]) -> bool:
    """Owners do, and where there is none whoever may change people; tenancy decides by itself."""
    owners = [each.name for each in users if each.role == pb.User.OWNER]
    return visit.caller.may("users.write") and (not owners or visit.caller.subject in owners)
