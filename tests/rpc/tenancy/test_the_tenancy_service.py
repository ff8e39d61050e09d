"""tenancy as its callers meet it: by gRPC, through everything that stands before its methods."""

from __future__ import annotations

import uuid

import grpc
import pytest

from services.kit.rpc.principal import PrincipalVerifier
from services.tenancy.domain.permission import CLIENT_PERMISSIONS
from services.tenancy.usecases.bootstrap import operator_key
from tests.rpc.tenancy.conftest import PASSWORD, Tenancy, reason_of
from tests.support.builders.tenancy import an_id
from tests.support.mesh import mesh
from veneer.tenancy.v1 import (
    api_key_service_pb2,
    authentication_service_pb2,
    directory_service_pb2,
    profile_service_pb2,
    tenant_service_pb2,
    user_service_pb2,
)


async def test_a_client_is_signed_with_the_limits_of_its_tier(tenancy: Tenancy) -> None:
    """The seller is the operator; limits come from the tier unless they are given."""
    tenant_id = await tenancy.a_client()

    request = tenant_service_pb2.GetTenantRequest(name=f"tenants/{tenant_id}")
    tenant = await tenancy.tenants.GetTenant(request, metadata=tenancy.operator)

    assert tenant.parent == "tenants/northgate"
    assert (tenant.limits.max_concurrent_calls, tenant.limits.max_agents) == (20, 50)


async def test_signing_twice_with_one_request_id_signs_one_client(tenancy: Tenancy) -> None:
    """AIP-155: the answer may get lost, the client may not."""
    tenant_id = an_id()
    request = tenant_service_pb2.CreateTenantRequest(
        tenant=tenant_service_pb2.Tenant(
            display_name="Once", tier=tenant_service_pb2.Tenant.BRONZE, time_zone="UTC"
        ),
        tenant_id=tenant_id,
        request_id=str(uuid.uuid4()),
    )

    first = await tenancy.tenants.CreateTenant(request, metadata=tenancy.operator)
    again = await tenancy.tenants.CreateTenant(request, metadata=tenancy.operator)

    assert first == again


async def test_a_taken_id_is_refused(tenancy: Tenancy) -> None:
    """Without a request id it is another request."""
    tenant_id = await tenancy.a_client()
    request = tenant_service_pb2.CreateTenantRequest(
        tenant=tenant_service_pb2.Tenant(
            display_name="Twice", tier=tenant_service_pb2.Tenant.BRONZE, time_zone="UTC"
        ),
        tenant_id=tenant_id,
    )

    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await tenancy.tenants.CreateTenant(request, metadata=tenancy.operator)

    assert reason_of(refused.value) == "RESOURCE_ALREADY_EXISTS"


async def test_a_client_cannot_list_tenants(tenancy: Tenancy) -> None:
    """That there are others is the operator's business."""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await tenancy.tenants.ListTenants(
            tenant_service_pb2.ListTenantsRequest(), metadata=tenancy.client(an_id())
        )

    assert refused.value.code() == grpc.StatusCode.PERMISSION_DENIED


async def test_tenants_are_listed_page_by_page(tenancy: Tenancy) -> None:
    """Every tenant once, in order."""
    created = {f"tenants/{await tenancy.a_client()}" for _ in range(3)}
    names: list[str] = []
    token = ""
    while True:
        request = tenant_service_pb2.ListTenantsRequest(page_size=2, page_token=token)
        page = await tenancy.tenants.ListTenants(request, metadata=tenancy.operator)
        names += [tenant.name for tenant in page.tenants]
        token = page.next_page_token
        if not token:
            break

    assert created <= set(names)
    assert names == sorted(set(names))


async def test_a_profile_tells_the_sellers_brand_and_no_more(tenancy: Tenancy) -> None:
    """A client knows whom it buys from."""
    tenant_id = await tenancy.a_client()
    request = profile_service_pb2.GetProfileRequest(name=f"tenants/{tenant_id}/profile")

    profile = await tenancy.profiles.GetProfile(request, metadata=tenancy.client(tenant_id))

    assert (profile.display_name, profile.seller_display_name) == ("Sunny Side", "Northgate")


