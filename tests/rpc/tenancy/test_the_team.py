"""A client's people are given other roles, and shut out."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from services.tenancy.domain.permission import Role, permissions_of
from tests.rpc.tenancy.conftest import PASSWORD, Metadata, Tenancy, reason_of
from tests.support.mesh import mesh
from veneer.tenancy.v1 import audit_service_pb2, authentication_service_pb2
from veneer.tenancy.v1.user_service_pb2 import UpdateUserRequest, User


async def change(tenancy: Tenancy, name: str, by: Metadata | None = None, **to: Any) -> User:
    """Changes a user, by its tenant's administrator if nobody else is named."""
    request = UpdateUserRequest(user=User(name=name, **to), update_mask=FieldMask(paths=sorted(to)))
    metadata = by or tenancy.client(name.split("/")[1])
    changed: User = await tenancy.users.UpdateUser(request, metadata=metadata)
    return changed


async def test_a_role_is_given_and_noted(tenancy: Tenancy) -> None:
    """The next principal of the user holds what the role allows, and the log says who did it."""
    tenant_id = await tenancy.a_client()
    await tenancy.a_user(tenant_id)
    bob = await tenancy.a_user(tenant_id, "bob@sunny.example")

    changed = await change(tenancy, bob, role=User.BILLING)

    assert (changed.role, changed.state, changed.email) == (
        User.BILLING,
        User.ACTIVE,
        "bob@sunny.example",
    )
    answer = await tenancy.log_in(tenant_id, "bob@sunny.example", PASSWORD)
    assert set(answer.principal.permissions) == permissions_of(Role.BILLING, of_operator=False)
    log = await tenancy.audit.ListAuditEntries(
        audit_service_pb2.ListAuditEntriesRequest(parent=f"tenants/{tenant_id}"),
        metadata=tenancy.client(tenant_id),
    )
    (entry,) = (each for each in log.audit_entries if each.action == "users.update")
    (difference,) = entry.differences
    assert (entry.resource, difference.before, difference.after) == (bob, "ADMIN", "BILLING")


async def test_who_is_shut_out_is_neither_let_in_nor_stays_in(tenancy: Tenancy) -> None:
    """Its principal is not renewed; let in again, the old password is good."""
    tenant_id = await tenancy.a_client()
    await tenancy.a_user(tenant_id)
    bob = await tenancy.a_user(tenant_id, "bob@sunny.example")
    renewal = authentication_service_pb2.RenewPrincipalRequest(user=bob)

    await change(tenancy, bob, state=User.DISABLED)

    for refused in (
        tenancy.log_in(tenant_id, "bob@sunny.example", PASSWORD),
        tenancy.doors.RenewPrincipal(renewal),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await refused
        assert reason_of(error.value) == "CREDENTIALS_INVALID"
    await change(tenancy, bob, state=User.ACTIVE)
    await tenancy.log_in(tenant_id, "bob@sunny.example", PASSWORD)


async def test_the_last_who_leads_stays(tenancy: Tenancy) -> None:
    """Not even the operator can leave a client without anybody."""
    tenant_id = await tenancy.a_client()
    ann = await tenancy.a_user(tenant_id)

    for by in (tenancy.client(tenant_id), tenancy.operator):
        for to in ({"role": User.VIEWER}, {"state": User.DISABLED}):
            with pytest.raises(grpc.aio.AioRpcError) as error:
                await change(tenancy, ann, by, **to)
            assert reason_of(error.value) == "LAST_OWNER"


async def test_nobody_is_made_or_changed_by_who_may_less(tenancy: Tenancy) -> None:
    """Nor an owner by an administrator."""
    tenant_id = await tenancy.a_client()
    ann = await tenancy.a_user(tenant_id)
    bob = await tenancy.a_user(tenant_id, "bob@sunny.example")
    weak = permissions_of(Role.BILLING, of_operator=False) | {"users.write"}
    clerk = mesh().client(tenancy.clock, tenant_id, weak)

    with pytest.raises(grpc.aio.AioRpcError) as error:
        await change(tenancy, bob, clerk, role=User.BILLING)
    assert reason_of(error.value) == "PERMISSION_NOT_HELD"

    await change(tenancy, ann, role=User.OWNER)
    for name, to in ((ann, {"display_name": "Anna"}), (bob, {"role": User.OWNER})):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await change(tenancy, name, **to)
        assert reason_of(error.value) == "OWNER_NEEDED"
    assert (await change(tenancy, bob, tenancy.operator, role=User.OWNER)).role == User.OWNER


async def test_what_a_user_logs_in_with_is_not_changed_so(tenancy: Tenancy) -> None:
    """Neither address nor password; and another client's people are not there."""
    ann = await tenancy.a_user(await tenancy.a_client())
    stranger = tenancy.client(await tenancy.a_client())

    for field in ("email", "password"):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await change(tenancy, ann, None, **{field: "new@sunny.example"})
        assert error.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await change(tenancy, ann, stranger, role=User.VIEWER)
    assert error.value.code() in (
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.PERMISSION_DENIED,
    )
