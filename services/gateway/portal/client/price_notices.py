"""Notices of new prices, which a client acknowledges."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from services.gateway.portal.prices import PriceText, price_texts
from services.gateway.portal.visit import Visit
from services.kit.errors import NotFound
from veneer.billing.v1 import price_book_service_pb2 as books
from veneer.billing.v1 import price_notice_service_pb2 as pb

_SHOWN = 20
_ID = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class PriceChange:
    """One item's price before and after; None is no price."""

    item: str
    before: PriceText | None
    after: PriceText | None


async def open_notices(visit: Visit) -> Sequence[pb.PriceNotice]:
    """Gives the notices that nobody has acknowledged; none to who may not see them."""
    if not visit.caller.may("priceNotices.read"):
        return ()
    request = pb.ListPriceNoticesRequest(parent=visit.site.tenant, page_size=_SHOWN)
    answer = await visit.services.price_notices.ListPriceNotices(request, metadata=visit.metadata)
    return [each for each in answer.price_notices if not each.HasField("acknowledge_time")]


async def price_notice(visit: Visit) -> Response:
    """Shows what changes."""
    request = pb.GetPriceNoticeRequest(name=_name(visit))
    notice = await visit.services.price_notices.GetPriceNotice(request, metadata=visit.metadata)
    return visit.page(
        "client/price_notice.html",
        title="New prices",
        notice=notice,
        changes=_changes(notice),
        may_acknowledge=visit.caller.may("priceNotices.write"),
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


async def acknowledge_price_notice(visit: Visit) -> Response:
    """Says that it has been read, and shows it again."""
    name = _name(visit)
    request = pb.AcknowledgePriceNoticeRequest(name=name, request_id=str(uuid.uuid4()))
    await visit.services.price_notices.AcknowledgePriceNotice(request, metadata=visit.metadata)
    return visit.go_to(f"/prices/{name.rpartition('/')[2]}")


def _name(visit: Visit) -> str:
    notice_id = visit.request.path_params["price_notice"]
    if not _ID.match(notice_id):
        raise NotFound(resource=notice_id)
    return f"{visit.site.tenant}/priceNotices/{notice_id}"


def _changes(notice: pb.PriceNotice) -> list[PriceChange]:
    old = _texts(notice.old_prices, notice.old_currency_code)
    new = _texts(notice.new_prices, notice.new_currency_code)
    items = [*old, *(item for item in new if item not in old)]
    return [
        PriceChange(item, old.get(item), new.get(item))
        for item in items
        if old.get(item) != new.get(item)
    ]


def _texts(prices: Sequence[books.PriceBook.Price], currency_code: str) -> dict[str, PriceText]:
    book = books.PriceBook(prices=prices, currency_code=currency_code)
    return {text.item: text for text in price_texts(book)}
