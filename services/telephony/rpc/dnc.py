"""DncService: numbers that a tenant does not call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.resource_name import tenant_id_of
from services.kit.db.transaction import Database
from services.kit.errors import InvalidRequest
from services.telephony.domain.leads.dnc import FILE_BYTES_MAX, numbers_in, numbers_of
from services.telephony.domain.leads.upload import UploadTooLarge
from services.telephony.rpc.pages import cursor_of, cut
from services.telephony.store import TelephonyStore
from services.telephony.usecases.client_desk import Asked
from services.telephony.usecases.keep_dnc import add_dnc_numbers, remove_dnc_numbers
from veneer.telephony.v1 import dnc_service_pb2 as pb
from veneer.telephony.v1 import dnc_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class DncService(rpc.DncServiceServicer):
    """veneer.telephony.v1.DncService; sets `wake` when the dialer is to be told."""

    def __init__(self, db: Database[TelephonyStore], wake: asyncio.Event) -> None:
        self._db, self._wake = db, wake

    async def ListDncNumbers(
        self, request: pb.ListDncNumbersRequest, context: Context
    ) -> pb.ListDncNumbersResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        after = cursor_of(request)
        async with self._db.read(tenant_id) as store:
            found = await store.dnc_numbers.list_after(tenant_id, after, size + 1)
        page, token = cut(request, found, size, str)
        numbers = [
            pb.DncNumber(name=f"{request.parent}/dncNumbers/{each}", phone_number=f"+{each}")
            for each in page
        ]
        return pb.ListDncNumbersResponse(dnc_numbers=numbers, next_page_token=token)

    async def CheckDncNumbers(
        self, request: pb.CheckDncNumbersRequest, context: Context
    ) -> pb.CheckDncNumbersResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        numbers = numbers_of(request.phone_numbers)
        async with self._db.read(tenant_id) as store:
            found = await store.dnc_numbers.among(tenant_id, numbers)
        return pb.CheckDncNumbersResponse(phone_numbers=[f"+{each}" for each in sorted(found)])

    async def AddDncNumbers(
        self, request: pb.AddDncNumbersRequest, context: Context
    ) -> pb.AddDncNumbersResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        numbers = numbers_of(request.phone_numbers)
        added = await add_dnc_numbers(self._db, tenant_id, numbers, Asked(tenant_id, request))
        self._wake.set()
        return pb.AddDncNumbersResponse(added_count=added)

    async def RemoveDncNumbers(
        self, request: pb.RemoveDncNumbersRequest, context: Context
    ) -> pb.RemoveDncNumbersResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        numbers = numbers_of(request.phone_numbers)
        removed = await remove_dnc_numbers(self._db, tenant_id, numbers, Asked(tenant_id, request))
        self._wake.set()
        return pb.RemoveDncNumbersResponse(removed_count=removed)

    async def ImportDncNumbers(
        self, request_iterator: AsyncIterator[pb.ImportDncNumbersRequest], context: Context
    ) -> pb.ImportDncNumbersResponse:
        first = await anext(aiter(request_iterator), None)
        if first is None or not first.parent:
            raise InvalidRequest.at("parent", "Must be told in the first message.")
        tenant_id = tenant_id_of(first.parent, "parent")
        file = bytearray(first.file.data)
        async for each in request_iterator:
            file += each.file.data
            if len(file) > FILE_BYTES_MAX:
                raise UploadTooLarge(f"A file has at most {FILE_BYTES_MAX} bytes: split it.")
        region = first.default_region or "US"
        numbers = await asyncio.to_thread(numbers_in, bytes(file), region)
        added = await add_dnc_numbers(self._db, tenant_id, numbers, None)
        self._wake.set()
        return pb.ImportDncNumbersResponse(read_count=len(numbers), added_count=added)
