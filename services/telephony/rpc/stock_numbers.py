"""StockNumberService: the numbers that clients can order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.empty_pb2 import Empty

from services.kit.aip import page_token
from services.kit.audit import facts_of_message
from services.kit.clock import Clock
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.telephony.domain.stock import StockNumber, numbers_without_plus, prefix_of
from services.telephony.rpc import wire
from services.telephony.rpc.names import CarrierName, StockNumberName
from services.telephony.rpc.pages import cursor_of, cut
from services.telephony.store import TelephonyStore
from services.telephony.usecases.keep_stock import add_to_stock, take_from_stock
from veneer.telephony.v1 import stock_number_service_pb2 as pb
from veneer.telephony.v1 import stock_number_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_NO_TENANT = ""


class StockNumberService(rpc.StockNumberServiceServicer):
    """veneer.telephony.v1.StockNumberService."""

    def __init__(self, db: Database[TelephonyStore], clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def ListStockNumbers(
        self, request: pb.ListStockNumbersRequest, context: Context
    ) -> pb.ListStockNumbersResponse:
        size = page_token.page_size(request, 50, 500)
        after, prefix = cursor_of(request), prefix_of(request.prefix)
        async with self._db.operator_read() as store:
            found = await store.stock_numbers.list_after(prefix, after, size + 1)
        page, token = cut(request, found, size, lambda each: each.number)
        return pb.ListStockNumbersResponse(
            stock_numbers=[self._told(each) for each in page], next_page_token=token
        )

    async def CreateStockNumbers(
        self, request: pb.CreateStockNumbersRequest, context: Context
    ) -> pb.CreateStockNumbersResponse:
        carrier_id = CarrierName.parse(request.carrier, "carrier").carrier
        numbers = numbers_without_plus(request.phone_numbers)
        async with self._db.operator_transaction() as store:
            key = (_NO_TENANT, "CreateStockNumbers", request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.CreateStockNumbersResponse.FromString(answered)
            created = await add_to_stock(store, numbers, carrier_id)
            answer = pb.CreateStockNumbersResponse(created_count=created)
            await store.changes.note_of_operator(
                "stockNumbers.create", request.carrier, after=facts_of_message(answer)
            )
            await store.requests.remember(*key, answer.SerializeToString())
        return answer

    async def DeleteStockNumber(
        self, request: pb.DeleteStockNumberRequest, context: Context
    ) -> Empty:
        number = StockNumberName.parse(request.name, "name").stock_number
        async with self._db.operator_transaction() as store:
            await take_from_stock(store, number)
            before = pb.StockNumber(phone_number=f"+{number}")
            await store.changes.note_of_operator(
                "stockNumbers.delete", request.name, before=facts_of_message(before)
            )
        return Empty()

    def _told(self, found: StockNumber) -> pb.StockNumber:
        state = found.state(self._clock.now().date())
        message = pb.StockNumber(
            name=f"stockNumbers/{found.number}",
            phone_number=f"+{found.number}",
            carrier=f"carriers/{found.carrier_id}",
            state=pb.StockNumber.State.Value(state.value),
            tenant=f"tenants/{found.tenant_id}" if found.tenant_id else "",
            create_time=wire.timestamp(found.create_time),
        )
        if state.value == "QUARANTINED" and found.available_date is not None:
            message.available_date.CopyFrom(wire.date_message(found.available_date))
        return message
