"""Makes the dialer's row of a number what the store tells: there with its target, or gone."""

from __future__ import annotations

from services.kit.db.outbox import Intent
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.telephony.domain.did import Did
from services.telephony.domain.provisioning.codes import TenantCode
from services.telephony.domain.provisioning.did_routes import to_agent, to_campaign
from services.telephony.domain.provisioning.kinds import ACTIVE, INACTIVE, expected
from services.telephony.domain.provisioning.objects import (
    DialerObject,
    Fields,
    Kind,
    ObjectState,
)
from services.telephony.domain.provisioning.plan import did_fields
from services.telephony.partners.dialer.admin_tables import AdminTables
from services.telephony.store import TelephonyStore
from services.telephony.usecases.provisioning.leasing import working_at

ROUTE_DID = "dialer-did"
_TABLE = "vicidial_inbound_dids"


class DidNotKept(Exception):
    """The dialer's table holds something else than was written."""


class DidRoutes:
    """The dialer's table of numbers; the map says first whose a number is."""

    def __init__(self, db: Database[TelephonyStore], tables: AdminTables) -> None:
        self._db, self._tables = db, tables

    async def route(self, intent: Intent) -> None:
        """Writes the number as it stands by now, and again if it changed meanwhile.

        A tenant that is not in the dialer has nobody to take its calls; it gets the number with
        its provisioning, and loses it with its removal.
        """
        tenant_id, number = intent.payload["tenant_id"], intent.payload["number"]
        # Nobody removes the tenant meanwhile.
        async with working_at(self._db, tenant_id):
            is_told, told = False, None
            while True:
                async with self._db.operator_transaction() as store:
                    code = await store.dialer_tenants.find(tenant_id)
                    if code is None:
                        return
                    did = await store.dids.find_held(tenant_id, number)
                    fields = await _fields(store, code, did)
                    if is_told and fields == told:
                        return
                    row = await _mapped(store, tenant_id, number, fields)
                    await store.trunks.touch([tenant_id])
                if fields is not None:
                    await self._write(row)
                elif row.state is not ObjectState.INTENDED:
                    await self._remove(row)
                is_told, told = True, fields

    async def _write(self, row: DialerObject) -> None:
        """Writes the number inactive, reads it back, and activates it unless it is held back."""
        key, fields = {"did_pattern": row.object_id}, dict(row.fields)
        await self._tables.put(_TABLE, key, {**fields, "did_active": INACTIVE})
        (kept,) = await self._tables.rows(_TABLE, list(fields), key)
        if {**kept, "did_active": ACTIVE} != fields:
            raise DidNotKept("The dialer's table has cut or changed the number.")
        await self._tables.update(_TABLE, key, {"did_active": expected(row)["did_active"]})
        async with self._db.operator_transaction() as store:
            await store.dialer_objects.put(row.with_state(ObjectState.ACTIVE))

    async def _remove(self, row: DialerObject) -> None:
        """Takes the number out of the dialer, then out of the map."""
        key = {"did_pattern": row.object_id}
        await self._tables.update(_TABLE, key, {"did_active": INACTIVE})
        await self._tables.delete(_TABLE, key)
        async with self._db.operator_transaction() as store:
            await store.dialer_objects.remove(row.tenant_id, Kind.DID, row.object_id)


async def tell_dialer(store: TelephonyStore, did: Did) -> None:
    """Has the dialer's row made what the store tells."""
    payload = {"tenant_id": did.tenant_id, "number": did.did_id}
    await store.outbox.add(ROUTE_DID, payload)


async def _mapped(
    store: TelephonyStore, tenant_id: str, number: str, fields: Fields | None
) -> DialerObject:
    """Gives the number's entry in the map, which is written if the number is held.

    One that is INTENDED and has no fields is not in the map, so its row is not the tenant's.
    """
    objects = await store.dialer_objects.list(tenant_id, [Kind.DID])
    known = {each.object_id: each for each in objects}.get(number)
    if fields is None:
        if known is None:
            return DialerObject(tenant_id, Kind.DID, number)
        return known.with_state(ObjectState.INACTIVE)
    held = known.held if known is not None else {}
    row = DialerObject(tenant_id, Kind.DID, number, number, fields=fields, held=held)
    await store.dialer_objects.put(row)
    return row


async def _fields(store: TelephonyStore, code: TenantCode, did: Did | None) -> Fields | None:
    """Gives the columns of the number's row; None if it is not held."""
    if did is None:
        return None
    collection, _, target_id = did.target.partition("/")
    try:
        if collection == "agents":
            agent = await store.agents.get(did.tenant_id, target_id)
            return to_agent(did_fields(code), code, agent.number)
        if collection == "campaigns":
            campaign = await store.campaigns.get(did.tenant_id, target_id)
            lists = await store.lead_lists.numbers(did.tenant_id, target_id)
            return to_campaign(did_fields(code), code, campaign.number, min(lists, default=1))
    except NotFound:
        # What took its calls is gone: then whoever takes calls does.
        return did_fields(code)
    return did_fields(code)
