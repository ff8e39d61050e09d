"""Puts together what brings tenants into the dialer, holds them back, and takes them out."""

from __future__ import annotations

import asyncio
import uuid

from services.kit.db.leases import Leases
from services.kit.db.transaction import Database
from services.kit.logging import get_logger
from services.kit.process import Worker
from services.kit.rpc.server import Service
from services.telephony.assembly import DialerSide
from services.telephony.domain.provisioning.drift import Policy
from services.telephony.partners.dialer.objects import Dialer
from services.telephony.partners.dialer.sql_views import SqlViews
from services.telephony.partners.directory import Directory
from services.telephony.rpc.drifts import DriftService
from services.telephony.rpc.provisioning import Around, ProvisioningService
from services.telephony.rpc.service_states import ServiceStateService
from services.telephony.rpc.sql_accesses import SqlAccessService
from services.telephony.settings import TelephonySettings
from services.telephony.store import TelephonyStore
from services.telephony.usecases.provisioning.blocking import Blocker
from services.telephony.usecases.provisioning.drifting import DriftWatch
from services.telephony.usecases.provisioning.ports import RouteSetup
from services.telephony.usecases.provisioning.running import Runner
from services.telephony.usecases.provisioning.sql_access import SqlAccess
from services.telephony.worker.drift_watcher import DriftOptions, DriftWatcher
from services.telephony.worker.provisioner import Provisioner
from services.telephony.worker.state_keeper import StateKeeper
from veneer.telephony.v1 import (
    drift_service_pb2_grpc,
    provisioning_service_pb2_grpc,
    service_state_service_pb2_grpc,
    sql_access_service_pb2_grpc,
)

log = get_logger(__name__)


class TenantSide:
    """Services, and the workers of a replica that can write to the dialer.

    Without a dialer everything is taken note of and waits for a replica that has one.
    """

    def __init__(
        self,
        db: Database[TelephonyStore],
        directory: Directory,
        dialer: DialerSide,
        settings: TelephonySettings,
    ) -> None:
        self._db = db
        self._dialer: Dialer | None = None
        if dialer.api is not None and dialer.tables is not None:
            self._dialer = Dialer(dialer.api, dialer.tables)
        self._watch = DriftWatch(db, self._dialer) if self._dialer else None
        self._runs, self.states_came = asyncio.Event(), asyncio.Event()
        url = settings.dialer_views_database_url
        self._views = SqlViews(url.get_secret_value()) if url else None
        self._access = SqlAccess(db, self._views) if self._views else None
        host = next(iter(settings.dialer_addresses().values()), "")
        around = Around(directory, host, self._runs)
        self.services: tuple[Service, ...] = (
            (
                provisioning_service_pb2_grpc.add_ProvisioningServiceServicer_to_server,
                ProvisioningService(db, db.clock, around),
            ),
            (
                service_state_service_pb2_grpc.add_ServiceStateServiceServicer_to_server,
                ServiceStateService(db, directory, self.states_came),
            ),
            (
                drift_service_pb2_grpc.add_DriftServiceServicer_to_server,
                DriftService(db, self._watch),
            ),
            (
                sql_access_service_pb2_grpc.add_SqlAccessServiceServicer_to_server,
                SqlAccessService(db, self._access),
            ),
        )

    async def close(self) -> None:
        """Drops its own connections."""
        if self._views is not None:
            self._views.close()

    def workers(
        self, routes: RouteSetup | None, policy: Policy, drift_seconds: float
    ) -> list[Worker]:
        """The workers; tenants get no way out without `routes`."""
        if self._dialer is None or self._watch is None:
            log.warning("tenants are not provisioned here: no way to write to a dialer is set")
            return []
        db = self._db

        def leases() -> Leases:
            """Each worker's own, so that they keep out of each other's way too."""
            return Leases(db, uuid.uuid4().hex)

        runner = Runner(db, self._dialer, routes, self._access)
        blocker = Blocker(db, self._dialer, routes)
        return [
            Provisioner(db, db.clock, leases(), runner, self._runs).run,
            StateKeeper(db, leases(), blocker, self.states_came).run,
            DriftWatcher(
                db, leases(), self._watch, self._access, DriftOptions(policy, drift_seconds)
            ).run,
        ]
