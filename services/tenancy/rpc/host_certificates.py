"""HostCertificateService: which certificates there should be, and which there are."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.db.transaction import Database
from services.kit.errors import InvalidRequest
from services.tenancy.domain.own_host_name import OwnHostName, State
from services.tenancy.rpc.names import HostCertificateName
from services.tenancy.rpc.wire import tenant_name
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.host_names.asking import report_certificate
from veneer.tenancy.v1 import host_certificate_service_pb2 as pb
from veneer.tenancy.v1 import host_certificate_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class HostCertificateService(rpc.HostCertificateServiceServicer):
    """veneer.tenancy.v1.HostCertificateService; sets `wake` when a host name can go on."""

    def __init__(self, db: Database[TenancyStore], wake: asyncio.Event) -> None:
        self._db, self._wake = db, wake

    async def ListHostCertificates(
        self, request: pb.ListHostCertificatesRequest, context: Context
    ) -> pb.ListHostCertificatesResponse:
        size = page_token.page_size(request, 500, 1000)
        cursor = page_token.decode(request)
        async with self._db.operator_read() as store:
            after = cursor[0] if cursor else ""
            page = await store.own_host_names.list_wanted_after(after, size + 1)
        token = ""
        if len(page) > size:
            token = page_token.encode(request, [page[size - 1].host_name_id])
        return pb.ListHostCertificatesResponse(
            host_certificates=map(_told, page[:size]), next_page_token=token
        )

    async def ReportHostCertificate(
        self, request: pb.ReportHostCertificateRequest, context: Context
    ) -> pb.HostCertificate:
        host_name_id = HostCertificateName.parse(request.name).host_certificate
        if request.state not in (pb.HostCertificate.ISSUED, pb.HostCertificate.REFUSED):
            raise InvalidRequest.at("state", "Must be ISSUED or REFUSED.")
        is_issued = request.state == pb.HostCertificate.ISSUED
        async with self._db.operator_transaction() as store:
            told = await report_certificate(store, host_name_id, is_issued, request.note)
        self._wake.set()
        return _told(told)


def _told(value: OwnHostName) -> pb.HostCertificate:
    state = pb.HostCertificate.NEEDED
    if value.state is State.FAILED:
        state = pb.HostCertificate.REFUSED
    elif value.certificate_time is not None:
        state = pb.HostCertificate.ISSUED
    return pb.HostCertificate(
        name=str(HostCertificateName(value.host_name_id)),
        domain_name=value.host,
        tenant=tenant_name(value.tenant_id),
        state=state,
        note=value.certificate_note,
    )
