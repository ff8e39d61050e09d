"""HostNameService: clients' own host names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.tenancy.domain.own_host_name import OwnHostName
from services.tenancy.rpc.names import HostNameName
from services.tenancy.rpc.wire import timestamp
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.host_names.asking import ask_for, check_now, remove
from veneer.tenancy.v1 import host_name_service_pb2 as pb
from veneer.tenancy.v1 import host_name_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_METHOD = "CreateHostName"


@dataclass(frozen=True, slots=True)
class HostTerms:
    """The operator's own domains, and where clients' own host names are to lead."""

    own_domains: Sequence[str] = ()
    target_name: str = ""


class HostNameService(rpc.HostNameServiceServicer):
    """veneer.tenancy.v1.HostNameService; sets `wake` when there is something to look at."""

    def __init__(self, db: Database[TenancyStore], terms: HostTerms, wake: asyncio.Event) -> None:
        self._db, self._terms, self._wake = db, terms, wake

    async def ListHostNames(
        self, request: pb.ListHostNamesRequest, context: Context
    ) -> pb.ListHostNamesResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = page_token.decode_place(request)
        async with self._db.read(tenant_id) as store:
            page = await store.own_host_names.list_before(tenant_id, before, size + 1)
        token = ""
        if len(page) > size:
            last = page[size - 1]
            token = page_token.encode_place(request, last.create_time, last.host_name_id)
        return pb.ListHostNamesResponse(
            host_names=map(self._told, page[:size]), next_page_token=token
        )

    async def GetHostName(self, request: pb.GetHostNameRequest, context: Context) -> pb.HostName:
        tenant_id, host_name_id = _ids(request.name)
        async with self._db.read(tenant_id) as store:
            return self._told(await store.own_host_names.get(tenant_id, host_name_id))

    async def CreateHostName(
        self, request: pb.CreateHostNameRequest, context: Context
    ) -> pb.HostName:
        tenant_id = tenant_id_of(request.parent, "parent")
        # In the operator's role, because its own names are nobody else's.
        async with self._db.operator_transaction() as store:
            key = (tenant_id, _METHOD, request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.HostName.FromString(answered)
            made = await ask_for(
                store, tenant_id, request.host_name.domain_name, self._terms.own_domains
            )
            answer = self._told(made)
            await store.requests.remember(*key, answer.SerializeToString())
        self._wake.set()
        return answer

    async def CheckHostName(
        self, request: pb.CheckHostNameRequest, context: Context
    ) -> pb.HostName:
        tenant_id, host_name_id = _ids(request.name)
        async with self._db.transaction(tenant_id) as store:
            found = await check_now(store, tenant_id, host_name_id)
        self._wake.set()
        return self._told(found)

    async def RemoveHostName(
        self, request: pb.RemoveHostNameRequest, context: Context
    ) -> pb.HostName:
        tenant_id, host_name_id = _ids(request.name)
        async with self._db.transaction(tenant_id) as store:
            return self._told(await remove(store, tenant_id, host_name_id))

    def _told(self, value: OwnHostName) -> pb.HostName:
        kind = pb.HostName
        return kind(
            name=value.name,
            domain_name=value.host,
            state=kind.State.Value(value.state),
            proof_record=value.proof_record,
            proof_value=value.proof_value,
            target_name=self._terms.target_name,
            finding=kind.Finding.Value(value.finding or "FINDING_UNSPECIFIED"),
            look_time=timestamp(value.look_time) if value.look_time else None,
            failure=kind.Failure.Value(value.failure or "FAILURE_UNSPECIFIED"),
            create_time=timestamp(value.create_time),
            expire_time=timestamp(value.expire_time),
            end_time=timestamp(value.end_time) if value.end_time else None,
        )


def _ids(name: str) -> tuple[str, str]:
    parsed = HostNameName.parse(name)
    return possible_tenant_id(parsed.tenant, name), parsed.host_name
