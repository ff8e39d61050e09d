"""Divides a tenant's cap on calls over its hosts, and divides it anew when one goes or comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from services.kit.db.transaction import Database
from services.kit.logging import get_logger
from services.telephony.domain.dialplan.plan import Plan
from services.telephony.domain.trunk import TrunkHost, TrunkState, next_grants, shares
from services.telephony.partners.host_check import HostCheck
from services.telephony.store import TelephonyStore

# A host of which nothing was heard for so long, neither by its manager nor by a line, counts as
# dead, and its share is given to others.
LEASE = timedelta(minutes=15)
_Name = tuple[str, str]

log = get_logger(__name__)


class CapShares:
    """Keeps the sum of what hosts may have at or below the cap, at every moment.

    What is granted to a host is what it may have at most: it is lowered after the host was seen
    to have less, and raised before the host is told.
    """

    def __init__(
        self,
        db: Database[TelephonyStore],
        addresses: Mapping[_Name, str],
        checks: Mapping[_Name, HostCheck],
    ) -> None:
        self._db, self._addresses, self._checks = db, addresses, checks

    async def share_of(self, known: TrunkHost, plan: Plan) -> TrunkHost:
        """Divides the plan's cap, and gives the host with what it may have now.

        A share that changes makes the host's entry PENDING, so that a reload keeps to it.
        """
        async with self._db.operator_read() as store:
            hosts = await store.trunks.of_tenant(known.tenant_id)
            heard = await store.host_lives.heard_of()
        hosts = [host for host in hosts if _name(host) in self._addresses]
        now = self._db.clock.now()
        dead = {
            name
            for name in map(_name, hosts)
            if len(hosts) > 1 and name in self._checks
            and (name not in heard or now - heard[name] >= LEASE)
        }  # fmt: skip
        alive = [host for host in hosts if _name(host) not in dead]
        parts = dict(
            zip(map(_name, alive), shares(plan.calls_max, len(alive)), strict=True)
        ) if alive else {}  # fmt: skip
        wanted = [parts.get(_name(host), 0) for host in hosts]
        granted = [await self._lowered(host, aim, plan, dead) for host, aim in
                   zip(hosts, wanted, strict=True)]  # fmt: skip
        if not _may_raise(known, alive, self._checks):
            wanted = [min(pair) for pair in zip(wanted, granted, strict=True)]
        grants = next_grants(granted, wanted, plan.calls_max)
        await self._note(hosts, grants)
        found = dict(zip(map(_name, hosts), grants, strict=True))
        share = found.get(_name(known), 0)
        if share == known.calls_max:
            return known
        return replace(known, calls_max=share, state=TrunkState.PENDING)

    async def _lowered(self, host: TrunkHost, aim: int, plan: Plan, dead: set[_Name]) -> int:
        """What a host still holds, when it has been asked to do with less."""
        if aim >= host.calls_max:
            return host.calls_max
        check = self._checks.get(_name(host))
        if check is None or _name(host) in dead or await check.set_cap(plan, aim):
            return aim
        return host.calls_max

    async def _note(self, hosts: list[TrunkHost], grants: list[int]) -> None:
        changed = [
            (host, grant)
            for host, grant in zip(hosts, grants, strict=True)
            if host.calls_max != grant
        ]
        if not changed:
            return
        async with self._db.operator_transaction() as store:
            for host, grant in changed:
                await store.trunks.grant(host, grant)
                log.info("a host's share of a cap has changed", tenant=host.tenant_id,
                         cluster=host.cluster, host=host.host, share=grant)  # fmt: skip


def _may_raise(known: TrunkHost, alive: list[TrunkHost], checks: Mapping[_Name, HostCheck]) -> bool:
    """Whether every other host has been seen to run what it was given last.

    Till then a reload could bring back an older, greater share.
    """
    return all(
        host.state is TrunkState.VERIFIED or not host.calls_max
        for host in alive
        if _name(host) != _name(known) and _name(host) in checks
    )


def _name(host: TrunkHost) -> _Name:
    return host.cluster, host.host
