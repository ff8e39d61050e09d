"""AgreementVersionService: what clients are asked to accept, and which of them have."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.page_token import InvalidPageToken
from services.kit.aip.resource_name import possible_tenant_id
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.tenancy.domain.agreement import AgreementVersion, Signature, Way
from services.tenancy.partners.prices import Prices
from services.tenancy.rpc import wire_agreements as wire
from services.tenancy.rpc.names import AgreementName
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.agreements.accepting import keep
from services.tenancy.usecases.agreements.publishing import publish
from services.tenancy.usecases.agreements.showing import offer_to
from services.tenancy.usecases.create_tenant import operator_of
from veneer.tenancy.v1 import agreement_service_pb2
from veneer.tenancy.v1 import agreement_version_service_pb2 as pb
from veneer.tenancy.v1 import agreement_version_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_METHOD = "CreateAgreementVersion"


class AgreementVersionService(rpc.AgreementVersionServiceServicer):
    """veneer.tenancy.v1.AgreementVersionService; sets `wake` when a run may go on."""

    def __init__(self, db: Database[TenancyStore], prices: Prices, wake: asyncio.Event) -> None:
        self._db, self._prices, self._wake = db, prices, wake

    async def ListAgreementVersions(
        self, request: pb.ListAgreementVersionsRequest, context: Context
    ) -> pb.ListAgreementVersionsResponse:
        size = page_token.page_size(request, 50, 500)
        begin = _offset(page_token.decode(request))
        async with self._db.operator_read() as store:
            found = await store.agreements.versions(begin + size + 1)
        page = found[begin : begin + size]
        is_last = len(found) <= begin + size
        token = "" if is_last else page_token.encode(request, [str(begin + size)])
        return pb.ListAgreementVersionsResponse(
            agreement_versions=map(wire.version, page), next_page_token=token
        )

    async def CreateAgreementVersion(
        self, request: pb.CreateAgreementVersionRequest, context: Context
    ) -> pb.AgreementVersion:
        asked = request.agreement_version
        # As a browser sends it, a line ends in two characters.
        template = asked.template.replace("\r\n", "\n").strip() + "\n"
        version = AgreementVersion("", template, asked.note.strip())
        operator_id = (await operator_of(self._db)).tenant_id
        async with self._db.operator_transaction() as store:
            key = (operator_id, _METHOD, request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.AgreementVersion.FromString(answered)
            answer = wire.version(await publish(store, operator_id, version))
            await store.requests.remember(*key, answer.SerializeToString())
        return answer

    async def ListAgreementStandings(
        self, request: pb.ListAgreementStandingsRequest, context: Context
    ) -> pb.ListAgreementStandingsResponse:
        size = page_token.page_size(request, 50, 500)
        cursor = page_token.decode(request)
        async with self._db.operator_read() as store:
            found = await store.tenants.list_after(cursor[0] if cursor else "", size + 1)
            page = found[:size]
            last = await store.agreements.last_of_each(page)
            current = (await store.agreements.current()).version_id
        token = page_token.encode(request, [page[-1].tenant_id]) if len(found) > size else ""
        standings = [
            pb.AgreementStanding(
                tenant=f"tenants/{each.tenant_id}",
                display_name=each.display_name,
                acceptance=wire.acceptance(accepted, with_text=False) if accepted else None,
                is_current=accepted is not None and accepted.version_id == current,
            )
            for each in page
            if not each.is_operator
            for accepted in [last.get(each.tenant_id)]
        ]
        return pb.ListAgreementStandingsResponse(
            agreement_standings=standings, next_page_token=token
        )

    async def RecordPaperAcceptance(
        self, request: pb.RecordPaperAcceptanceRequest, context: Context
    ) -> agreement_service_pb2.AgreementAcceptance:
        tenant_id = possible_tenant_id(AgreementName.parse(request.name).tenant)
        signature = Signature(Way.PAPER, request.signer_name.strip(), request.note.strip())
        offer = await offer_to(self._db, self._prices, tenant_id)
        async with self._db.transaction(tenant_id) as store:
            accepted = await keep(store, offer, signature)
        self._wake.set()
        return wire.acceptance(accepted)


def _offset(cursor: list[str] | None) -> int:
    if cursor is None:
        return 0
    if not cursor or not cursor[0].isdecimal():
        raise InvalidPageToken
    return min(int(cursor[0]), 1_000_000)
