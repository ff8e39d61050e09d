"""Coupons: codes that are redeemed for discounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.billing.domain.discounts import Discount, Reduction
from services.billing.domain.month import Month
from services.kit.errors import Kind, Refusal


class CouponExpired(Refusal):
    """The time to redeem the coupon is over."""

    kind = Kind.FAILED_PRECONDITION
    reason = "COUPON_EXPIRED"


class CouponUsedUp(Refusal):
    """The coupon has been redeemed as often as it can be."""

    kind = Kind.FAILED_PRECONDITION
    reason = "COUPON_USED_UP"


class CouponRedeemed(Refusal):
    """The tenant has had this coupon before."""

    kind = Kind.ALREADY_EXISTS
    reason = "COUPON_REDEEMED"


@dataclass(frozen=True, slots=True)
class Coupon:
    """A code; None is for ever, without limit."""

    coupon_id: str
    description: str
    reduction: Reduction
    month_count: int | None
    redemptions_max: int | None
    expire_time: datetime | None
    create_time: datetime
    redemption_count: int = 0


def redeemed(coupon: Coupon, tenant_id: str, first_month: Month, at: datetime) -> Discount:
    """Gives the discount for a coupon; refuses with COUPON_EXPIRED and COUPON_USED_UP."""
    if coupon.expire_time is not None and at >= coupon.expire_time:
        raise CouponExpired(
            "The coupon has expired.",
            coupon=f"coupons/{coupon.coupon_id}",
            expire_time=coupon.expire_time.isoformat(),
        )
    if coupon.redemptions_max is not None and coupon.redemption_count >= coupon.redemptions_max:
        raise CouponUsedUp(
            "The coupon has been redeemed as often as it can be.",
            coupon=f"coupons/{coupon.coupon_id}",
            max_redemptions=coupon.redemptions_max,
        )
    return Discount(
        tenant_id=tenant_id,
        discount_id=f"coupon-{coupon.coupon_id}",
        description=coupon.description,
        reduction=coupon.reduction,
        first_month=first_month,
        end_month=end_of(first_month, coupon.month_count),
        create_time=at,
        coupon_id=coupon.coupon_id,
    )


def end_of(first_month: Month, month_count: int | None) -> Month | None:
    """Gives the first month after so many, None if it is for ever."""
    if month_count is None:
        return None
    index = first_month.year * 12 + first_month.month - 1 + month_count
    return Month(index // 12, index % 12 + 1)
