"""PriceNoticeService and PriceNoticeRecordService: changes of prices, and the proof of notice."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from services.billing.domain.notices import Event, Terms
from services.billing.rpc import pages
from services.billing.rpc.names_of_terms import PriceNoticeName, PriceNoticeTermsName
from services.billing.rpc.wire import date_to_wire, timestamp
from services.billing.rpc.wire_prices import prices_to_wire
from services.billing.store.price_notices import Place
from services.billing.usecases import Desk, price_notices
from services.billing.usecases.once import Once
from services.billing.usecases.price_notices import Told
from services.kit.aip import page_token
from services.kit.aip.page_token import InvalidPageToken
from services.kit.aip.resource_name import tenant_id_of
from services.kit.errors import NotFound
from services.kit.rpc.access import current_peer
from services.kit.rpc.principal import Principal, current_principal
from veneer.billing.v1 import price_notice_record_service_pb2 as records
from veneer.billing.v1 import price_notice_record_service_pb2_grpc as record_rpc
from veneer.billing.v1 import price_notice_service_pb2 as pb
from veneer.billing.v1 import price_notice_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class PriceNoticeService(rpc.PriceNoticeServiceServicer):
    """veneer.billing.v1.PriceNoticeService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListPriceNotices(
        self, request: pb.ListPriceNoticesRequest, context: Context
    ) -> pb.ListPriceNoticesResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = pages.date_cursor(request)
        found = await price_notices.list_notices(self._desk, tenant_id, before, size + 1, acting())
        page, token = pages.cut(request, found, size, lambda each: each.notice.effective_date)
        return pb.ListPriceNoticesResponse(price_notices=map(_to_wire, page), next_page_token=token)

    async def GetPriceNotice(
        self, request: pb.GetPriceNoticeRequest, context: Context
    ) -> pb.PriceNotice:
        name = PriceNoticeName.parse(request.name)
        on = _day(name)
        return _to_wire(await price_notices.get_notice(self._desk, name.tenant, on, acting()))

    async def AcknowledgePriceNotice(
        self, request: pb.AcknowledgePriceNoticeRequest, context: Context
    ) -> pb.PriceNotice:
        name = PriceNoticeName.parse(request.name)
        action = "priceNotices.acknowledge"
        once = Once(name.tenant, request, _to_wire, pb.PriceNotice, action, is_clients=True)
        return await price_notices.acknowledge(self._desk, name.tenant, _day(name), acting(), once)


class PriceNoticeRecordService(record_rpc.PriceNoticeRecordServiceServicer):
    """veneer.billing.v1.PriceNoticeRecordService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListPriceNoticeEvents(
        self, request: records.ListPriceNoticeEventsRequest, context: Context
    ) -> records.ListPriceNoticeEventsResponse:
        name = PriceNoticeName.parse(request.parent, "parent")
        on = _day(name)
        size = page_token.page_size(request, 100, 500)
        place = _place(request)
        async with self._desk.db.read(name.tenant) as store:
            await price_notices.existing(store, name.tenant, on)
            found = await store.price_notices.events_behind(name.tenant, on, place, size + 1)
        token = _token(request, found[size - 1]) if len(found) > size else ""
        return records.ListPriceNoticeEventsResponse(
            events=map(_event_to_wire, found[:size]), next_page_token=token
        )

    async def GetPriceNoticeTerms(
        self, request: records.GetPriceNoticeTermsRequest, context: Context
    ) -> records.PriceNoticeTerms:
        tenant_id = PriceNoticeTermsName.parse(request.name).tenant
        await self._desk.directory.get(tenant_id)
        async with self._desk.db.read(tenant_id) as store:
            return _terms_to_wire(tenant_id, await store.price_notices.terms(tenant_id))

    async def UpdatePriceNoticeTerms(
        self, request: records.UpdatePriceNoticeTermsRequest, context: Context
    ) -> records.PriceNoticeTerms:
        wire = request.price_notice_terms
        tenant_id = PriceNoticeTermsName.parse(wire.name, "price_notice_terms.name").tenant
        terms = await price_notices.set_terms(self._desk, tenant_id, wire.notice_days, acting())
        return _terms_to_wire(tenant_id, terms)


def acting() -> Principal:
    """Gives in whose name the request is made."""
    principal = current_principal()
    assert principal is not None, "the access rule admits principals only"
    return principal


def acting_name() -> str:
    """Gives who makes the request: a subject, or the service that calls by itself."""
    principal = current_principal()
    return principal.subject if principal else f"services/{current_peer()}"


def _day(name: PriceNoticeName) -> date:
    try:
        return date.fromisoformat(name.price_notice)
    except ValueError as error:
        raise NotFound(resource=str(name)) from error


def _to_wire(change: Told) -> pb.PriceNotice:
    notice = change.notice
    name = PriceNoticeName(notice.tenant_id, notice.effective_date.isoformat())
    return pb.PriceNotice(
        name=str(name),
        effective_date=date_to_wire(notice.effective_date),
        old_currency_code=change.old.currency_code,
        old_prices=prices_to_wire(change.old.prices),
        new_currency_code=change.new.currency_code,
        new_prices=prices_to_wire(change.new.prices),
        create_time=timestamp(notice.create_time),
        acknowledge_time=timestamp(notice.acknowledge_time) if notice.acknowledge_time else None,
    )


def _terms_to_wire(tenant_id: str, terms: Terms) -> records.PriceNoticeTerms:
    return records.PriceNoticeTerms(
        name=str(PriceNoticeTermsName(tenant_id)),
        notice_days=terms.notice_days,
        set_by=terms.set_by,
        set_time=timestamp(terms.set_time) if terms.set_time else None,
    )


def _event_to_wire(event: Event) -> records.PriceNoticeEvent:
    return records.PriceNoticeEvent(
        kind=records.PriceNoticeEvent.Kind.Value(event.kind),
        subject=event.subject,
        detail=event.detail,
        event_time=timestamp(event.event_time),
    )


def _token(request: records.ListPriceNoticeEventsRequest, last: Event) -> str:
    return page_token.encode(request, [last.event_time.isoformat(), last.kind, last.subject])


def _place(request: records.ListPriceNoticeEventsRequest) -> Place | None:
    parts = page_token.decode(request)
    if parts is None:
        return None
    try:
        time, kind, subject = parts
        return datetime.fromisoformat(time), kind, subject
    except ValueError as error:
        raise InvalidPageToken from error
