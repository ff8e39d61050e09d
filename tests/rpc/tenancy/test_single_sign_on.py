"""A tenant's provider is kept with its secret, and lets in who is on the team."""

from __future__ import annotations

from typing import Any

from google.protobuf.field_mask_pb2 import FieldMask

from tests.rpc.tenancy.conftest import Tenancy, refusal
from veneer.tenancy.v1 import audit_service_pb2 as audit_pb
from veneer.tenancy.v1 import authentication_service_pb2 as auth_pb
from veneer.tenancy.v1 import single_sign_on_service_pb2 as pb
from veneer.tenancy.v1 import user_service_pb2 as users_pb


async def _update(tenancy: Tenancy, tenant_id: str, *paths: str, **fields: Any) -> pb.SingleSignOn:
    asked = pb.SingleSignOn(name=f"tenants/{tenant_id}/singleSignOn", **fields)
    answer: pb.SingleSignOn = await tenancy.single_sign_ons.UpdateSingleSignOn(
        pb.UpdateSingleSignOnRequest(
            single_sign_on=asked, update_mask=FieldMask(paths=paths or list(fields))
        ),
        metadata=tenancy.client(tenant_id),
    )
    return answer


async def _turned_on(tenancy: Tenancy) -> str:
    tenant_id = await tenancy.a_client()
    await _update(
        tenancy,
        tenant_id,
        state=pb.SingleSignOn.ENABLED,
        issuer="https://login.example",
        client_id="us",
        client_secret="s3cret",
    )
    return tenant_id


async def _vouch(tenancy: Tenancy, tenant_id: str, email: str) -> Any:
    request = auth_pb.AuthenticateIdentityRequest(tenant=f"tenants/{tenant_id}", email=email)
    return await tenancy.doors.AuthenticateIdentity(request)


async def test_a_secret_goes_in_and_comes_out_for_a_log_in_alone(tenancy: Tenancy) -> None:
    """It stays when other things are changed, is in no log, and is gone when it is emptied."""
    tenant_id = await _turned_on(tenancy)
    read = auth_pb.ReadSingleSignOnRequest(tenant=f"tenants/{tenant_id}")

    changed = await _update(tenancy, tenant_id, client_id="you")
    told = await tenancy.doors.ReadSingleSignOn(read)
    emptied = await _update(tenancy, tenant_id, "client_secret")
    log = await tenancy.audit.ListAuditEntries(
        audit_pb.ListAuditEntriesRequest(parent=f"tenants/{tenant_id}"),
        metadata=tenancy.client(tenant_id),
    )

    assert (changed.has_client_secret, changed.client_secret) == (True, "")
    assert (told.issuer, told.client_id, told.client_secret) == (
        "https://login.example",
        "you",
        "s3cret",
    )
    assert not emptied.has_client_secret
    assert "s3cret" not in str(log)
    assert [each.action for each in log.audit_entries].count("singleSignOns.update") == 3


async def test_members_are_let_in_but_no_owner(tenancy: Tenancy) -> None:
    """Nor anybody while it is off."""
    tenant_id = await _turned_on(tenancy)
    await tenancy.a_user(tenant_id, "ann@sunny.example")
    owner = users_pb.User(
        email="boss@sunny.example", role=users_pb.User.OWNER, password="correct horse battery"
    )
    await tenancy.users.CreateUser(
        users_pb.CreateUserRequest(parent=f"tenants/{tenant_id}", user=owner),
        metadata=tenancy.operator,
    )

    let_in = await _vouch(tenancy, tenant_id, "Ann@Sunny.example")

    assert let_in.principal.tenant == f"tenants/{tenant_id}"
    for nobody in ("boss@sunny.example", "eve@sunny.example"):
        assert await refusal(_vouch(tenancy, tenant_id, nobody)) == "CREDENTIALS_INVALID"
    await _update(tenancy, tenant_id, state=pb.SingleSignOn.DISABLED)
    assert await refusal(_vouch(tenancy, tenant_id, "ann@sunny.example")) == "CREDENTIALS_INVALID"


async def test_half_a_provider_is_not_turned_on(tenancy: Tenancy) -> None:
    """The fields that are missing are named."""
    tenant_id = await tenancy.a_client()

    turning_on = _update(tenancy, tenant_id, state=pb.SingleSignOn.ENABLED)

    assert await refusal(turning_on) == "INVALID_REQUEST"
