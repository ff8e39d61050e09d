"""AgreementService: a client's agreement, and its acceptance."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.kit.rpc.principal import current_principal
from services.tenancy.domain.agreement import Signature, Way
from services.tenancy.partners.prices import Prices
from services.tenancy.rpc import wire_agreements as wire
from services.tenancy.rpc.names import AgreementAcceptanceName, AgreementName
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.agreements.accepting import accept
from services.tenancy.usecases.agreements.showing import offer_to, parties_of
from veneer.tenancy.v1 import agreement_service_pb2 as pb
from veneer.tenancy.v1 import agreement_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

# Beyond it nobody reads on.
_ADDRESS_LENGTH_MAX = 100
_DEVICE_LENGTH_MAX = 400


class AgreementService(rpc.AgreementServiceServicer):
    """veneer.tenancy.v1.AgreementService; sets `wake` when a run may go on."""

    def __init__(self, db: Database[TenancyStore], prices: Prices, wake: asyncio.Event) -> None:
        self._db, self._prices, self._wake = db, prices, wake

    async def GetAgreement(self, request: pb.GetAgreementRequest, context: Context) -> pb.Agreement:
        tenant_id = possible_tenant_id(AgreementName.parse(request.name).tenant)
        parties = await parties_of(self._db, tenant_id)
        if parties.accepted is not None:
            return wire.accepted_agreement(parties.accepted)
        lines = await self._prices.schedule(tenant_id, parties.plan_version)
        return wire.agreement(parties.offer(lines))

    async def AcceptAgreement(
        self, request: pb.AcceptAgreementRequest, context: Context
    ) -> pb.AgreementAcceptance:
        tenant_id = possible_tenant_id(AgreementName.parse(request.name).tenant)
        offer = await offer_to(self._db, self._prices, tenant_id)
        signature = Signature(
            way=Way.ELECTRONIC,
            signer_name=request.signer_name.strip(),
            signer_id=_user_of(tenant_id),
            network_address=request.network_address[:_ADDRESS_LENGTH_MAX],
            device=request.device[:_DEVICE_LENGTH_MAX],
        )
        accepted = await accept(self._db, offer, request.text_hash, signature)
        self._wake.set()
        return wire.acceptance(accepted)

    async def ListAgreementAcceptances(
        self, request: pb.ListAgreementAcceptancesRequest, context: Context
    ) -> pb.ListAgreementAcceptancesResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = page_token.decode_place(request)
        async with self._db.read(tenant_id) as store:
            tenant = await store.tenants.find(tenant_id)
            if tenant is None:
                raise NotFound(resource=request.parent)
            page = await store.agreements.list_before(tenant, before, size + 1)
        token = ""
        if len(page) > size:
            last = page[size - 1]
            token = page_token.encode_place(request, last.accept_time, last.acceptance_id)
        found = [wire.acceptance(each, with_text=False) for each in page[:size]]
        return pb.ListAgreementAcceptancesResponse(
            agreement_acceptances=found, next_page_token=token
        )

    async def GetAgreementAcceptance(
        self, request: pb.GetAgreementAcceptanceRequest, context: Context
    ) -> pb.AgreementAcceptance:
        name = AgreementAcceptanceName.parse(request.name)
        tenant_id = possible_tenant_id(name.tenant, request.name)
        async with self._db.read(tenant_id) as store:
            found = await store.agreements.get(tenant_id, name.agreement_acceptance)
        return wire.acceptance(found)


def _user_of(tenant_id: str) -> str:
    """Gives the id of the client's user who asks; empty for a program, and for anybody else."""
    principal = current_principal()
    assert principal is not None, "the access rule admits principals only"
    users, _, user_id = principal.subject.rpartition("/")
    return user_id if users == f"tenants/{tenant_id}/users" else ""
