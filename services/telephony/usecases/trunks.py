"""A tenant's trunk: made, shut and removed; and the plan that it is rendered from."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.kit.db.transaction import Database
from services.kit.secret_box import SecretBox
from services.telephony.domain.carrier import Carrier
from services.telephony.domain.dialplan import plan as dialplan
from services.telephony.domain.provisioning.objects import Kind
from services.telephony.domain.route import Route
from services.telephony.domain.trunk import Trunk, carrier_group, prefix_of
from services.telephony.partners.directory import Entry
from services.telephony.store import TelephonyStore
from services.telephony.usecases.keep_carriers import secret_place

# What a tenant without a limit may have: more than a host can carry.
CALLS_MAX = 10_000
_DIDS_MAX = 5_000
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9 .&'-]+")
_Host = tuple[str, str]


class TrunkUnusable(Exception):
    """There is nothing to render; the text is the reason, for the operator."""


@dataclass(frozen=True, slots=True)
class Platform:
    """What all plans share: the journals' folder on a host, and the dialer's call log there."""

    journal: str
    call_log: str | None


class Trunks:
    """What provisioning asks of routes; the applier brings it about, host by host."""

    def __init__(self, db: Database[TelephonyStore], hosts: Sequence[_Host]) -> None:
        self._db, self._hosts = db, hosts

    async def ensure(self, tenant_id: str) -> Mapping[str, str]:
        """Makes the trunk, or has it made right; gives the columns of a campaign that uses it.

        An empty answer: the tenant has no route with a carrier that can be reached.
        """
        async with self._db.operator_transaction() as store:
            if not await usable_routes(store, tenant_id):
                return {}
            code = await store.dialer_tenants.get(tenant_id)
            fresh = Trunk(tenant_id, prefix_of(code.number), _unguessable(), True, False, 1)
            await store.trunks.add(fresh, self._hosts)
            trunk = await store.trunks.get(tenant_id, for_update=True)
            if trunk.is_removed:
                await store.trunks.set(tenant_id, is_removed=False, is_open=True)
        return trunk.campaign_columns()

    async def remove(self, tenant_id: str) -> None:
        """Has the trunk taken out of all hosts, if there is one."""
        async with self._db.operator_transaction() as store:
            await store.trunks.set(tenant_id, is_removed=True, is_open=False)

    async def set_open(self, tenant_id: str, is_open: bool) -> None:
        """Lets calls out, or has every new one stopped; those that are up go on."""
        async with self._db.operator_transaction() as store:
            await store.trunks.set(tenant_id, is_open=is_open)


async def usable_routes(store: TelephonyStore, tenant_id: str) -> list[tuple[Route, Carrier]]:
    """Gives the tenant's first route that can be rendered and its failover, with their carriers.

    Routes whose carrier costs more than the tenant pays are none, if the operator wants it so.
    """
    disallowed = await store.disallowed_carriers.of(tenant_id)
    found_routes = await store.trunks.routes_of(tenant_id)
    routes = {each.route_id: each for each in found_routes if each.carrier not in disallowed}
    standing_in = {route.failover_route_id for route in routes.values()}
    for route in routes.values():
        carrier = await store.carriers.get(route.carrier)
        if route.route_id in standing_in or not carrier.host:
            continue
        found = [(route, carrier)]
        other = routes.get(route.failover_route_id or "")
        if other is not None:
            second = await store.carriers.get(other.carrier)
            if second.host and second.protocol is carrier.protocol:
                found.append((other, second))
        return found
    return []


async def trunk_plan(
    store: TelephonyStore, box: SecretBox, trunk: Trunk, entry: Entry, platform: Platform
) -> dialplan.Plan:
    """Gives what the trunk is rendered from, but for the host's share; raises TrunkUnusable."""
    tenant_id = trunk.tenant_id
    routes = await usable_routes(store, tenant_id)
    if not routes:
        raise TrunkUnusable("No route of the tenant has a carrier that can be reached.")
    held = await store.dids.list_after(tenant_id, "", _DIDS_MAX)
    numbers = tuple(did.phone_number.removeprefix("+") for did in held if did.end_date is None)
    if not numbers:
        raise TrunkUnusable("The tenant has no number to show to those it calls.")
    objects = await store.dialer_objects.list(tenant_id, [Kind.CAMPAIGN])
    code = await store.dialer_tenants.get(tenant_id)
    limit = entry.limits.max_concurrent_calls
    name = _NOT_IN_A_NAME.sub(" ", entry.brand).strip(" .&'-")[:40].strip() or code.neutral
    return dialplan.Plan(
        code=code.neutral,
        technology=dialplan.Technology(routes[0][1].protocol.value),
        brand=name,
        prefix=trunk.prefix,
        three_way_prefix=trunk.three_way_prefix,
        campaigns=frozenset(campaign.object_id for campaign in objects),
        caller_ids=numbers,
        calls_max=CALLS_MAX if limit is None else limit,
        carriers=tuple(_way_out(box, route, carrier) for route, carrier in routes),
        platform_header=name,
        journal=platform.journal,
        dids=numbers,
        call_log=platform.call_log,
    )


def _way_out(box: SecretBox, route: Route, carrier: Carrier) -> dialplan.Carrier:
    login = None
    if carrier.login_secret is not None:
        secret = box.open(carrier.login_secret, secret_place(carrier.carrier_id))
        login = dialplan.Login(carrier.login_user, secret)
    return dialplan.Carrier(
        route_code=route.code,
        host=carrier.host,
        port=carrier.port,
        login=login,
        codecs=carrier.codecs,
        caller_id_format=carrier.caller_id_format,
        calls_max=carrier.calls_max,
        group=carrier_group(carrier.carrier_id),
    )


def _unguessable() -> str:
    """A prefix for calls that name no campaign; no prefix of four digits begins it."""
    return f"9{2 + secrets.randbelow(7)}{secrets.randbelow(10**10):010d}"
