"""Gives discounts, issues coupons and redeems them."""

from __future__ import annotations

from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.book_rules import PeriodInvoiced
from services.billing.domain.books import book_of_month
from services.billing.domain.coupons import Coupon, CouponRedeemed, redeemed
from services.billing.domain.discounts import Discount, check_currency
from services.billing.domain.month import Month
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.once import Once
from services.kit.errors import NotFound

M = TypeVar("M", bound=Message)


async def give_discount(desk: Desk, discount: Discount, once: Once[Discount, M]) -> M:
    """Adds a discount.

    Refuses with RESOURCE_ALREADY_EXISTS, PERIOD_INVOICED and DISCOUNT_CURRENCY_DIFFERS.
    """
    await desk.directory.get(discount.tenant_id)
    async with desk.db.transaction(discount.tenant_id) as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await _add(store, discount)
        return await once.keep(store, discount)


async def issue_coupon(desk: Desk, coupon: Coupon, once: Once[Coupon, M]) -> M:
    """Adds a coupon; refuses with RESOURCE_ALREADY_EXISTS."""
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_coupon(coupon.coupon_id)
        await store.coupons.add(coupon)
        return await once.keep(store, coupon)


async def redeem_coupon(
    desk: Desk, coupon_id: str, tenant_id: str, first_month: Month, once: Once[Discount, M]
) -> M:
    """Gives a tenant the discount of a coupon; of two at once, one comes after the other.

    Refuses with RESOURCE_NOT_FOUND, COUPON_EXPIRED, COUPON_USED_UP, COUPON_REDEEMED,
    PERIOD_INVOICED and DISCOUNT_CURRENCY_DIFFERS.
    """
    await desk.directory.get(tenant_id)
    # In the operator's role, because others' redemptions count too.
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_coupon(coupon_id)
        coupon = await store.coupons.find(coupon_id)
        if coupon is None:
            raise NotFound(resource=f"coupons/{coupon_id}")
        if await store.discounts.has_redeemed(tenant_id, coupon_id):
            raise CouponRedeemed("The client has had this coupon.", tenant=f"tenants/{tenant_id}")
        discount = redeemed(coupon, tenant_id, first_month, store.scope.time)
        await _add(store, discount)
        return await once.keep(store, discount)


async def _add(store: BillingStore, discount: Discount) -> None:
    await store.lock_account(discount.tenant_id)
    last = await store.invoices.last_month(discount.tenant_id)
    if last is not None and discount.first_month <= last:
        raise PeriodInvoiced(
            "An invoice has been issued for this month or a later one.",
            tenant=f"tenants/{discount.tenant_id}",
            month=last,
        )
    books = await store.price_books.all_of(discount.tenant_id)
    if (book := book_of_month(books, discount.first_month)) is not None:
        check_currency(discount, book.currency_code)
    await store.discounts.add(discount)
