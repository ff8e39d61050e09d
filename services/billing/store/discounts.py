"""Reads and adds discounts and the coupons that they are given for; nothing is ever changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.coupons import Coupon
from services.billing.domain.discounts import Discount, Reduction
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.store.tables_discounts import coupons, discounts
from services.kit.errors import AlreadyExists
from services.kit.money import Money

_REDEMPTIONS = (
    select(func.count())
    .select_from(discounts)
    .where(discounts.c.coupon_id == coupons.c.coupon_id)
    .scalar_subquery()
    .label("redemption_count")
)


class Discounts:
    """The discounts that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, discount: Discount) -> None:
        """Adds a discount; refuses an id that the tenant has already."""
        row = {
            "tenant_id": discount.tenant_id,
            "discount_id": discount.discount_id,
            "description": discount.description,
            **_reduction_values(discount.reduction),
            "first_month": str(discount.first_month),
            "end_month": str(discount.end_month or ""),
            "coupon_id": discount.coupon_id,
            "create_time": discount.create_time,
        }
        added = await self._connection.execute(
            upsert(discounts)
            .values(row)
            .on_conflict_do_nothing()
            .returning(discounts.c.discount_id)
        )
        if added.first() is None:
            raise AlreadyExists(
                "There is a discount of this id.",
                resource=f"tenants/{discount.tenant_id}/discounts/{discount.discount_id}",
            )

    async def has_redeemed(self, tenant_id: str, coupon_id: str) -> bool:
        """Tells whether a tenant has had a coupon."""
        query = select(discounts.c.discount_id).where(
            discounts.c.tenant_id == tenant_id, discounts.c.coupon_id == coupon_id
        )
        return (await self._connection.execute(query)).first() is not None

    async def all_of(self, tenant_id: str) -> list[Discount]:
        """Gives all discounts of a tenant, ordered by id."""
        return await self.list_behind(tenant_id, "", None)

    async def list_behind(self, tenant_id: str, behind: str, limit: int | None) -> list[Discount]:
        """Gives at most `limit` discounts with ids after this one, in order."""
        query = (
            select(discounts)
            .where(discounts.c.tenant_id == tenant_id, discounts.c.discount_id > behind)
            .order_by(discounts.c.discount_id)
            .limit(limit)
        )
        return [_discount(row) for row in (await self._connection.execute(query)).mappings()]


class Coupons:
    """The coupons, which the operator alone may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, coupon: Coupon) -> None:
        """Adds a coupon; refuses a code that there is already."""
        if await self.find(coupon.coupon_id) is not None:
            raise AlreadyExists(
                "There is a coupon of this code.", resource=f"coupons/{coupon.coupon_id}"
            )
        await self._connection.execute(
            insert(coupons).values(
                coupon_id=coupon.coupon_id,
                description=coupon.description,
                **_reduction_values(coupon.reduction),
                month_count=coupon.month_count,
                redemptions_max=coupon.redemptions_max,
                expire_time=coupon.expire_time,
                create_time=coupon.create_time,
            )
        )

    async def find(self, coupon_id: str) -> Coupon | None:
        """Gives a coupon with how often it has been redeemed, or None."""
        query = select(coupons, _REDEMPTIONS).where(coupons.c.coupon_id == coupon_id)
        row = (await self._connection.execute(query)).mappings().first()
        return _coupon(row) if row else None

    async def list_behind(self, behind: str, limit: int) -> list[Coupon]:
        """Gives at most `limit` coupons with codes after this one, in order."""
        query = (
            select(coupons, _REDEMPTIONS)
            .where(coupons.c.coupon_id > behind)
            .order_by(coupons.c.coupon_id)
            .limit(limit)
        )
        return [_coupon(row) for row in (await self._connection.execute(query)).mappings()]


def _reduction_values(reduction: Reduction) -> dict[str, Any]:
    amount = reduction.amount
    return {
        "percent": reduction.percent,
        "amount": amount.amount if amount else None,
        "currency_code": amount.currency_code if amount else "",
        "items": sorted(reduction.items),
    }


def _reduction(row: RowMapping) -> Reduction:
    amount = Money(row["amount"], row["currency_code"]) if row["amount"] is not None else None
    return Reduction(row["percent"], amount, frozenset(map(Item, row["items"])))


def _discount(row: RowMapping) -> Discount:
    return Discount(
        tenant_id=row["tenant_id"],
        discount_id=row["discount_id"],
        description=row["description"],
        reduction=_reduction(row),
        first_month=Month.parse(row["first_month"], "month"),
        end_month=Month.parse(row["end_month"], "month") if row["end_month"] else None,
        create_time=row["create_time"],
        coupon_id=row["coupon_id"],
    )


def _coupon(row: RowMapping) -> Coupon:
    return Coupon(
        coupon_id=row["coupon_id"],
        description=row["description"],
        reduction=_reduction(row),
        month_count=row["month_count"],
        redemptions_max=row["redemptions_max"],
        expire_time=row["expire_time"],
        create_time=row["create_time"],
        redemption_count=row["redemption_count"],
    )
