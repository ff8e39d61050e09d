"""Calls are kept off the carriers on which they would lose money."""

from __future__ import annotations

import asyncio
import uuid

from services.kit.db.leases import Leases
from services.telephony.partners.carrier_losses import CarrierLosses
from services.telephony.usecases.trunks import usable_routes
from services.telephony.worker.loss_guard import LossGuard
from tests.rpc.telephony.test_trunks import Dialer, dialer, mariadb
from tests.support.mesh import mesh, serving
from tests.support.simulators.account_gates import LosingCarriers
from tests.support.telephony import Client

__all__ = ["dialer", "mariadb"]


async def test_calls_are_kept_off_a_carrier_that_costs_more_than_they_bring(
    dialer: Dialer,
) -> None:
    """Without another way out nothing is dialed; when prices fit again, it is."""
    client = await dialer.a_client()
    await dialer.trunks.ensure(client.tenant_id)
    losses = LosingCarriers()
    db = dialer.telephony.database
    async with (
        serving("billing", [losses.service], dialer.telephony.clock) as server,
        mesh().channel(server.port, "billing", "telephony") as channel,
    ):
        leases = Leases(db, uuid.uuid4().hex)
        guard = LossGuard(db, leases, CarrierLosses(channel), asyncio.Event())
        await guard.look()
        allowed = await _state_and_routes(dialer, client)
        losses.pairs = [(client.tenant_id, f"c-{client.code}")]
        await guard.look()
        kept_off = await _state_and_routes(dialer, client)
        losses.pairs = []
        await guard.look()

    assert allowed == ("ACTIVE", 1)
    assert kept_off == ("OUTBOUND_BLOCKED", 0)
    assert await _state_and_routes(dialer, client) == ("ACTIVE", 1)


async def _state_and_routes(dialer: Dialer, client: Client) -> tuple[str, int]:
    async with dialer.telephony.database.operator_read() as store:
        routes = await usable_routes(store, client.tenant_id)
        return await store.service_states.state_of(client.tenant_id), len(routes)
