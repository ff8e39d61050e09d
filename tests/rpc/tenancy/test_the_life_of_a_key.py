"""A key ends when it is to, is replaced without a pause, and says when it was used last."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from services.kit.rpc.errors import from_rpc_error
from services.kit.rpc.principal import PrincipalVerifier
from services.tenancy.domain.permission import CLIENT_PERMISSIONS
from tests.rpc.tenancy.conftest import Tenancy
from tests.support.mesh import mesh
from veneer.tenancy.v1 import api_key_service_pb2 as pb
from veneer.tenancy.v1 import authentication_service_pb2 as doors
from veneer.tenancy.v1.api_key_service_pb2 import ApiKey


async def _made(tenancy: Tenancy, tenant_id: str, life: timedelta | None = None, **key: Any) -> Any:
    asked = ApiKey(**{"display_name": "CRM", "permissions": ["calls.read"], **key})
    if life is not None:
        asked.expire_time.CopyFrom(_at(tenancy.clock.now() + life))
    request = pb.CreateApiKeyRequest(parent=f"tenants/{tenant_id}", api_key=asked)
    return await tenancy.api_keys.CreateApiKey(request, metadata=tenancy.client(tenant_id))


async def _listed(tenancy: Tenancy, tenant_id: str) -> dict[str, ApiKey]:
    request = pb.ListApiKeysRequest(parent=f"tenants/{tenant_id}")
    answer = await tenancy.api_keys.ListApiKeys(request, metadata=tenancy.client(tenant_id))
    return {key.name: key for key in answer.api_keys}


async def _enter(tenancy: Tenancy, key: ApiKey) -> Any:
    return await tenancy.doors.AuthenticateApiKey(
        doors.AuthenticateApiKeyRequest(secret=key.secret)
    )


async def _reason(call: Any) -> str:
    with pytest.raises(Exception) as caught:
        await call
    return str(from_rpc_error(caught.value).reason)  # type: ignore[arg-type]


def _at(instant: datetime) -> Timestamp:
    wire = Timestamp()
    wire.FromDatetime(instant.astimezone(UTC))
    return wire


async def test_a_key_and_what_it_was_exchanged_for_end_together(tenancy: Tenancy) -> None:
    """Ten seconds before, the principal has ten seconds left; then there is none."""
    tenant_id = await tenancy.a_client()
    key = await _made(tenancy, tenant_id, timedelta(hours=1))
    tenancy.clock.advance(minutes=59, seconds=50)

    principal = (await _enter(tenancy, key)).principal

    verified = PrincipalVerifier.from_file(mesh().public_key, tenancy.clock)
    assert verified.verify(principal.token).expire_time == key.expire_time.ToDatetime(UTC)
    tenancy.clock.advance(seconds=10)
    assert await _reason(_enter(tenancy, key)) == "CREDENTIALS_INVALID"
    assert (await _listed(tenancy, tenant_id))[key.name].state == ApiKey.EXPIRED


async def test_where_a_key_may_be_used_is_told_to_the_door(tenancy: Tenancy) -> None:
    """Written in one way, each once."""
    tenant_id = await tenancy.a_client()
    typed = ["203.0.113.7", "2001:DB8:0::/32", " 203.0.113.7/32 "]
    key = await _made(tenancy, tenant_id, allowed_networks=typed)

    told = (await _enter(tenancy, key)).allowed_networks

    assert list(told) == list(key.allowed_networks) == ["203.0.113.7/32", "2001:db8::/32"]


@pytest.mark.parametrize(
    ("life", "key", "field"),
    [
        (timedelta(seconds=-1), {}, "api_key.expire_time"),
        (timedelta(days=4000), {}, "api_key.expire_time"),
        (None, {"allowed_networks": ["10.0.0.0/8", "10.0.0.1/8"]}, "api_key.allowed_networks[1]"),
        (None, {"allowed_networks": ["fe80::1%eth0"]}, "api_key.allowed_networks[0]"),
        (
            None,
            {"allowed_networks": [f"10.0.0.{n}" for n in range(21)]},
            "api_key.allowed_networks",
        ),
    ],
)
async def test_terms_that_cannot_be_are_refused(
    tenancy: Tenancy, life: timedelta | None, key: dict[str, Any], field: str
) -> None:
    """With the field that is wrong."""
    tenant_id = await tenancy.a_client()

    with pytest.raises(Exception) as caught:
        await _made(tenancy, tenant_id, life, **key)

    violations = from_rpc_error(caught.value).violations  # type: ignore[arg-type]
    assert [each.field for each in violations] == [field]


async def test_a_use_is_noted_once_a_minute(tenancy: Tenancy) -> None:
    """A busy key is not a write at every exchange."""
    tenant_id = await tenancy.a_client()
    key = await _made(tenancy, tenant_id)
    assert not (await _listed(tenancy, tenant_id))[key.name].HasField("last_use_time")

    first = tenancy.clock.now()
    noted = []
    for seconds in (0, 59, 1):
        tenancy.clock.advance(seconds=seconds)
        await _enter(tenancy, key)
        last_use = (await _listed(tenancy, tenant_id))[key.name].last_use_time
        noted.append(last_use.ToDatetime(UTC) - first)

    assert noted == [timedelta(), timedelta(), timedelta(minutes=1)]


async def test_a_key_is_replaced_while_both_are_good(tenancy: Tenancy) -> None:
    """The new one may what the old one may, from where it may, for as long."""
    tenant_id = await tenancy.a_client()
    old = await _made(tenancy, tenant_id, timedelta(days=90), allowed_networks=["203.0.113.0/24"])
    tenancy.clock.advance(days=80)
    request = pb.RotateApiKeyRequest(
        name=old.name, overlap=Duration(seconds=3600), request_id=str(uuid.uuid4())
    )

    new = await tenancy.api_keys.RotateApiKey(request, metadata=tenancy.client(tenant_id))
    again = await tenancy.api_keys.RotateApiKey(request, metadata=tenancy.client(tenant_id))

    assert (new.display_name, list(new.permissions)) == ("CRM", ["calls.read"])
    assert list(new.allowed_networks) == ["203.0.113.0/24"]
    assert new.expire_time == _at(tenancy.clock.now() + timedelta(days=90))
    assert (again.name, again.secret) == (new.name, "")
    for key in (old, new):
        await _enter(tenancy, key)
    tenancy.clock.advance(hours=1)
    assert await _reason(_enter(tenancy, old)) == "CREDENTIALS_INVALID"
    await _enter(tenancy, new)


async def test_a_replaced_key_never_lives_longer_than_it_would_have(tenancy: Tenancy) -> None:
    """An overlap is no prolongation."""
    tenant_id = await tenancy.a_client()
    old = await _made(tenancy, tenant_id, timedelta(hours=2))

    await tenancy.api_keys.RotateApiKey(
        pb.RotateApiKeyRequest(name=old.name), metadata=tenancy.client(tenant_id)
    )

    assert (await _listed(tenancy, tenant_id))[old.name].expire_time == old.expire_time


async def test_who_replaces_a_key_must_be_allowed_what_it_is(tenancy: Tenancy) -> None:
    """Else anybody who may make keys had the text of one that may everything."""
    tenant_id = await tenancy.a_client()
    old = await _made(tenancy, tenant_id, permissions=["calls.read", "users.write"])
    request = pb.RotateApiKeyRequest(name=old.name)
    less = mesh().client(tenancy.clock, tenant_id, CLIENT_PERMISSIONS - {"users.write"})

    refused = tenancy.api_keys.RotateApiKey(request, metadata=less)
    assert await _reason(refused) == "PERMISSION_NOT_HELD"

    await tenancy.api_keys.RevokeApiKey(
        pb.RevokeApiKeyRequest(name=old.name), metadata=tenancy.client(tenant_id)
    )
    ended = tenancy.api_keys.RotateApiKey(request, metadata=tenancy.client(tenant_id))
    assert await _reason(ended) == "API_KEY_ENDED"
