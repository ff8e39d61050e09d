"""SingleSignOnService: tenants' own OpenID providers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from services.kit.aip.field_mask import changed_paths, merged
from services.kit.aip.resource_name import possible_tenant_id
from services.kit.changes import Change
from services.kit.db.transaction import Database
from services.kit.errors import InvalidRequest, NotFound
from services.kit.secret_box import SecretBox
from services.tenancy.domain import audit_facts
from services.tenancy.domain.single_sign_on import (
    SECRET_LENGTH_MAX,
    SingleSignOn,
    checked,
    secret_place,
)
from services.tenancy.rpc.names import SingleSignOnName
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.note_change import note_change
from veneer.tenancy.v1 import single_sign_on_service_pb2 as pb
from veneer.tenancy.v1 import single_sign_on_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class SingleSignOnService(rpc.SingleSignOnServiceServicer):
    """veneer.tenancy.v1.SingleSignOnService."""

    def __init__(self, db: Database[TenancyStore], box: SecretBox) -> None:
        self._db, self._box = db, box

    async def GetSingleSignOn(
        self, request: pb.GetSingleSignOnRequest, context: Context
    ) -> pb.SingleSignOn:
        tenant_id = possible_tenant_id(SingleSignOnName.parse(request.name).tenant, request.name)
        async with self._db.read(tenant_id) as store:
            if await store.tenants.find(tenant_id) is None:
                raise NotFound(resource=request.name)
            return _to_wire(await store.single_sign_ons.find(tenant_id))

    async def UpdateSingleSignOn(
        self, request: pb.UpdateSingleSignOnRequest, context: Context
    ) -> pb.SingleSignOn:
        patch = request.single_sign_on
        name = SingleSignOnName.parse(patch.name, "single_sign_on.name")
        tenant_id = possible_tenant_id(name.tenant, patch.name)
        async with self._db.transaction(tenant_id) as store:
            if await store.tenants.find(tenant_id) is None:
                raise NotFound(resource=patch.name)
            before = await store.single_sign_ons.find(tenant_id, for_update=True)
            asked = merged(request.update_mask, patch, _to_wire(before))
            after = checked(
                replace(
                    before,
                    is_enabled=asked.state == pb.SingleSignOn.ENABLED,
                    issuer=asked.issuer.strip(),
                    client_id=asked.client_id.strip(),
                )
            )
            if "client_secret" in changed_paths(request.update_mask, patch):
                after = self._with_secret(after, patch.client_secret)
            await store.single_sign_ons.save(after)
            facts = audit_facts.of_single_sign_on
            change = Change(
                tenant_id, "singleSignOns.update", after.name, facts(before), facts(after)
            )
            await note_change(store, change)
        return _to_wire(after)

    def _with_secret(self, provider: SingleSignOn, secret: str) -> SingleSignOn:
        if len(secret) > SECRET_LENGTH_MAX or not secret.isprintable():
            raise InvalidRequest.at(
                "single_sign_on.client_secret",
                f"Must have at most {SECRET_LENGTH_MAX} characters.",
            )
        place = secret_place(provider.tenant_id)
        return replace(provider, client_secret=self._box.seal(secret, place) if secret else None)


def _to_wire(provider: SingleSignOn) -> pb.SingleSignOn:
    state = pb.SingleSignOn.ENABLED if provider.is_enabled else pb.SingleSignOn.DISABLED
    return pb.SingleSignOn(
        name=provider.name,
        state=state,
        issuer=provider.issuer,
        client_id=provider.client_id,
        has_client_secret=provider.client_secret is not None,
    )
