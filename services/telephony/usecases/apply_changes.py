"""Brings campaigns and agents about in the dialer."""

from __future__ import annotations

from typing import Final

from services.kit.db.outbox import Handler
from services.kit.db.transaction import Database
from services.telephony.domain.agent import Agent, AgentState, new_secret
from services.telephony.domain.campaign import Campaign, CampaignState
from services.telephony.domain.campaign_fields import fields_of
from services.telephony.domain.provisioning.codes import TenantCode
from services.telephony.domain.provisioning.objects import DialerObject, Kind, ObjectState
from services.telephony.domain.provisioning.plan import allowed_campaigns
from services.telephony.partners.dialer.client_objects import (
    AgentObject,
    CampaignObject,
    ClientObjects,
)
from services.telephony.store import TelephonyStore
from services.telephony.usecases.client_desk import code_of
from services.telephony.usecases.dialer_change import DialerChanges, converge
from services.telephony.usecases.give_routes import TENANT_ROUTED
from services.telephony.usecases.keep_agents import AGENT, LOG_OUT
from services.telephony.usecases.keep_campaigns import CAMPAIGN
from services.telephony.usecases.provisioning.ports import RouteSetup

_YES_NO: Final = {True: "Y", False: "N"}
_MANUALLY: Final = {True: "1", False: "0"}


