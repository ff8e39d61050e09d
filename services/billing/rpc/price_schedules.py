"""PriceScheduleService: what a client pays, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.domain import price_words
from services.billing.domain.plans import PlanKey
from services.billing.rpc.names import PlanVersionName
from services.billing.usecases import Desk
from services.kit.aip.resource_name import tenant_id_of
from veneer.billing.v1 import price_schedule_service_pb2 as pb
from veneer.billing.v1 import price_schedule_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class PriceScheduleService(rpc.PriceScheduleServiceServicer):
    """veneer.billing.v1.PriceScheduleService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetPriceSchedule(
        self, request: pb.GetPriceScheduleRequest, context: Context
    ) -> pb.PriceSchedule:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        lines = await self._of_books(tenant_id)
        if not lines and request.plan_version:
            name = PlanVersionName.parse(request.plan_version, "plan_version")
            lines = await self._of_plan(PlanKey.parse(name.plan_version))
        return pb.PriceSchedule(
            lines=[pb.PriceSchedule.Line(item=item, price=price) for item, price in lines]
        )

    async def _of_books(self, tenant_id: str) -> list[tuple[str, str]]:
        async with self._desk.db.read(tenant_id) as store:
            books = await store.price_books.all_of(tenant_id)
        if not books:
            return []
        today = self._desk.clock.now().date()
        book = next((each for each in books if each.effective_date <= today), books[-1])
        return price_words.schedule(book.prices, book.currency_code)

    async def _of_plan(self, key: PlanKey | None) -> list[tuple[str, str]]:
        if key is None:
            return []
        async with self._desk.db.operator_read() as store:
            version = await store.plans.find(key)
        return price_words.schedule(version.prices, version.currency_code) if version else []
