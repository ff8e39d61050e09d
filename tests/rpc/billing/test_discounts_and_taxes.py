"""DiscountService, CouponService and TaxService, and what becomes of a month by them."""

from __future__ import annotations

import asyncio
import uuid
from datetime import date
from typing import Any

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.decimal_pb2 import Decimal as WireDecimal
from google.type.money_pb2 import Money

from tests.support.billing import Billing, a_date, a_request_id, figures, refused
from tests.support.builders.billing import an_id
from tests.support.simulators.directory import OPERATOR
from veneer.billing.v1 import coupon_service_pb2 as coupons
from veneer.billing.v1 import discount_service_pb2 as discounts
from veneer.billing.v1 import price_pb2
from veneer.billing.v1 import tax_service_pb2 as taxes


def percent(number: str, *items: Any) -> discounts.Reduction:
    return discounts.Reduction(percent=WireDecimal(value=number), items=items)


async def give(billing: Billing, tenant_id: str, name: str, **fields: Any) -> discounts.Discount:
    discount = discounts.Discount(
        **{
            "description": name.title(),
            "reduction": percent("10"),
            "first_month": "2025-10",
            **fields,
        }
    )
    request = discounts.CreateDiscountRequest(
        parent=f"tenants/{tenant_id}", discount=discount, discount_id=name
    )
    given: discounts.Discount = await billing.discounts.CreateDiscount(
        request, metadata=billing.operator
    )
    return given


async def issue(billing: Billing, **fields: Any) -> str:
    coupon = coupons.Coupon(
        **{"description": "Spring", "reduction": percent("20"), "month_count": 2, **fields}
    )
    request = coupons.CreateCouponRequest(
        coupon=coupon, coupon_id=f"c-{uuid.uuid4().hex[:12]}", request_id=a_request_id()
    )
    issued = await billing.coupons.CreateCoupon(request, metadata=billing.operator)
    return str(issued.name)


async def redeem(
    billing: Billing, name: str, tenant_id: str, month: str = "2025-10"
) -> discounts.Discount:
    request = coupons.RedeemCouponRequest(
        name=name, tenant=f"tenants/{tenant_id}", first_month=month
    )
    given: discounts.Discount = await billing.coupons.RedeemCoupon(
        request, metadata=billing.operator
    )
    return given


async def set_terms(billing: Billing, tenant_id: str, **fields: Any) -> taxes.TaxTerms:
    terms = taxes.TaxTerms(name=f"tenants/{tenant_id}/taxTerms", **fields)
    kept: taxes.TaxTerms = await billing.taxes.UpdateTaxTerms(
        taxes.UpdateTaxTermsRequest(tax_terms=terms), metadata=billing.operator
    )
    return kept


async def a_seller(billing: Billing, **rates: str) -> str:
    """Another operator, one that charges taxes, so that the first one's clients have none."""
    seller_id = billing.directory.add(an_id(), seller_id="")
    await set_terms(billing, seller_id, is_charging=True)
    for place, number in rates.items():
        rate = taxes.TaxRate(
            place=place.replace("_", "-"),
            code="SALES",
            effective_date=a_date(date(2025, 1, 1)),
            description="Sales tax",
            percent=WireDecimal(value=number),
        )
        request = taxes.CreateTaxRateRequest(parent=f"tenants/{seller_id}", tax_rate=rate)
        await billing.taxes.CreateTaxRate(request, metadata=billing.operator)
    return seller_id


async def test_a_discount_is_a_line_of_the_months_it_holds_in(billing: Billing) -> None:
    """Of statements, drafts and invoices, and the ledger has it too."""
    tenant_id = await billing.a_client()
    await give(billing, tenant_id, "welcome", month_count=1)

    october = await billing.statement(tenant_id, "2025-10")
    november = await billing.statement(tenant_id, "2025-11")
    draft = await billing.draft(tenant_id, "2025-10")
    invoice = await billing.issue(tenant_id, "2025-10")

    assert figures(october.lines)[-1] == ("Welcome, 10%", "1", "-50", "-50.00 USD")
    assert len(november.lines) == len(october.lines) - 1
    assert draft.lines == invoice.lines == october.lines
    assert (invoice.total.units, invoice.total.currency_code) == (450, "USD")