class Appliers:
    """The effects of intents, each for one row of one tenant."""

    def __init__(
        self, db: Database[TelephonyStore], objects: ClientObjects, routes: RouteSetup | None
    ) -> None:
        self._db, self._objects, self._routes = db, objects, routes

    def handlers(self, changes: DialerChanges) -> dict[str, Handler]:
        """What the outbox calls, by kind of intent."""
        return {
            CAMPAIGN: changes.handler(self.apply_campaign),
            AGENT: changes.handler(self.apply_agent),
            LOG_OUT: changes.handler(self.log_out),
            TENANT_ROUTED: changes.handler(self.apply_route),
        }

    async def apply_campaign(self, tenant_id: str, payload: dict[str, str]) -> None:
        """Makes the dialer's campaign what the store tells."""
        campaign_id = payload["campaign_id"]

        async def read() -> Campaign:
            async with self._db.read(tenant_id) as store:
                return await store.campaigns.get(tenant_id, campaign_id)

        async def write(campaign: Campaign) -> None:
            await self._put_campaign(tenant_id, campaign)

        async def note(campaign: Campaign) -> bool:
            async with self._db.transaction(tenant_id) as store:
                return await store.campaigns.note_applied(campaign)

        await converge(read, write, note)

    async def _put_campaign(self, tenant_id: str, campaign: Campaign) -> None:
        async with self._db.transaction(tenant_id) as store:
            code = await code_of(store, tenant_id)
            known = await store.dialer_objects.list(tenant_id, [Kind.CAMPAIGN])
            object_id = code.campaign(campaign.number)
            pattern = next((each for each in known if each.object_id != object_id), None)
            mine = next((each for each in known if each.object_id == object_id), None)
            is_meant_active = campaign.state is CampaignState.ACTIVE
            service = await store.service_states.get(tenant_id)
            is_active = is_meant_active and service.lets_calls_out
            inherited = dict(mine.fields if mine else pattern.fields if pattern else {})
            fields = {**inherited, **fields_of(campaign), "active": _YES_NO[is_meant_active]}
            fields["user_group"] = code.user_group
            fields |= await store.trunks.campaign_columns(tenant_id)
            # What a suspension holds back is given back only if it is still wanted.
            held = mine.held if mine and is_meant_active else {}
            # Before anything is there, so that it can be found and removed whatever happens.
            await store.dialer_objects.put(
                DialerObject(
                    tenant_id, Kind.CAMPAIGN, object_id, campaign.campaign_id,
                    ObjectState.ACTIVE, fields, held,
                )
            )  # fmt: skip
        del fields["active"]
        source = pattern.object_id if pattern else object_id
        wanted = CampaignObject(object_id, source, code.user_group, fields, is_active)
        await self._objects.put_campaign(wanted)
        await self._allow_campaigns(tenant_id, code)
        if is_active:
            await self._objects.activate_campaign(object_id)

    async def _allow_campaigns(self, tenant_id: str, code: TenantCode) -> None:
        """Tells the dialer which campaigns agents may choose; again if that changed meanwhile."""
        told: list[str] | None = None
        while (campaigns := await self._allowed(tenant_id, code)) != told:
            await self._objects.allow_campaigns(code.user_group, allowed_campaigns(campaigns))
            told = campaigns

    async def _allowed(self, tenant_id: str, code: TenantCode) -> list[str]:
        async with self._db.transaction(tenant_id) as store:
            ours = {each.number: each for each in await store.campaigns.all(tenant_id)}
            over = {
                code.campaign(number)
                for number, each in ours.items()
                if each.state is CampaignState.ARCHIVED
            }
            known = await store.dialer_objects.list(tenant_id, [Kind.CAMPAIGN, Kind.USER_GROUP])
            allowed = sorted(
                each.object_id
                for each in known
                if each.kind is Kind.CAMPAIGN and each.object_id not in over
            )
            column = {"allowed_campaigns": allowed_campaigns(allowed)}
            for group in (each for each in known if each.kind is Kind.USER_GROUP):
                await store.dialer_objects.set_fields(
                    tenant_id, Kind.USER_GROUP, group.object_id, column
                )
            return allowed

    async def apply_route(self, tenant_id: str, payload: dict[str, str]) -> None:
        """Lets the campaigns of a tenant that was given a route take it."""
        async with self._db.operator_read() as store:
            await code_of(store, tenant_id)
        if self._routes is None or not await self._routes.ensure(tenant_id):
            return
        async with self._db.read(tenant_id) as store:
            campaigns = await store.campaigns.all(tenant_id)
        for campaign in campaigns:
            if campaign.state is not CampaignState.ARCHIVED:
                await self.apply_campaign(tenant_id, {"campaign_id": campaign.campaign_id})

    async def apply_agent(self, tenant_id: str, payload: dict[str, str]) -> None:
        """Makes the dialer's user and phone what the store tells."""
        agent_id = payload["agent_id"]

        async def read() -> Agent:
            async with self._db.read(tenant_id) as store:
                return await store.agents.get(tenant_id, agent_id)

        async def write(agent: Agent) -> None:
            await self._objects.put_agent(await self._agent_object(tenant_id, agent))

        async def note(agent: Agent) -> bool:
            async with self._db.transaction(tenant_id) as store:
                return await store.agents.note_applied(agent)

        await converge(read, write, note)

    async def _agent_object(self, tenant_id: str, agent: Agent) -> AgentObject:
        async with self._db.transaction(tenant_id) as store:
            code = await code_of(store, tenant_id)
            known = await store.dialer_objects.list(tenant_id, [Kind.PHONE, Kind.USER])
            phones = [each.fields for each in known if each.kind is Kind.PHONE]
            pattern = dict(phones[0]) if phones else {}
            user = code.user(agent.number)
            service = await store.service_states.get(tenant_id)
            wanted = AgentObject(
                user=user,
                phone=code.phone(agent.number),
                number=agent.number,
                user_group=code.user_group,
                full_name=agent.display_name,
                may_dial_manually=agent.may_dial_manually,
                is_active=agent.state is AgentState.ACTIVE and service.lets_agents_in,
                password=agent.pending_password,
                phone_password=new_secret(),
                host=pattern.get("server_ip", ""),
                protocol=pattern.get("protocol", ""),
            )
            await _note_agent(store, agent, wanted, {each.object_id: each for each in known})
            return wanted

    async def log_out(self, tenant_id: str, payload: dict[str, str]) -> None:
        """Orders an agent's session to end."""
        async with self._db.read(tenant_id) as store:
            agent = await store.agents.get(tenant_id, payload["agent_id"])
            code = await code_of(store, tenant_id)
        await self._objects.log_out(code.user(agent.number))


async def _note_agent(
    store: TelephonyStore, agent: Agent, wanted: AgentObject, known: dict[str, DialerObject]
) -> None:
    """Puts user and phone into the map, before they are there."""
    is_meant_active = agent.state is AgentState.ACTIVE
    active = _YES_NO[is_meant_active]
    user = {
        "full_name": wanted.full_name,
        "user_group": wanted.user_group,
        "phone_login": wanted.phone,
        "agentcall_manual": _MANUALLY[wanted.may_dial_manually],
        "active": active,
    }
    phone = {"fullname": wanted.full_name, "user_group": wanted.user_group, "active": active}
    if wanted.host:
        phone |= {"server_ip": wanted.host, "protocol": wanted.protocol}
    for kind, object_id, resource_id, fields in (
        (Kind.PHONE, wanted.phone, "", phone),
        (Kind.USER, wanted.user, agent.agent_id, user),
    ):
        before = known.get(object_id)
        held = before.held if before and is_meant_active else {}
        await store.dialer_objects.put(
            DialerObject(
                agent.tenant_id, kind, object_id, resource_id, ObjectState.ACTIVE, fields, held
            )
        )
