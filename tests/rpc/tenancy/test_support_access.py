"""Staff look at a client's account: for a while, seen by the client, and ended in many ways."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

from google.protobuf.field_mask_pb2 import FieldMask

from services.kit.rpc.principal import PrincipalVerifier
from services.tenancy.domain.permission import OPERATOR_PERMISSIONS
from tests.rpc.tenancy.conftest import Metadata, Tenancy, refusal
from tests.support.mesh import mesh
from veneer.tenancy.v1 import audit_service_pb2
from veneer.tenancy.v1 import authentication_service_pb2 as auth_pb
from veneer.tenancy.v1 import support_access_service_pb2 as pb
from veneer.tenancy.v1 import support_staff_service_pb2 as staff_pb
from veneer.tenancy.v1 import user_service_pb2 as users_pb

OPERATOR = "northgate"
NOTHING = pb.SupportPolicy.NOTHING


async def _staff(tenancy: Tenancy) -> str:
    name = await tenancy.a_user(OPERATOR, f"kim-{secrets.token_hex(4)}@northgate.example")
    return str(name)


def _as(tenancy: Tenancy, staff: str) -> Metadata:
    return mesh().operator(tenancy.clock, OPERATOR, OPERATOR_PERMISSIONS, subject=staff)


async def _given(tenancy: Tenancy, tenant_id: str, staff: str, **fields: Any) -> Any:
    request = staff_pb.CreateSupportAccessRequest(
        parent=f"tenants/{tenant_id}",
        support_access=pb.SupportAccess(**{"reason": "Calls do not start", **fields}),
    )
    return await tenancy.support_staff.CreateSupportAccess(request, metadata=_as(tenancy, staff))


def _token(given: Any) -> str:
    return str(parse_qs(urlsplit(given.link).query)["token"][0])


async def _come_in(tenancy: Tenancy, tenant_id: str, token: str) -> Any:
    request = auth_pb.AuthenticateSupportRequest(tenant=f"tenants/{tenant_id}", token=token)
    return await tenancy.doors.AuthenticateSupport(request)


async def _looking(tenancy: Tenancy, staff: str = "") -> tuple[str, str, Any]:
    """Gives a client, who looks at it, and what they came in with."""
    tenant_id, staff = await tenancy.a_client(), staff or await _staff(tenancy)
    given = await _given(tenancy, tenant_id, staff)
    return tenant_id, staff, await _come_in(tenancy, tenant_id, _token(given))


async def _renewed(tenancy: Tenancy, staff: str, let_in: Any) -> Any:
    request = auth_pb.RenewPrincipalRequest(user=staff, support_access=let_in.support_access)
    return await tenancy.doors.RenewPrincipal(request)


async def _listed(tenancy: Tenancy, tenant_id: str, by: Metadata) -> list[Any]:
    request = pb.ListSupportAccessesRequest(parent=f"tenants/{tenant_id}")
    answer = await tenancy.support_accesses.ListSupportAccesses(request, metadata=by)
    return list(answer.support_accesses)


async def _set_policy(tenancy: Tenancy, tenant_id: str, permission: Any, by: Metadata) -> Any:
    policy = pb.SupportPolicy(name=f"tenants/{tenant_id}/supportPolicy", permission=permission)
    request = pb.UpdateSupportPolicyRequest(
        support_policy=policy, update_mask=FieldMask(paths=["permission"])
    )
    return await tenancy.support_accesses.UpdateSupportPolicy(request, metadata=by)


async def test_staff_come_in_once_as_somebody_who_looks(tenancy: Tenancy) -> None:
    """At that client alone, with nothing that changes anything, for no longer than was given."""
    tenant_id, staff = await tenancy.a_client(), await _staff(tenancy)
    other = await tenancy.a_client()
    given = await _given(tenancy, tenant_id, staff)
    token = _token(given)

    elsewhere = await refusal(_come_in(tenancy, other, token))
    let_in = await _come_in(tenancy, tenant_id, token)
    again = await refusal(_come_in(tenancy, tenant_id, token))
    verifier = PrincipalVerifier.from_file(mesh().public_key, tenancy.clock)
    principal = verifier.verify(let_in.principal.token)

    assert (principal.tenant_id, principal.audience, principal.subject) == (
        tenant_id,
        "client",
        staff,
    )
    assert {each.rpartition(".")[2] for each in principal.permissions} == {"read"}
    assert not principal.permissions & {"recordings.read", "cancellation.read"}
    assert let_in.expire_time == given.support_access.expire_time
    assert (elsewhere, again) == ("LINK_INVALID", "LINK_INVALID")


async def test_a_link_that_nobody_follows_is_soon_over(tenancy: Tenancy) -> None:
    """Two minutes; another one is had at once."""
    tenant_id, staff = await tenancy.a_client(), await _staff(tenancy)
    late = _token(await _given(tenancy, tenant_id, staff))
    tenancy.clock.advance(minutes=2)

    assert await refusal(_come_in(tenancy, tenant_id, late)) == "LINK_INVALID"
    assert await _come_in(tenancy, tenant_id, _token(await _given(tenancy, tenant_id, staff)))


async def test_the_client_sees_each_look_and_its_log_has_it(tenancy: Tenancy) -> None:
    """Without the name of who looked, which the operator is told."""
    tenant_id, _, let_in = await _looking(tenancy)
    name = let_in.support_access

    (seen,) = await _listed(tenancy, tenant_id, tenancy.client(tenant_id))
    (told,) = await _listed(tenancy, tenant_id, tenancy.operator)
    log = await tenancy.audit.ListAuditEntries(
        audit_service_pb2.ListAuditEntriesRequest(parent=f"tenants/{tenant_id}"),
        metadata=tenancy.client(tenant_id),
    )
    noted = {each.action: each for each in log.audit_entries if each.resource == name}

    assert (seen.reason, seen.state) == ("Calls do not start", pb.SupportAccess.OPEN)
    assert (seen.staff_display_name, seen.HasField("begin_time")) == ("", True)
    assert told.staff_display_name.startswith("kim-")
    assert set(noted) == {"supportAccesses.create", "supportAccesses.begin"}
    assert {each.actor for each in noted.values()} == {"provider"}


async def test_each_of_those_who_may_ends_it(tenancy: Tenancy) -> None:
    """The client, its provider, and who looks; the time does it too."""
    for end in ("client", "operator", "staff", "time"):
        tenant_id, staff, let_in = await _looking(tenancy)
        assert (await _renewed(tenancy, staff, let_in)).principal.tenant == f"tenants/{tenant_id}"
        request = pb.EndSupportAccessRequest(name=let_in.support_access)
        match end:
            case "client":
                by = tenancy.client(tenant_id)
                await tenancy.support_accesses.EndSupportAccess(request, metadata=by)
            case "operator":
                by = tenancy.operator
                await tenancy.support_accesses.EndSupportAccess(request, metadata=by)
            case "staff":
                leave = auth_pb.LeaveSupportRequest(name=let_in.support_access)
                await tenancy.doors.LeaveSupport(leave)
            case _:
                tenancy.clock.advance(hours=1)

        assert await refusal(_renewed(tenancy, staff, let_in)) == "CREDENTIALS_INVALID"
        (left,) = await _listed(tenancy, tenant_id, tenancy.client(tenant_id))
        is_ended = left.state == pb.SupportAccess.ENDED
        assert is_ended is (end != "time")


async def test_who_leaves_the_staff_looks_no_more(tenancy: Tenancy) -> None:
    """At the next renewal, that is within a minute."""
    _, staff, let_in = await _looking(tenancy)
    user = users_pb.User(name=staff, state=users_pb.User.DISABLED)
    request = users_pb.UpdateUserRequest(user=user, update_mask=FieldMask(paths=["state"]))
    await tenancy.users.UpdateUser(request, metadata=tenancy.operator)

    assert await refusal(_renewed(tenancy, staff, let_in)) == "CREDENTIALS_INVALID"


async def test_a_client_forbids_it_and_nobody_else_allows_it_again(tenancy: Tenancy) -> None:
    """What is open then ends."""
    tenant_id, staff, let_in = await _looking(tenancy)

    await _set_policy(tenancy, tenant_id, NOTHING, tenancy.client(tenant_id))
    new = await refusal(_given(tenancy, tenant_id, staff))
    forced = await refusal(_set_policy(tenancy, tenant_id, pb.SupportPolicy.LOOK, tenancy.operator))

    assert await refusal(_renewed(tenancy, staff, let_in)) == "CREDENTIALS_INVALID"
    assert (new, forced) == ("SUPPORT_NOT_ALLOWED", "NOT_OWN_TENANT")


async def test_no_program_looks_and_nobody_without_a_reason(tenancy: Tenancy) -> None:
    """Nor for longer than eight hours, nor at the operator itself."""
    tenant_id, staff = await tenancy.a_client(), await _staff(tenancy)
    long = pb.SupportAccess(reason="A question")
    long.ttl.FromSeconds(8 * 3600 + 1)

    program = _given(tenancy, tenant_id, f"tenants/{OPERATOR}/apiKeys/k1")
    assert await refusal(program) == "SUPPORT_NOT_ALLOWED"
    assert await refusal(_given(tenancy, tenant_id, staff, reason=" ")) == "INVALID_REQUEST"
    assert await refusal(_given(tenancy, tenant_id, staff, ttl=long.ttl)) == "INVALID_REQUEST"
    assert await refusal(_given(tenancy, OPERATOR, staff)) == "RESOURCE_NOT_FOUND"


async def test_the_clients_leaders_are_told_by_mail(tenancy: Tenancy) -> None:
    """With what it is for, and where it is ended."""
    tenant_id = await tenancy.a_client()
    await tenancy.a_user(tenant_id, "ann@sunny.example")
    given = await _given(tenancy, tenant_id, await _staff(tenancy))
    access_id = given.support_access.name.rpartition("/")[2]
    async with tenancy.db.read(tenant_id) as store:
        notice = await store.notices.find(tenant_id, f"support-access.{access_id}")

    assert notice is not None
    assert "ann@sunny.example" in [mail.recipient for mail in notice.mails]
    assert "Calls do not start" in notice.text.text
    assert f"https://{tenant_id}.dialer.example/support-access" in notice.text.text
