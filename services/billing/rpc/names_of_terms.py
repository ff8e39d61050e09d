"""The resource names of notices, discounts, taxes and resale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.kit.aip.resource_name import Pattern, ResourceName


@dataclass(frozen=True, slots=True)
class PriceNoticeName(ResourceName):
    """`tenants/{tenant}/priceNotices/{price_notice}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/priceNotices/{price_notice}")

    tenant: str
    price_notice: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class PriceNoticeTermsName(ResourceName):
    """`tenants/{tenant}/priceNoticeTerms`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/priceNoticeTerms")

    tenant: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class DiscountName(ResourceName):
    """`tenants/{tenant}/discounts/{discount}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/discounts/{discount}")

    tenant: str
    discount: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class CouponName(ResourceName):
    """`coupons/{coupon}`."""

    pattern: ClassVar[Pattern] = Pattern("coupons/{coupon}")

    coupon: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class TaxRateName(ResourceName):
    """`tenants/{tenant}/taxRates/{tax_rate}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/taxRates/{tax_rate}")

    tenant: str
    tax_rate: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class TaxTermsName(ResourceName):
    """`tenants/{tenant}/taxTerms`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/taxTerms")

    tenant: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class TaxExemptionName(ResourceName):
    """`tenants/{tenant}/taxExemptions/{tax_exemption}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/taxExemptions/{tax_exemption}")

    tenant: str
    tax_exemption: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class ClientName(ResourceName):
    """`tenants/{tenant}/clients/{client}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/clients/{client}")

    tenant: str
    client: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class ResaleSummaryName(ResourceName):
    """`tenants/{tenant}/resaleSummaries/{resale_summary}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/resaleSummaries/{resale_summary}")

    tenant: str
    resale_summary: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class ChainName(ResourceName):
    """`tenants/{tenant}/chains/{chain}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/chains/{chain}")

    tenant: str
    chain: str

    __str__ = ResourceName.__str__
