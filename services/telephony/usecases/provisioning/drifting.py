"""Looks for drift, and puts it right."""

from __future__ import annotations

from collections.abc import Sequence

from services.kit.db.transaction import Database
from services.telephony.domain.provisioning.drift import Drift, Policy, drifts_of, strangers
from services.telephony.domain.provisioning.kinds import PLACES, expected
from services.telephony.domain.provisioning.objects import DialerObject, Kind, ObjectState
from services.telephony.partners.dialer.objects import Dialer
from services.telephony.store import TelephonyStore

# Kinds whose rows say whose they are.
_OWNED = (Kind.CAMPAIGN, Kind.IN_GROUP, Kind.USER, Kind.PHONE, Kind.CALLER_ID, Kind.DID)


# Whatever else is wrong with an object: these let one tenant into another's.
_ISOLATING = frozenset(
    {
        "allowed_campaigns", "admin_viewable_groups", "agent_status_viewable_groups", "user_group",
        "user_level", "vdc_agent_api_access", "dial_prefix", "manual_dial_prefix",
        "three_way_dial_prefix", "manual_dial_list_id", "campaign_id", "list_id", "group_id",
    }
)  # fmt: skip


class DriftWatch:
    """Compares and repairs; whoever repairs holds the tenant's lease."""

    def __init__(self, db: Database[TelephonyStore], dialer: Dialer) -> None:
        self._db, self._dialer = db, dialer

    async def look(self, tenant_id: str) -> list[Drift]:
        """Compares all objects of a tenant, and notes what is wrong."""
        async with self._db.operator_read() as store:
            objects = await store.dialer_objects.list(tenant_id)
        found = [drift for known in objects for drift in await self._drifts(known)]
        found += await self._strangers(tenant_id, objects)
        async with self._db.operator_transaction() as store:
            await store.drifts.replace(tenant_id, found)
        return found

    async def repair(
        self, tenant_id: str, found: Sequence[Drift], policy: Policy = Policy.REPAIR
    ) -> int:
        """Puts objects right; gives how many. Objects that nobody of ours made are left alone."""
        wrong = {
            (drift.kind, drift.object_id)
            for drift in found
            if drift.expected and (policy is Policy.REPAIR or (drift.field in _ISOLATING))
        }
        if policy is Policy.REPORT or not wrong:
            return 0
        async with self._db.operator_read() as store:
            objects = await store.dialer_objects.list(tenant_id)
        repaired = [known for known in objects if (known.kind, known.object_id) in wrong]
        # In the order of kinds: what is missing is made after what it refers to.
        for known in sorted(repaired, key=lambda each: list(Kind).index(each.kind)):
            fields = [each.field for each in found if each.object_id == known.object_id]
            await self._right(known, objects, fields if policy is Policy.ISOLATION else None)
        return len(repaired)

    async def _right(
        self,
        known: DialerObject,
        objects: Sequence[DialerObject],
        fields: Sequence[str] | None,
    ) -> None:
        if await self._dialer.exists(known):
            wanted = expected(known)
            names = wanted if fields is None else _ISOLATING.intersection(fields)
            await self._dialer.correct(known, {name: wanted[name] for name in names})
            return
        pattern = next(
            (each.object_id for each in objects
             if each.kind is Kind.CAMPAIGN and each.object_id != known.object_id),
            "TEMPLATE",
        )  # fmt: skip
        await self._dialer.make(known, pattern)
        switch = PLACES[known.kind].switch
        if switch is not None and known.state is ObjectState.ACTIVE:
            await self._dialer.switch(known, expected(known).get(switch, "Y"))

    async def _drifts(self, known: DialerObject) -> list[Drift]:
        return drifts_of(known, await self._dialer.read(known))

    async def _strangers(self, tenant_id: str, objects: Sequence[DialerObject]) -> list[Drift]:
        group = next((each.object_id for each in objects if each.kind is Kind.USER_GROUP), None)
        if group is None:
            return []
        found = []
        for kind in _OWNED:
            ids = await self._dialer.of_group(kind, group)
            known = [each.object_id for each in objects if each.kind is kind]
            found += strangers(tenant_id, kind, ids, known)
        return found
