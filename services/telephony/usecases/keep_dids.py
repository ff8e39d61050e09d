"""Orders numbers from stock, routes them and gives them back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from services.kit.clock import Clock
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.telephony.domain.agent import AgentState
from services.telephony.domain.audited import of_did
from services.telephony.domain.campaign import CampaignState
from services.telephony.domain.did import Did, DidTargetOver, NumberInUse, new_did, released
from services.telephony.domain.quota import check_quota
from services.telephony.domain.service_state import check_may_begin
from services.telephony.domain.stock import NumberNotAvailable
from services.telephony.partners.directory import Directory, Limits
from services.telephony.store import TelephonyStore
from services.telephony.usecases.client_desk import Asked
from services.telephony.usecases.route_did import tell_dialer

_ORDER: Final = "OrderDid"
DidKey = tuple[str, str]
"""Tenant, number without plus."""


@dataclass(frozen=True, slots=True)
class DidDesk:
    """The store, the time, who is who; and what wakes the meter and the outbox."""

    db: Database[TelephonyStore]
    clock: Clock
    directory: Directory
    meter: asyncio.Event
    outbox: asyncio.Event

    def wake(self) -> None:
        """Has days metered and the dialer told."""
        self.meter.set()
        self.outbox.set()


async def give_did(store: TelephonyStore, did: Did, limits: Limits) -> None:
    """Adds a number within the tenant's limit; the dialer follows. In an operator transaction."""
    await store.quotas.hold(did.tenant_id)
    check_quota("dids", limits.max_dids, await store.dids.count_held(did.tenant_id))
    await store.dids.add(did)
    await tell_dialer(store, did)


async def order_did(desk: DidDesk, prefix: str, number: str, asked: Asked) -> Did:
    """Takes a number out of stock for a tenant: this one (without plus), or one that begins so.

    A repeat is answered with the number of the first time. Refuses with NUMBER_NOT_AVAILABLE.
    """
    tenant_id = asked.tenant_id
    # Who can't tell the limit does not answer: then nothing is ordered.
    entry = await desk.directory.get(tenant_id)
    now = desk.clock.now()
    # The stock is the operator's.
    async with desk.db.operator_transaction() as store:
        key = (tenant_id, _ORDER, asked.request.request_id)
        answered = await store.requests.answer_to(*key, fingerprint(asked.request))
        if answered is not None:
            return await store.dids.get(tenant_id, answered.decode())
        # Before the stock: two orders of a tenant would wait for each other's numbers.
        await store.quotas.hold(tenant_id)
        check_may_begin(await store.service_states.get(tenant_id))
        found = await store.stock_numbers.take(prefix, number, now.date())
        if found is None:
            raise NumberNotAvailable("There is no such number to be ordered.")
        did = new_did(tenant_id, f"+{found}", now.astimezone(entry.zone).date(), now)
        await give_did(store, did, entry.limits)
        await store.changes.note(of_did("dids.order", None, did))
        await store.requests.remember(*key, found.encode())
    desk.wake()
    return did


async def route_did(desk: DidDesk, key: DidKey, target: str, asked: Asked) -> Did:
    """Routes a number to `campaigns/{id}`, `agents/{id}` or whoever takes calls."""
    async with desk.db.transaction(key[0]) as store:
        did = await store.dids.get(*key, for_update=True)
        if not await asked.is_repeat(store):
            if did.end_date is not None:
                raise DidTargetOver("The number is not held any more.")
            await _check_target(store, key[0], target)
            wanted = replace(did, target=target)
            await store.dids.save(wanted)
            await tell_dialer(store, wanted)
            await store.changes.note(of_did("dids.route", did, wanted))
            did = wanted
            await asked.keep(store)
    desk.wake()
    return did


async def release_did(desk: DidDesk, key: DidKey, asked: Asked) -> Did:
    """Ends a number today: the day is charged, its calls end at once, others wait for it."""
    entry = await desk.directory.get(key[0])
    today = desk.clock.now().astimezone(entry.zone).date()
    async with desk.db.transaction(key[0]) as store:
        await store.quotas.hold(key[0])
        did = await store.dids.get(*key, for_update=True)
        if not await asked.is_repeat(store):
            wanted = released(did, today)
            if wanted is not did:
                await _check_unused(store, did)
                await store.dids.save(wanted)
                await tell_dialer(store, wanted)
                await store.changes.note(of_did("dids.release", did, wanted))
            did = wanted
            await asked.keep(store)
    desk.wake()
    return did


async def _check_target(store: TelephonyStore, tenant_id: str, target: str) -> None:
    collection, _, target_id = target.partition("/")
    if collection == "agents":
        agent = await store.agents.get(tenant_id, target_id)
        if agent.state is not AgentState.ACTIVE:
            raise DidTargetOver("The agent is inactive.")
    if collection == "campaigns":
        campaign = await store.campaigns.get(tenant_id, target_id)
        if campaign.state is CampaignState.ARCHIVED:
            raise DidTargetOver("The campaign is archived.")


async def _check_unused(store: TelephonyStore, did: Did) -> None:
    """Refuses what would have calls show a number that is soon somebody else's."""
    for campaign in await store.campaigns.all(did.tenant_id):
        shows = campaign.caller_number == did.phone_number
        if shows and campaign.state is not CampaignState.ARCHIVED:
            raise NumberInUse(
                "A campaign shows it to those it calls.", campaign=campaign.campaign_id
            )
    dials = await store.dialer_tenants.find(did.tenant_id) is not None
    if dials and await store.dids.count_held(did.tenant_id) == 1:
        raise NumberInUse("It is the last one: calls would show none.")