async def test_discounts_are_listed_and_have_ids_of_their_own(billing: Billing) -> None:
    """In pages."""
    tenant_id = await billing.a_client()
    given = [await give(billing, tenant_id, name) for name in ("alpha", "beta")]

    problem = await refused(give(billing, tenant_id, "alpha"))
    found: list[discounts.Discount] = []
    token = ""
    while len(found) < 2 or token:
        request = discounts.ListDiscountsRequest(
            parent=f"tenants/{tenant_id}", page_size=1, page_token=token
        )
        page = await billing.discounts.ListDiscounts(request, metadata=billing.operator)
        found, token = [*found, *page.discounts], page.next_page_token

    assert found == given
    assert problem.reason == "RESOURCE_ALREADY_EXISTS"


async def test_an_invoiced_month_gets_no_discount(billing: Billing) -> None:
    """What was sent stays."""
    tenant_id = await billing.a_client()
    await billing.draft(tenant_id, "2025-10")
    await billing.issue(tenant_id, "2025-10")

    problem = await refused(give(billing, tenant_id, "late"))

    assert problem.reason == "PERIOD_INVOICED"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reduction": percent("0")}, "discount.reduction.percent"),
        ({"reduction": percent("100.5")}, "discount.reduction.percent"),
        ({"reduction": discounts.Reduction()}, "discount.reduction"),
        (
            {"reduction": discounts.Reduction(amount=Money(currency_code="JPY", nanos=5 * 10**8))},
            "discount.reduction.amount",
        ),
        ({"description": "x" * 81}, "discount.description"),
        ({"first_month": "soon"}, "discount.first_month"),
        ({"month_count": -1}, "discount.month_count"),
    ],
)
async def test_a_discount_that_makes_no_sense_is_refused_at_its_field(
    billing: Billing, fields: dict[str, Any], field: str
) -> None:
    """Before anything is kept."""
    tenant_id = await billing.a_client()

    problem = await refused(give(billing, tenant_id, "odd", **fields))

    assert [each.field for each in problem.violations] == [field]


async def test_an_amount_of_another_currency_is_no_discount(billing: Billing) -> None:
    """It could never be taken off."""
    tenant_id = await billing.a_client()
    euros = discounts.Reduction(amount=Money(currency_code="EUR", units=5))

    problem = await refused(give(billing, tenant_id, "euros", reduction=euros))

    assert problem.reason == "DISCOUNT_CURRENCY_DIFFERS"


async def test_a_coupon_gives_its_discount(billing: Billing) -> None:
    """For its months, on its items."""
    tenant_id = await billing.a_client()
    reduction = percent("20", price_pb2.PLATFORM_LICENSE)

    given = await redeem(billing, name := await issue(billing, reduction=reduction), tenant_id)
    statement = await billing.statement(tenant_id, "2025-11")

    assert (given.coupon, given.month_count) == (name, 2)
    assert figures(statement.lines)[-1] == ("Spring, 20%", "1", "-100", "-100.00 USD")


async def test_a_coupon_is_redeemed_as_often_as_it_can_be(billing: Billing) -> None:
    """Also by many at once."""
    name = await issue(billing, max_redemptions=3)
    tenants = [await billing.a_client() for _ in range(8)]

    answers = await asyncio.gather(
        *(redeem(billing, name, each) for each in tenants), return_exceptions=True
    )

    assert sum(isinstance(each, discounts.Discount) for each in answers) == 3
    problem = await refused(redeem(billing, name, await billing.a_client()))
    assert problem.reason == "COUPON_USED_UP"
    listed = await billing.coupons.ListCoupons(
        coupons.ListCouponsRequest(page_size=500), metadata=billing.operator
    )
    (coupon,) = (each for each in listed.coupons if each.name == name)
    assert coupon.redemption_count == 3


