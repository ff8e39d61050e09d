"""Reads and writes campaigns."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.errors import AlreadyExists, NotFound
from services.telephony.domain.campaign import (
    CallingHours,
    Campaign,
    CampaignState,
    DialMethod,
    RecordingMode,
)
from services.telephony.store.tables_clients import client_campaigns as table


class Campaigns:
    """The campaigns that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, tenant_id: str, campaign_id: str, *, for_update: bool = False) -> Campaign:
        """Gives a campaign; refuses with RESOURCE_NOT_FOUND."""
        query = select(table).where(
            table.c.tenant_id == tenant_id, table.c.campaign_id == campaign_id
        )
        if for_update:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise NotFound(resource=f"tenants/{tenant_id}/campaigns/{campaign_id}")
        return _campaign(row)

    async def list_after(
        self, tenant_id: str, campaign_id: str, limit: int, *, archived: bool = True
    ) -> list[Campaign]:
        """Gives at most `limit` campaigns with ids after this one, in order."""
        query = select(table).where(
            table.c.tenant_id == tenant_id, table.c.campaign_id > campaign_id
        )
        if not archived:
            query = query.where(table.c.state != CampaignState.ARCHIVED)
        query = query.order_by(table.c.campaign_id).limit(limit)
        return [_campaign(row) for row in await self._connection.execute(query)]

    async def all(self, tenant_id: str) -> list[Campaign]:
        """Gives all campaigns of a tenant: at most 999, because their numbers end there."""
        return await self.list_after(tenant_id, "", 1000)

    async def count(self, tenant_id: str) -> int:
        """Counts those that are not archived."""
        query = select(func.count()).where(
            table.c.tenant_id == tenant_id, table.c.state != CampaignState.ARCHIVED
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def last_number(self, tenant_id: str) -> int:
        """Gives the greatest number that any has had; 0 if there are none."""
        query = select(func.coalesce(func.max(table.c.number), 0))
        query = query.where(table.c.tenant_id == tenant_id)
        return int((await self._connection.execute(query)).scalar_one())

    async def add(self, campaign: Campaign) -> None:
        """Adds a campaign; refuses with RESOURCE_ALREADY_EXISTS."""
        try:
            async with self._connection.begin_nested():
                await self._connection.execute(insert(table).values(**_values(campaign)))
        except IntegrityError as error:
            name = f"tenants/{campaign.tenant_id}/campaigns/{campaign.campaign_id}"
            raise AlreadyExists("There is such a campaign already.", resource=name) from error

    async def save(self, campaign: Campaign) -> None:
        """Writes a campaign as it is now asked for."""
        values = _values(campaign)
        del values["applied_version"]
        await self._connection.execute(
            update(table)
            .where(
                table.c.tenant_id == campaign.tenant_id,
                table.c.campaign_id == campaign.campaign_id,
            )
            .values(**values)
        )

    async def note_applied(self, campaign: Campaign) -> bool:
        """Notes that the dialer has the campaign as it is here; False if another is asked for."""
        noted = await self._connection.execute(
            update(table)
            .where(
                table.c.tenant_id == campaign.tenant_id,
                table.c.campaign_id == campaign.campaign_id,
                table.c.version == campaign.version,
            )
            .values(applied_version=campaign.version)
        )
        return noted.rowcount == 1


def _values(campaign: Campaign) -> dict[str, Any]:
    return asdict(campaign)


def _campaign(row: Row[Any]) -> Campaign:
    values = dict(row._mapping)
    return Campaign(
        **{
            **values,
            "state": CampaignState(row.state),
            "dial_method": DialMethod(row.dial_method),
            "calling_hours": CallingHours(row.calling_hours),
            "recording_mode": RecordingMode(row.recording_mode),
        }
    )
