"""Has the dialer take calls to a number that a tenant came to hold: to the tenant's in-group."""

from __future__ import annotations

from services.kit.db.outbox import Intent
from services.kit.db.transaction import Database
from services.telephony.domain.provisioning.kinds import ACTIVE, INACTIVE
from services.telephony.domain.provisioning.objects import DialerObject, Kind, ObjectState
from services.telephony.domain.provisioning.plan import did_fields
from services.telephony.partners.dialer.admin_tables import AdminTables
from services.telephony.store import TelephonyStore

ROUTE_DID = "dialer-did"
_TABLE = "vicidial_inbound_dids"


class DidNotKept(Exception):
    """The dialer's table holds something else than was written."""


class DidRoutes:
    """The dialer's table of numbers; the map says first whose a number is."""

    def __init__(self, db: Database[TelephonyStore], tables: AdminTables) -> None:
        self._db, self._tables = db, tables

    async def route(self, intent: Intent) -> None:
        """Writes the number inactive, reads it back, and activates it.

        A tenant that is not in the dialer has nobody to take its calls; it gets the number with
        its provisioning.
        """
        tenant_id, number = intent.payload["tenant_id"], intent.payload["number"]
        async with self._db.operator_transaction() as store:
            code = await store.dialer_tenants.find(tenant_id)
            if code is None:
                return
            fields = did_fields(code)
            row = DialerObject(tenant_id, Kind.DID, number, number, fields=fields)
            await store.dialer_objects.put(row)
            await store.trunks.touch([tenant_id])
        key = {"did_pattern": number}
        await self._tables.put(_TABLE, key, {**fields, "did_active": INACTIVE})
        (kept,) = await self._tables.rows(_TABLE, list(fields), key)
        if {**kept, "did_active": ACTIVE} != fields:
            raise DidNotKept("The dialer's table has cut or changed the number.")
        await self._tables.update(_TABLE, key, {"did_active": ACTIVE})
        async with self._db.operator_transaction() as store:
            await store.dialer_objects.put(row.with_state(ObjectState.ACTIVE))
