"""Reads and adds tax rates, terms and exemptions; nothing is ever changed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import RowMapping, func, insert, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.billing.domain.taxes import TaxExemption, TaxRate, TaxTerms
from services.billing.store.tables_discounts import tax_exemptions, tax_rates, tax_terms
from services.kit.errors import AlreadyExists

# Place, code and effective date: the order of a seller's rates.
RatePlace = tuple[str, str, date]

_RATE_ORDER = (tax_rates.c.place, tax_rates.c.code, tax_rates.c.effective_date)


class Taxes:
    """What is known of taxes, as far as the transaction may see it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_rate(self, rate: TaxRate) -> None:
        """Adds a rate; refuses one of the same place, code and day."""
        added = await self._connection.execute(
            upsert(tax_rates)
            .values(
                tenant_id=rate.tenant_id,
                place=rate.place,
                code=rate.code,
                effective_date=rate.effective_date,
                description=rate.description,
                percent=rate.percent,
                create_time=rate.create_time,
            )
            .on_conflict_do_nothing()
            .returning(tax_rates.c.code)
        )
        if added.first() is None:
            raise AlreadyExists(
                "There is a rate of this place, code and day.",
                tenant=f"tenants/{rate.tenant_id}",
                place=rate.place,
                code=rate.code,
            )

    async def rates(self, tenant_id: str) -> list[TaxRate]:
        """Gives all rates of a seller."""
        return await self.rates_behind(tenant_id, None, None)

    async def rates_behind(
        self, tenant_id: str, behind: RatePlace | None, limit: int | None
    ) -> list[TaxRate]:
        """Gives at most `limit` rates of a seller from behind one on, in order."""
        query = select(tax_rates).where(tax_rates.c.tenant_id == tenant_id)
        if behind is not None:
            query = query.where(tuple_(*_RATE_ORDER) > behind)
        rows = await self._connection.execute(query.order_by(*_RATE_ORDER).limit(limit))
        return [_rate(row) for row in rows.mappings()]

    async def terms(self, tenant_id: str) -> TaxTerms:
        """Gives how a tenant stands with taxes."""
        query = (
            select(tax_terms)
            .where(tax_terms.c.tenant_id == tenant_id)
            .order_by(tax_terms.c.version.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).mappings().first()
        if row is None:
            return TaxTerms()
        return TaxTerms(row["is_charging"], row["place"], row["set_by"], row["set_time"])

    async def set_terms(self, tenant_id: str, terms: TaxTerms) -> None:
        """Adds terms as the newest version; under the account's lock."""
        newest = select(func.coalesce(func.max(tax_terms.c.version), 0)).where(
            tax_terms.c.tenant_id == tenant_id
        )
        version = (await self._connection.execute(newest)).scalar_one() + 1
        await self._connection.execute(
            insert(tax_terms).values(
                tenant_id=tenant_id,
                version=version,
                is_charging=terms.is_charging,
                place=terms.place,
                set_by=terms.set_by,
                set_time=terms.set_time,
            )
        )

    async def add_exemption(self, exemption: TaxExemption) -> None:
        """Adds a certificate; refuses an id that the tenant has already."""
        added = await self._connection.execute(
            upsert(tax_exemptions)
            .values(
                tenant_id=exemption.tenant_id,
                exemption_id=exemption.exemption_id,
                certificate=exemption.certificate,
                codes=sorted(exemption.codes),
                start_date=exemption.start_date,
                end_date=exemption.end_date,
                create_time=exemption.create_time,
            )
            .on_conflict_do_nothing()
            .returning(tax_exemptions.c.exemption_id)
        )
        if added.first() is None:
            name = f"tenants/{exemption.tenant_id}/taxExemptions/{exemption.exemption_id}"
            raise AlreadyExists("There is a certificate of this id.", resource=name)

    async def exemptions(
        self, tenant_id: str, behind: str = "", limit: int | None = None
    ) -> list[TaxExemption]:
        """Gives at most `limit` certificates of a tenant with ids after this one, in order."""
        query = (
            select(tax_exemptions)
            .where(tax_exemptions.c.tenant_id == tenant_id)
            .where(tax_exemptions.c.exemption_id > behind)
            .order_by(tax_exemptions.c.exemption_id)
            .limit(limit)
        )
        return [_exemption(row) for row in (await self._connection.execute(query)).mappings()]


def _rate(row: RowMapping) -> TaxRate:
    return TaxRate(
        tenant_id=row["tenant_id"],
        place=row["place"],
        code=row["code"],
        effective_date=row["effective_date"],
        description=row["description"],
        percent=row["percent"],
        create_time=row["create_time"],
    )


def _exemption(row: RowMapping) -> TaxExemption:
    return TaxExemption(
        tenant_id=row["tenant_id"],
        exemption_id=row["exemption_id"],
        certificate=row["certificate"],
        codes=frozenset(row["codes"]),
        start_date=row["start_date"],
        end_date=row["end_date"],
        create_time=row["create_time"],
    )