async def test_another_tenants_profile_answers_as_a_missing_one(tenancy: Tenancy) -> None:
    """Word for word, so that nobody can find out who else is there."""
    mine, other = await tenancy.a_client(), await tenancy.a_client()
    answers = []
    for name in (f"tenants/{other}/profile", "tenants/nobody-at-all/profile"):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await tenancy.profiles.GetProfile(
                profile_service_pb2.GetProfileRequest(name=name), metadata=tenancy.client(mine)
            )
        answers.append((refused.value.code(), refused.value.details(), reason_of(refused.value)))

    assert answers[0] == answers[1]
    assert answers[0][0] == grpc.StatusCode.NOT_FOUND


async def test_a_host_name_leads_to_its_tenant(tenancy: Tenancy) -> None:
    """Before anybody has logged in, the page has its brand."""
    tenant_id = await tenancy.a_client()
    request = authentication_service_pb2.ResolveHostRequest(host_name=f"{tenant_id}.dialer.example")

    found = await tenancy.doors.ResolveHost(request)

    assert (found.tenant, found.is_operator) == (f"tenants/{tenant_id}", False)


async def test_the_first_key_opens_the_operators_door(tenancy: Tenancy) -> None:
    """bootstrap prints it once."""
    request = authentication_service_pb2.AuthenticateApiKeyRequest(secret=tenancy.first_key)

    principal = (await tenancy.doors.AuthenticateApiKey(request)).principal

    assert principal.is_operator
    verified = PrincipalVerifier.from_file(mesh().public_key, tenancy.clock).verify(principal.token)
    assert verified.tenant_id == "northgate"


async def test_the_operator_gets_another_key_when_its_own_lacks_something(tenancy: Tenancy) -> None:
    """One that may do everything is given back as it is, so that a start makes no new one."""
    whole = await operator_key(tenancy.db, tenancy.clock, tenancy.first_key)
    fewer = await tenancy.api_keys.CreateApiKey(
        api_key_service_pb2.CreateApiKeyRequest(
            parent="tenants/northgate",
            api_key=api_key_service_pb2.ApiKey(display_name="Old", permissions=["tenants.read"]),
        ),
        metadata=tenancy.operator,
    )
    renewed = await operator_key(tenancy.db, tenancy.clock, fewer.secret)

    assert whole == tenancy.first_key
    assert renewed not in (whole, fewer.secret)
    assert await operator_key(tenancy.db, tenancy.clock, renewed) == renewed


async def test_a_revoked_key_opens_nothing(tenancy: Tenancy) -> None:
    """From the next exchange on."""
    tenant_id = await tenancy.a_client()
    created = await tenancy.api_keys.CreateApiKey(
        api_key_service_pb2.CreateApiKeyRequest(
            parent=f"tenants/{tenant_id}",
            api_key=api_key_service_pb2.ApiKey(display_name="CRM"),
        ),
        metadata=tenancy.client(tenant_id),
    )
    request = authentication_service_pb2.AuthenticateApiKeyRequest(secret=created.secret)
    await tenancy.doors.AuthenticateApiKey(request)

    await tenancy.api_keys.RevokeApiKey(
        api_key_service_pb2.RevokeApiKeyRequest(name=created.name),
        metadata=tenancy.client(tenant_id),
    )

    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await tenancy.doors.AuthenticateApiKey(request)
    assert reason_of(refused.value) == "CREDENTIALS_INVALID"


async def test_a_key_that_the_operator_makes_for_a_client_is_a_clients_key(
    tenancy: Tenancy,
) -> None:
    """The operator's own permissions do not leak into it."""
    tenant_id = await tenancy.a_client()

    created = await tenancy.api_keys.CreateApiKey(
        api_key_service_pb2.CreateApiKeyRequest(
            parent=f"tenants/{tenant_id}",
            api_key=api_key_service_pb2.ApiKey(display_name="CRM"),
        ),
        metadata=tenancy.operator,
    )

    assert set(created.permissions) == CLIENT_PERMISSIONS