async def test_a_client_has_a_coupon_once(billing: Billing) -> None:
    """Whatever month it asks for."""
    name, tenant_id = await issue(billing), await billing.a_client()
    await redeem(billing, name, tenant_id)

    problem = await refused(redeem(billing, name, tenant_id, "2026-02"))

    assert problem.reason == "COUPON_REDEEMED"


async def test_a_coupon_expires(billing: Billing) -> None:
    """At its instant."""
    expire_time = Timestamp()
    expire_time.FromDatetime(billing.clock.now())
    name = await issue(billing, expire_time=expire_time)

    problem = await refused(redeem(billing, name, await billing.a_client()))

    assert problem.reason == "COUPON_EXPIRED"


async def test_a_coupon_that_is_not_is_not_found(billing: Billing) -> None:
    """A code is nothing to guess."""
    problem = await refused(redeem(billing, "coupons/none-such", await billing.a_client()))

    assert problem.code is grpc.StatusCode.NOT_FOUND


async def test_taxes_are_on_what_discounts_leave(billing: Billing) -> None:
    """500 less 10% are 450, and 8.875% of that are 39.94."""
    seller_id = await a_seller(billing, US_NY="8.875")
    tenant_id = await billing.a_client(seller_id=seller_id)
    await set_terms(billing, tenant_id, place="US-NY")
    await give(billing, tenant_id, "welcome")

    statement = await billing.statement(tenant_id, "2025-10")
    await billing.draft(tenant_id, "2025-10")
    invoice = await billing.issue(tenant_id, "2025-10")

    assert figures(statement.lines)[-2:] == [
        ("Welcome, 10%", "1", "-50", "-50.00 USD"),
        ("Sales tax, 8.875%", "1", "39.94", "39.94 USD"),
    ]
    assert invoice.lines == statement.lines
    assert (invoice.total.units, invoice.total.nanos) == (489, 940_000_000)


async def test_without_a_place_or_a_rate_nothing_is_billed(billing: Billing) -> None:
    """Law 8, once the seller charges taxes."""
    seller_id = await a_seller(billing, US_NY="8.875")
    tenant_id = await billing.a_client(seller_id=seller_id)

    without_place = await refused(billing.draft(tenant_id, "2025-10"))
    await set_terms(billing, tenant_id, place="US-NJ")
    without_rate = await refused(billing.draft(tenant_id, "2025-10"))

    assert without_place.reason == "TAX_PLACE_MISSING"
    assert without_rate.reason == "TAX_RATE_MISSING"
    assert without_rate.metadata["place"] == "US-NJ"


async def test_a_certificate_exempts(billing: Billing) -> None:
    """As long as it is valid."""
    seller_id = await a_seller(billing, US_NY="8.875")
    tenant_id = await billing.a_client(seller_id=seller_id)
    await set_terms(billing, tenant_id, place="US-NY")
    exemption = taxes.TaxExemption(
        certificate="ST-120 17",
        codes=["SALES"],
        start_date=a_date(date(2025, 11, 1)),
        end_date=a_date(date(2026, 11, 1)),
    )
    request = taxes.CreateTaxExemptionRequest(
        parent=f"tenants/{tenant_id}", tax_exemption=exemption, tax_exemption_id="resale"
    )
    await billing.taxes.CreateTaxExemption(request, metadata=billing.operator)

    october = await billing.statement(tenant_id, "2025-10")
    november = await billing.statement(tenant_id, "2025-11")

    assert figures(october.lines)[-1][0] == "Sales tax, 8.875%"
    assert "Sales tax, 8.875%" not in {line[0] for line in figures(november.lines)}


async def test_the_operator_charges_none_unless_it_says_so(billing: Billing) -> None:
    """Nothing has to be set up for that."""
    name = f"tenants/{OPERATOR}/taxTerms"
    terms = await billing.taxes.GetTaxTerms(
        taxes.GetTaxTermsRequest(name=name), metadata=billing.operator
    )

    assert terms == taxes.TaxTerms(name=name)
