"""The keys that clients' secrets are sealed with are replaced, and what is sealed follows."""

from __future__ import annotations

import base64

from services.kit.resealing import Resealer
from services.kit.secret_box import SecretBox
from services.tenancy.domain import second_factor, single_sign_on
from services.tenancy.usecases.seal_anew import seal_anew
from tests.rpc.tenancy.conftest import PASSWORD, Tenancy
from veneer.tenancy.v1 import authentication_service_pb2 as auth_pb
from veneer.tenancy.v1 import second_factor_service_pb2 as factor_pb
from veneer.tenancy.v1 import single_sign_on_service_pb2 as sso_pb

# The key of the service under test, and another one.
FIRST, SECOND = (
    f"k1:{base64.b64encode(bytes(range(32))).decode()}",
    f"k2:{base64.b64encode(bytes(32)).decode()}",
)


async def _a_client_with_a_provider(tenancy: Tenancy) -> str:
    tenant_id = await tenancy.a_client()
    name = f"tenants/{tenant_id}/singleSignOn"
    provider = sso_pb.SingleSignOn(
        name=name,
        state=sso_pb.SingleSignOn.ENABLED,
        issuer="https://login.example",
        client_id="us",
        client_secret="s3cret",
    )
    await tenancy.single_sign_ons.UpdateSingleSignOn(
        sso_pb.UpdateSingleSignOnRequest(single_sign_on=provider),
        metadata=tenancy.client(tenant_id),
    )
    return tenant_id


async def test_secrets_follow_the_key_and_stay_what_they_are(tenancy: Tenancy) -> None:
    """A provider's and an app's: under the new key alone after one look, and back again."""
    tenant_id = await _a_client_with_a_provider(tenancy)
    user = await tenancy.a_user(tenant_id)
    await tenancy.second_factors.BeginSecondFactor(
        factor_pb.BeginSecondFactorRequest(user=user, password=PASSWORD)
    )
    read = factor_pb.ReadSecondFactorRequest(user=user)
    secret = (await tenancy.second_factors.ReadSecondFactor(read)).secret

    forth = Resealer(tenancy.db, SecretBox.from_text(f"{SECOND}\n{FIRST}"), seal_anew)
    moved, left = await forth.look(), await forth.look()
    async with tenancy.db.operator_read() as store:
        user_id = user.rpartition("/")[2]
        factor = await store.second_factors.find(tenant_id, user_id)
        found = await store.single_sign_ons.find(tenant_id)
    await Resealer(tenancy.db, SecretBox.from_text(f"{FIRST}\n{SECOND}"), seal_anew).look()

    assert (moved >= 2, left) == (True, 0)
    assert factor is not None
    assert found.client_secret is not None
    alone = SecretBox.from_text(SECOND)
    assert alone.open(factor.secret, second_factor.secret_place(tenant_id, user_id)) == secret
    assert alone.open(found.client_secret, single_sign_on.secret_place(tenant_id)) == "s3cret"
    told = await tenancy.doors.ReadSingleSignOn(
        auth_pb.ReadSingleSignOnRequest(tenant=f"tenants/{tenant_id}")
    )
    assert told.client_secret == "s3cret"
    assert (await tenancy.second_factors.ReadSecondFactor(read)).secret == secret