async def test_a_secret_is_told_once(tenancy: Tenancy) -> None:
    """Neither a repeated request nor the list has it."""
    tenant_id = await tenancy.a_client()
    request = api_key_service_pb2.CreateApiKeyRequest(
        parent=f"tenants/{tenant_id}",
        api_key=api_key_service_pb2.ApiKey(display_name="CRM"),
        request_id=str(uuid.uuid4()),
    )

    first = await tenancy.api_keys.CreateApiKey(request, metadata=tenancy.client(tenant_id))
    again = await tenancy.api_keys.CreateApiKey(request, metadata=tenancy.client(tenant_id))
    listed = await tenancy.api_keys.ListApiKeys(
        api_key_service_pb2.ListApiKeysRequest(parent=f"tenants/{tenant_id}"),
        metadata=tenancy.client(tenant_id),
    )

    assert first.secret.startswith(first.prefix)
    assert (again.name, again.secret) == (first.name, "")
    assert [(key.name, key.secret) for key in listed.api_keys] == [(first.name, "")]


async def test_a_user_logs_in_and_stays_in(tenancy: Tenancy) -> None:
    """In whatever case the address is typed; renewed while the session lasts."""
    tenant_id = await tenancy.a_client()
    name = await tenancy.a_user(tenant_id)

    let_in = await tenancy.log_in(tenant_id, " Ann@Sunny.example ", PASSWORD)
    renewed = await tenancy.doors.RenewPrincipal(
        authentication_service_pb2.RenewPrincipalRequest(user=name)
    )

    assert (let_in.principal.subject, renewed.principal.subject) == (name, name)


async def test_a_user_of_one_tenant_is_nobody_at_another(tenancy: Tenancy) -> None:
    """Addresses are a tenant's own."""
    mine, other = await tenancy.a_client(), await tenancy.a_client()
    await tenancy.a_user(mine)

    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await tenancy.log_in(other, "ann@sunny.example", PASSWORD)

    assert reason_of(refused.value) == "CREDENTIALS_INVALID"


async def test_after_ten_wrong_passwords_the_right_one_has_to_wait(tenancy: Tenancy) -> None:
    """And then it is let in again, without anybody's help."""
    tenant_id = await tenancy.a_client()
    await tenancy.a_user(tenant_id)
    for _ in range(10):
        with pytest.raises(grpc.aio.AioRpcError):
            await tenancy.log_in(tenant_id, "ann@sunny.example", "wrong")

    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await tenancy.log_in(tenant_id, "ann@sunny.example", PASSWORD)
    tenancy.clock.advance(minutes=15)
    let_in = await tenancy.log_in(tenant_id, "ann@sunny.example", PASSWORD)

    assert reason_of(refused.value) == "TOO_MANY_ATTEMPTS"
    assert let_in.principal.token


async def test_the_directory_is_for_services_alone(tenancy: Tenancy) -> None:
    """billing may ask it; what comes through the gateway in somebody's name may not."""
    tenant_id = await tenancy.a_client()
    request = directory_service_pb2.GetEntryRequest(tenant=f"tenants/{tenant_id}")

    entry = await tenancy.directory.GetEntry(request)

    assert (entry.seller, entry.time_zone) == ("tenants/northgate", "America/New_York")


@pytest.mark.parametrize(
    ("email", "password", "reason"),
    [
        ("nobody", PASSWORD, "INVALID_REQUEST"),
        ("bob@sunny.example", "short", "PASSWORD_TOO_WEAK"),
    ],
)
async def test_a_bad_user_is_refused_with_the_reason(
    tenancy: Tenancy, email: str, password: str, reason: str
) -> None:
    """Each with what to do about it."""
    tenant_id = await tenancy.a_client()
    user = user_service_pb2.User(email=email, password=password, role=user_service_pb2.User.ADMIN)
    request = user_service_pb2.CreateUserRequest(parent=f"tenants/{tenant_id}", user=user)

    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await tenancy.users.CreateUser(request, metadata=tenancy.client(tenant_id))

    assert reason_of(refused.value) == reason
