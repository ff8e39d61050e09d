"""TaxService: which taxes are charged where, and who is exempt."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from services.billing.domain.discount_rules import check_exemption, check_place, check_rate
from services.billing.domain.taxes import TaxExemption, TaxRate, TaxTerms
from services.billing.rpc import pages
from services.billing.rpc.names_of_terms import TaxExemptionName, TaxRateName, TaxTermsName
from services.billing.rpc.price_notices import acting
from services.billing.rpc.wire import date_from_wire, date_to_wire, timestamp
from services.billing.store.taxes import RatePlace
from services.billing.usecases import Desk
from services.billing.usecases.once import Once
from services.billing.usecases.set_taxes import add_exemption, add_rate, set_terms
from services.kit.aip import page_token
from services.kit.aip.page_token import InvalidPageToken
from services.kit.aip.resource_name import tenant_id_of
from services.kit.money_wire import decimal_from_wire, decimal_to_wire
from veneer.billing.v1 import tax_service_pb2 as pb
from veneer.billing.v1 import tax_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class TaxService(rpc.TaxServiceServicer):
    """veneer.billing.v1.TaxService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListTaxRates(
        self, request: pb.ListTaxRatesRequest, context: Context
    ) -> pb.ListTaxRatesResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 100, 500)
        behind = _rate_cursor(request)
        async with self._desk.db.read(tenant_id) as store:
            found = await store.taxes.rates_behind(tenant_id, behind, size + 1)
        token = _rate_token(request, found[size - 1]) if len(found) > size else ""
        return pb.ListTaxRatesResponse(tax_rates=map(_rate, found[:size]), next_page_token=token)

    async def CreateTaxRate(self, request: pb.CreateTaxRateRequest, context: Context) -> pb.TaxRate:
        tenant_id, wire = tenant_id_of(request.parent, "parent"), request.tax_rate
        rate = TaxRate(
            tenant_id=tenant_id,
            place=wire.place,
            code=wire.code,
            effective_date=date_from_wire(wire.effective_date),
            description=wire.description,
            percent=decimal_from_wire(wire.percent),
            create_time=self._desk.clock.now(),
        )
        once = Once(tenant_id, request, _rate, pb.TaxRate, "taxRates.create")
        return await add_rate(self._desk, check_rate(rate), once)

    async def GetTaxTerms(self, request: pb.GetTaxTermsRequest, context: Context) -> pb.TaxTerms:
        tenant_id = TaxTermsName.parse(request.name).tenant
        await self._desk.directory.get(tenant_id)
        async with self._desk.db.read(tenant_id) as store:
            return _terms(tenant_id, await store.taxes.terms(tenant_id))

    async def UpdateTaxTerms(
        self, request: pb.UpdateTaxTermsRequest, context: Context
    ) -> pb.TaxTerms:
        wire = request.tax_terms
        tenant_id = TaxTermsName.parse(wire.name, "tax_terms.name").tenant
        terms = TaxTerms(wire.is_charging, check_place(wire.place), acting().subject)
        return _terms(tenant_id, await set_terms(self._desk, tenant_id, terms))

    async def ListTaxExemptions(
        self, request: pb.ListTaxExemptionsRequest, context: Context
    ) -> pb.ListTaxExemptionsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        behind = pages.text_cursor(request)
        async with self._desk.db.read(tenant_id) as store:
            found = await store.taxes.exemptions(tenant_id, behind, size + 1)
        page, token = pages.cut(request, found, size, lambda each: each.exemption_id)
        return pb.ListTaxExemptionsResponse(
            tax_exemptions=map(_exemption, page), next_page_token=token
        )

    async def CreateTaxExemption(
        self, request: pb.CreateTaxExemptionRequest, context: Context
    ) -> pb.TaxExemption:
        tenant_id, wire = tenant_id_of(request.parent, "parent"), request.tax_exemption
        exemption = TaxExemption(
            tenant_id=tenant_id,
            exemption_id=request.tax_exemption_id,
            certificate=wire.certificate,
            codes=frozenset(wire.codes),
            start_date=date_from_wire(wire.start_date),
            end_date=date_from_wire(wire.end_date),
            create_time=self._desk.clock.now(),
        )
        once = Once(tenant_id, request, _exemption, pb.TaxExemption, "taxExemptions.create")
        return await add_exemption(self._desk, check_exemption(exemption), once)


def _rate(rate: TaxRate) -> pb.TaxRate:
    rate_id = f"{rate.place}.{rate.code}.{rate.effective_date.isoformat()}"
    return pb.TaxRate(
        name=str(TaxRateName(rate.tenant_id, rate_id)),
        place=rate.place,
        code=rate.code,
        effective_date=date_to_wire(rate.effective_date),
        description=rate.description,
        percent=decimal_to_wire(rate.percent),
        create_time=timestamp(rate.create_time),
    )


def _terms(tenant_id: str, terms: TaxTerms) -> pb.TaxTerms:
    return pb.TaxTerms(
        name=str(TaxTermsName(tenant_id)),
        is_charging=terms.is_charging,
        place=terms.place,
        set_by=terms.set_by,
        set_time=timestamp(terms.set_time) if terms.set_time else None,
    )


def _exemption(exemption: TaxExemption) -> pb.TaxExemption:
    return pb.TaxExemption(
        name=str(TaxExemptionName(exemption.tenant_id, exemption.exemption_id)),
        certificate=exemption.certificate,
        codes=sorted(exemption.codes),
        start_date=date_to_wire(exemption.start_date),
        end_date=date_to_wire(exemption.end_date),
        create_time=timestamp(exemption.create_time),
    )


def _rate_token(request: pb.ListTaxRatesRequest, last: TaxRate) -> str:
    return page_token.encode(request, [last.place, last.code, last.effective_date.isoformat()])


def _rate_cursor(request: pb.ListTaxRatesRequest) -> RatePlace | None:
    parts = page_token.decode(request)
    if parts is None:
        return None
    try:
        place, code, on = parts
        return place, code, date.fromisoformat(on)
    except ValueError as error:
        raise InvalidPageToken from error
