"""DiscountService and CouponService: what is taken off bills."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from services.billing.domain.coupons import Coupon, end_of
from services.billing.domain.discount_rules import check_count, check_discount, check_months
from services.billing.domain.discounts import Discount, Reduction
from services.billing.domain.month import Month
from services.billing.rpc import pages
from services.billing.rpc.names_of_terms import CouponName, DiscountName
from services.billing.rpc.wire import timestamp
from services.billing.rpc.wire_tariffs import item_from_wire
from services.billing.usecases import Desk
from services.billing.usecases.discounts import give_discount, issue_coupon, redeem_coupon
from services.billing.usecases.once import Once
from services.kit.aip import page_token
from services.kit.aip.resource_name import TenantName, tenant_id_of
from services.kit.money_wire import (
    decimal_from_wire,
    decimal_to_wire,
    money_from_wire,
    money_to_wire,
)
from veneer.billing.v1 import coupon_service_pb2 as coupons
from veneer.billing.v1 import coupon_service_pb2_grpc as coupon_rpc
from veneer.billing.v1 import discount_service_pb2 as pb
from veneer.billing.v1 import discount_service_pb2_grpc as rpc
from veneer.billing.v1 import price_pb2

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

# Coupons belong to no tenant, and so do the requests that are about them.
_NO_TENANT = ""


class DiscountService(rpc.DiscountServiceServicer):
    """veneer.billing.v1.DiscountService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListDiscounts(
        self, request: pb.ListDiscountsRequest, context: Context
    ) -> pb.ListDiscountsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        behind = pages.text_cursor(request)
        async with self._desk.db.read(tenant_id) as store:
            found = await store.discounts.list_behind(tenant_id, behind, size + 1)
        page, token = pages.cut(request, found, size, lambda each: each.discount_id)
        return pb.ListDiscountsResponse(discounts=map(_discount, page), next_page_token=token)

    async def CreateDiscount(
        self, request: pb.CreateDiscountRequest, context: Context
    ) -> pb.Discount:
        tenant_id = tenant_id_of(request.parent, "parent")
        wire = request.discount
        reduction = _reduction_from(wire.reduction)
        check_discount(request.discount_id, wire.description, reduction, "discount")
        first_month = Month.parse(wire.first_month, "discount.first_month")
        count = check_months(wire.month_count, "discount.month_count")
        discount = Discount(
            tenant_id=tenant_id,
            discount_id=request.discount_id,
            description=wire.description,
            reduction=reduction,
            first_month=first_month,
            end_month=end_of(first_month, count),
            create_time=self._desk.clock.now(),
        )
        once = Once(tenant_id, request, _discount, pb.Discount, "discounts.create")
        return await give_discount(self._desk, discount, once)


class CouponService(coupon_rpc.CouponServiceServicer):
    """veneer.billing.v1.CouponService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListCoupons(
        self, request: coupons.ListCouponsRequest, context: Context
    ) -> coupons.ListCouponsResponse:
        size = page_token.page_size(request, 50, 500)
        behind = pages.text_cursor(request)
        async with self._desk.db.operator_read() as store:
            found = await store.coupons.list_behind(behind, size + 1)
        page, token = pages.cut(request, found, size, lambda each: each.coupon_id)
        return coupons.ListCouponsResponse(coupons=map(_coupon, page), next_page_token=token)

    async def CreateCoupon(
        self, request: coupons.CreateCouponRequest, context: Context
    ) -> coupons.Coupon:
        wire = request.coupon
        reduction = _reduction_from(wire.reduction)
        check_discount(request.coupon_id, wire.description, reduction, "coupon")
        expires = wire.HasField("expire_time")
        coupon = Coupon(
            coupon_id=request.coupon_id,
            description=wire.description,
            reduction=reduction,
            month_count=check_months(wire.month_count, "coupon.month_count"),
            redemptions_max=check_count(wire.max_redemptions, "coupon.max_redemptions"),
            expire_time=wire.expire_time.ToDatetime(UTC) if expires else None,
            create_time=self._desk.clock.now(),
        )
        once = Once(_NO_TENANT, request, _coupon, coupons.Coupon, "coupons.create")
        return await issue_coupon(self._desk, coupon, once)

    async def RedeemCoupon(
        self, request: coupons.RedeemCouponRequest, context: Context
    ) -> pb.Discount:
        coupon_id = CouponName.parse(request.name).coupon
        tenant_id = TenantName.parse(request.tenant, "tenant").tenant
        first_month = Month.parse(request.first_month, "first_month")
        once = Once(_NO_TENANT, request, _discount, pb.Discount, "coupons.redeem")
        return await redeem_coupon(self._desk, coupon_id, tenant_id, first_month, once)


def _reduction_from(wire: pb.Reduction) -> Reduction:
    return Reduction(
        percent=decimal_from_wire(wire.percent) if wire.HasField("percent") else None,
        amount=money_from_wire(wire.amount) if wire.HasField("amount") else None,
        items=frozenset(map(item_from_wire, wire.items)),
    )


def _reduction(reduction: Reduction) -> pb.Reduction:
    return pb.Reduction(
        percent=decimal_to_wire(reduction.percent) if reduction.percent is not None else None,
        amount=money_to_wire(reduction.amount) if reduction.amount is not None else None,
        items=[price_pb2.Item.Value(item) for item in sorted(reduction.items)],
    )


def _discount(discount: Discount) -> pb.Discount:
    first, end = discount.first_month, discount.end_month
    months = (end.year - first.year) * 12 + end.month - first.month if end else 0
    return pb.Discount(
        name=str(DiscountName(discount.tenant_id, discount.discount_id)),
        description=discount.description,
        reduction=_reduction(discount.reduction),
        first_month=str(first),
        month_count=months,
        coupon=str(CouponName(discount.coupon_id)) if discount.coupon_id else "",
        create_time=timestamp(discount.create_time),
    )


def _coupon(coupon: Coupon) -> coupons.Coupon:
    expire_time: datetime | None = coupon.expire_time
    return coupons.Coupon(
        name=str(CouponName(coupon.coupon_id)),
        description=coupon.description,
        reduction=_reduction(coupon.reduction),
        month_count=coupon.month_count or 0,
        max_redemptions=coupon.redemptions_max or 0,
        expire_time=timestamp(expire_time) if expire_time else None,
        redemption_count=coupon.redemption_count,
        create_time=timestamp(coupon.create_time),
    )
