"""Scripted price notices: those that a test has put into the world."""

from __future__ import annotations

from typing import Any

from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

from services.kit.errors import NotFound
from tests.support.gateway.world import World
from veneer.billing.v1 import price_book_service_pb2, price_pb2
from veneer.billing.v1 import price_notice_service_pb2 as pb
from veneer.billing.v1 import price_notice_service_pb2_grpc as rpc


def a_notice(tenant: str) -> pb.PriceNotice:
    """Gives a notice of numbers that become dearer on February 1."""

    def price(number: str) -> price_book_service_pb2.PriceBook.Price:
        return price_book_service_pb2.PriceBook.Price(
            item=price_pb2.DIDS, unit_price=Decimal(value=number)
        )

    return pb.PriceNotice(
        name=f"{tenant}/priceNotices/2026-02-01",
        effective_date=Date(year=2026, month=2, day=1),
        old_currency_code="USD",
        old_prices=[price("1")],
        new_currency_code="USD",
        new_prices=[price("1.5")],
    )


class PriceNotices(rpc.PriceNoticeServiceServicer):
    """At most one notice a tenant."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListPriceNotices(self, request: Any, context: Any) -> Any:
        self._world.hear("ListPriceNotices")
        found = self._world.price_notices.get(request.parent)
        return pb.ListPriceNoticesResponse(price_notices=[found] if found else [])

    async def GetPriceNotice(self, request: Any, context: Any) -> Any:
        self._world.hear("GetPriceNotice")
        return self._found(request.name)

    async def AcknowledgePriceNotice(self, request: Any, context: Any) -> Any:
        self._world.hear("AcknowledgePriceNotice")
        notice = self._found(request.name)
        notice.acknowledge_time.FromDatetime(self._world.clock.now())
        return notice

    def _found(self, name: str) -> pb.PriceNotice:
        notice: pb.PriceNotice | None = self._world.price_notices.get(name.partition("/price")[0])
        if notice is None or notice.name != name:
            raise NotFound(resource=name)
        return notice
