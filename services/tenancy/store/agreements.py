"""Reads and writes versions of the agreement, and what was accepted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.errors import NotFound
from services.tenancy.domain.agreement import FIRST, Acceptance, AgreementVersion, Signature, Way
from services.tenancy.domain.tenant import Tenant
from services.tenancy.store.tables_agreements import agreement_acceptances, agreement_versions

# When it was accepted, and its id: the order of acceptances.
Place = tuple[datetime, str]


class Agreements:
    """The versions and acceptances that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def publish(self, operator_id: str, version: AgreementVersion) -> None:
        """Adds a version."""
        await self._connection.execute(
            insert(agreement_versions).values(
                tenant_id=operator_id,
                version_id=version.version_id,
                template=version.template,
                note=version.note,
                create_time=version.create_time,
            )
        )

    async def current(self) -> AgreementVersion:
        """Gives the version to accept; for operator transactions alone."""
        return (await self.versions(1))[0]

    async def versions(self, limit: int) -> list[AgreementVersion]:
        """Gives at most `limit` versions, newest first, then the one that all begin with."""
        table = agreement_versions
        query = select(table).order_by(table.c.create_time.desc(), table.c.version_id).limit(limit)
        rows = (await self._connection.execute(query)).mappings()
        found = [
            AgreementVersion(row["version_id"], row["template"], row["note"], row["create_time"])
            for row in rows
        ]
        return [*found, FIRST][:limit]

    async def accept(self, acceptance: Acceptance) -> None:
        """Keeps that an agreement was accepted."""
        signature = acceptance.signature
        await self._connection.execute(
            insert(agreement_acceptances).values(
                tenant_id=acceptance.tenant_id,
                acceptance_id=acceptance.acceptance_id,
                version=acceptance.version_id,
                text=acceptance.text,
                text_hash=acceptance.text_hash,
                way=signature.way,
                signer_name=signature.signer_name,
                note=signature.note,
                signer_id=signature.signer_id,
                signer_email=signature.signer_email,
                network_address=signature.network_address,
                device=signature.device,
                accept_time=acceptance.accept_time,
            )
        )

    async def get(self, tenant_id: str, acceptance_id: str) -> Acceptance:
        """Gives an acceptance; refuses with RESOURCE_NOT_FOUND."""
        table = agreement_acceptances
        query = select(table).where(
            table.c.tenant_id == tenant_id, table.c.acceptance_id == acceptance_id
        )
        row = (await self._connection.execute(query)).mappings().first()
        if row is None:
            raise NotFound(resource=f"tenants/{tenant_id}/agreementAcceptances/{acceptance_id}")
        return _acceptance(row)

    async def list_before(
        self, tenant: Tenant, before: Place | None, limit: int
    ) -> list[Acceptance]:
        """Gives at most `limit` of a tenant's acceptances, latest first, from behind one on.

        Without those of a tenant of the same id whose onboarding was undone.
        """
        table = agreement_acceptances
        query = select(table).where(
            table.c.tenant_id == tenant.tenant_id, table.c.accept_time >= tenant.create_time
        )
        if before is not None:
            query = query.where(tuple_(table.c.accept_time, table.c.acceptance_id) < before)
        query = query.order_by(table.c.accept_time.desc(), table.c.acceptance_id.desc())
        rows = (await self._connection.execute(query.limit(limit))).mappings()
        return [_acceptance(row) for row in rows]

    async def last_of(self, tenant: Tenant) -> Acceptance | None:
        """Gives what a tenant has accepted last, or None."""
        found = await self.list_before(tenant, None, 1)
        return found[0] if found else None

    async def last_of_each(self, tenants: Sequence[Tenant]) -> dict[str, Acceptance]:
        """Gives what each of these tenants has accepted last, by its id."""
        table, since = agreement_acceptances, {each.tenant_id: each.create_time for each in tenants}
        query = (
            select(table)
            .where(table.c.tenant_id.in_(since))
            .order_by(table.c.tenant_id, table.c.accept_time.desc(), table.c.acceptance_id.desc())
            .distinct(table.c.tenant_id)
        )
        found = [_acceptance(row) for row in (await self._connection.execute(query)).mappings()]
        return {each.tenant_id: each for each in found if each.accept_time >= since[each.tenant_id]}


def _acceptance(row: RowMapping) -> Acceptance:
    kept: dict[str, Any] = {
        name: row[name]
        for name in (
            "signer_name", "note", "signer_id", "signer_email", "network_address", "device",
        )
    }  # fmt: skip
    return Acceptance(
        tenant_id=row["tenant_id"],
        acceptance_id=row["acceptance_id"],
        version_id=row["version"],
        text=row["text"],
        signature=Signature(Way(row["way"]), **kept),
        accept_time=row["accept_time"],
    )
