"""Reads versions of plans and adds to them; for operator transactions alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby

from sqlalchemy import ColumnElement, RowMapping, and_, func, insert, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.plans import LIMIT_NAMES, PlanKey, PlanLimits, PlanVersion
from services.billing.store.prices import price_of, price_values
from services.billing.store.tables import plan_prices, plan_versions

_KEY = (plan_versions.c.plan, plan_versions.c.version)
_COLUMNS = (
    *plan_versions.c,
    *(column for column in plan_prices.c if column.name not in {"plan", "version"}),
)


class Plans:
    """The versions of all plans."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, version: PlanVersion) -> None:
        """Adds a version with its prices."""
        key = version.key._asdict()
        await self._connection.execute(
            insert(plan_versions).values(
                **key,
                display_name=version.display_name,
                currency_code=version.currency_code,
                create_time=version.create_time,
                **asdict(version.limits),
            )
        )
        rows = [{**key, **price_values(of, price)} for of, price in version.prices.items()]
        if rows:
            await self._connection.execute(insert(plan_prices), rows)

    async def last_version(self, plan: str) -> int:
        """Gives the newest version of a plan, 0 if there is none."""
        query = select(func.max(plan_versions.c.version)).where(plan_versions.c.plan == plan)
        return (await self._connection.execute(query)).scalar() or 0

    async def find(self, key: PlanKey) -> PlanVersion | None:
        """Gives one version, or None."""
        found = await self._list(tuple_(*_KEY) == key)
        return found[0] if found else None

    async def list_behind(self, behind: PlanKey | None, limit: int) -> list[PlanVersion]:
        """Gives at most `limit` versions, by plan, newest first, from behind one on."""
        plan, version = _KEY
        page = select(*_KEY).order_by(plan, version.desc()).limit(limit)
        if behind is not None:
            older = and_(plan == behind.plan, version < behind.version)
            page = page.where(or_(plan > behind.plan, older))
        return await self._list(tuple_(*_KEY).in_(page))

    async def _list(self, *where: ColumnElement[bool]) -> list[PlanVersion]:
        query = select(*_COLUMNS).select_from(plan_versions.outerjoin(plan_prices)).where(*where)
        plan, version = _KEY
        order = (plan, version.desc(), plan_prices.c.item)
        rows = (await self._connection.execute(query.order_by(*order))).mappings()
        versions = groupby(rows, lambda row: (row["plan"], row["version"]))
        return [_plan_version(PlanKey(*key), of_version) for key, of_version in versions]


def _plan_version(key: PlanKey, rows: Iterable[RowMapping]) -> PlanVersion:
    found = list(rows)
    return PlanVersion(
        key=key,
        display_name=found[0]["display_name"],
        currency_code=found[0]["currency_code"],
        # A plan without prices has one row, and no item in it.
        prices=dict(price_of(row) for row in found if row["item"] is not None),
        create_time=found[0]["create_time"],
        limits=PlanLimits(**{name: found[0][name] for name in LIMIT_NAMES}),
    )
