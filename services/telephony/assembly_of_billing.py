"""Puts together what goes between billing and the dialer; without billing, nothing does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import grpc

from services.kit.db.leases import Leases
from services.kit.db.outbox import Handler
from services.kit.db.transaction import Database
from services.kit.process import Worker
from services.telephony.partners.accounts import Accounts
from services.telephony.partners.carrier_losses import CarrierLosses
from services.telephony.partners.dialer.live_tables import LiveTables
from services.telephony.partners.route_carriers import RouteCarriers
from services.telephony.store import TelephonyStore
from services.telephony.usecases.give_routes import ROUTE_CARRIER
from services.telephony.worker.account_gate import AccountGate
from services.telephony.worker.loss_guard import LossGuard


class BillingSide:
    """What billing is told, and what is done about what it says of accounts and losses."""

    def __init__(self, channel: grpc.aio.Channel | None) -> None:
        self._channel = channel
        self.handlers: Mapping[str, Handler] = (
            {ROUTE_CARRIER: RouteCarriers(channel).tell} if channel is not None else {}
        )

    def workers(
        self,
        db: Database[TelephonyStore],
        leases: Leases,
        live: LiveTables | None,
        states_came: asyncio.Event,
    ) -> list[Worker]:
        """What goes on by itself."""
        if self._channel is None:
            return []
        return [
            AccountGate(db, leases, Accounts(self._channel), live, states_came).run,
            LossGuard(db, leases, CarrierLosses(self._channel), states_came).run,
        ]
