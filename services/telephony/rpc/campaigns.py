"""CampaignService: what a tenant's agents dial for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.telephony.domain.campaign import Campaign, CampaignState
from services.telephony.partners.dialer.live_tables import LiveTables
from services.telephony.rpc import wire_clients as wire
from services.telephony.rpc.names import CampaignName
from services.telephony.rpc.pages import cursor_of, cut
from services.telephony.usecases.client_desk import Asked, ClientDesk
from services.telephony.usecases.keep_campaigns import (
    change_campaign,
    create_campaign,
    move_campaign,
)
from services.telephony.usecases.look_at_dialer import dialable_leads
from veneer.telephony.v1 import campaign_service_pb2 as pb
from veneer.telephony.v1 import campaign_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class CampaignService(rpc.CampaignServiceServicer):
    """veneer.telephony.v1.CampaignService; without `live` leads are not counted."""

    def __init__(self, desk: ClientDesk, live: LiveTables | None) -> None:
        self._desk, self._live = desk, live

    async def GetCampaign(self, request: pb.GetCampaignRequest, context: Context) -> pb.Campaign:
        key = _key(request.name)
        async with self._desk.db.read(key[0]) as store:
            found = await store.campaigns.get(*key)
        return await self._one(found)

    async def ListCampaigns(
        self, request: pb.ListCampaignsRequest, context: Context
    ) -> pb.ListCampaignsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        after = cursor_of(request)
        async with self._desk.db.read(tenant_id) as store:
            found = await store.campaigns.list_after(
                tenant_id, after, size + 1, archived=request.show_archived
            )
        page, token = cut(request, found, size, lambda each: each.campaign_id)
        leads = await dialable_leads(self._desk.db, self._live, tenant_id, page)
        return pb.ListCampaignsResponse(
            campaigns=[wire.campaign(each, leads.get(each.number)) for each in page],
            next_page_token=token,
        )

    async def CreateCampaign(
        self, request: pb.CreateCampaignRequest, context: Context
    ) -> pb.Campaign:
        tenant_id = tenant_id_of(request.parent, "parent")
        wanted = wire.campaign_from(tenant_id, request, self._desk.clock)
        return wire.campaign(await create_campaign(self._desk, wanted, Asked(tenant_id, request)))

    async def UpdateCampaign(
        self, request: pb.UpdateCampaignRequest, context: Context
    ) -> pb.Campaign:
        key = _key(request.campaign.name, "campaign.name")
        changed = await change_campaign(
            self._desk,
            key,
            Asked(key[0], request),
            lambda current: wire.campaign_merged(current, request),
            request.campaign.etag,
        )
        return await self._one(changed)

    async def PauseCampaign(
        self, request: pb.PauseCampaignRequest, context: Context
    ) -> pb.Campaign:
        return await self._move(request, CampaignState.PAUSED)

    async def ResumeCampaign(
        self, request: pb.ResumeCampaignRequest, context: Context
    ) -> pb.Campaign:
        return await self._move(request, CampaignState.ACTIVE)

    async def ArchiveCampaign(
        self, request: pb.ArchiveCampaignRequest, context: Context
    ) -> pb.Campaign:
        return await self._move(request, CampaignState.ARCHIVED)

    async def _move(
        self,
        request: pb.PauseCampaignRequest | pb.ResumeCampaignRequest | pb.ArchiveCampaignRequest,
        state: CampaignState,
    ) -> pb.Campaign:
        key = _key(request.name)
        return await self._one(await move_campaign(self._desk, key, Asked(key[0], request), state))

    async def _one(self, found: Campaign) -> pb.Campaign:
        leads = await dialable_leads(self._desk.db, self._live, found.tenant_id, [found])
        return wire.campaign(found, leads.get(found.number))


def _key(text: str, field: str = "name") -> tuple[str, str]:
    name = CampaignName.parse(text, field)
    return possible_tenant_id(name.tenant, text), name.campaign
