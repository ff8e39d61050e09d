"""Puts together what the operator has of carriers: their service, and trunks in the dialer."""

from __future__ import annotations

from services.kit.clock import Clock
from services.kit.db.leases import Leases
from services.kit.db.outbox import Handler
from services.kit.db.transaction import Database
from services.kit.logging import get_logger
from services.kit.process import Worker
from services.kit.resealing import Resealer
from services.kit.rpc.server import Service
from services.telephony.assembly import DialerSide
from services.telephony.partners.dialer.carrier_rows import CarrierRows
from services.telephony.partners.dialer.day_rows import DayRows
from services.telephony.partners.directory import Directory
from services.telephony.partners.host_check import HostCheck
from services.telephony.rpc.carriers import CarrierService
from services.telephony.rpc.reconciliations import ReconciliationService
from services.telephony.rpc.secret_words import SecretWordService
from services.telephony.settings import TelephonySettings
from services.telephony.store import TelephonyStore
from services.telephony.usecases.keep_carriers import seal_anew
from services.telephony.usecases.route_did import ROUTE_DID, DidRoutes
from services.telephony.usecases.trunks import Platform, Trunks
from services.telephony.worker.host_watch import HostWatch
from services.telephony.worker.reconciler import Reconciler
from services.telephony.worker.trunk_applier import Making, Reach, TrunkApplier
from veneer.telephony.v1 import (
    carrier_service_pb2_grpc,
    reconciliation_service_pb2_grpc,
    secret_word_service_pb2_grpc,
)

log = get_logger(__name__)


class CarrierSide:
    """`trunks` is None where telephony has no way to write to the dialer, or no host is named."""

    def __init__(
        self,
        settings: TelephonySettings,
        db: Database[TelephonyStore],
        clock: Clock,
        directory: Directory,
        dialer: DialerSide,
    ) -> None:
        self._settings, self._db, self._directory = settings, db, directory
        self._box = settings.secret_box()
        self._hosts = settings.dialer_addresses()
        self._tables = dialer.tables
        self.services: tuple[Service, ...] = (
            (
                carrier_service_pb2_grpc.add_CarrierServiceServicer_to_server,
                CarrierService(db, clock, self._box),
            ),
            (
                reconciliation_service_pb2_grpc.add_ReconciliationServiceServicer_to_server,
                ReconciliationService(db),
            ),
            (
                secret_word_service_pb2_grpc.add_SecretWordServiceServicer_to_server,
                SecretWordService(db),
            ),
        )
        self.trunks = Trunks(db, list(self._hosts)) if self._tables and self._hosts else None
        self.handlers: dict[str, Handler] = {}
        if self._tables is not None:
            self.handlers[ROUTE_DID] = DidRoutes(db, self._tables).route
        self.resealer = Resealer(db, self._box, seal_anew)
        self.applier: TrunkApplier | None = None
        self.watch: HostWatch | None = None
        self.reconciler: Reconciler | None = None

    def workers(self, leases: Leases) -> list[Worker]:
        """What keeps secrets, watches hosts, applies trunks, reconciles days where it can."""
        managers = self._settings.managers()
        checks = {name: HostCheck(address) for name, address in managers.items()}
        self.watch = HostWatch(self._db, leases, checks)
        watching = [self.resealer.run, *([self.watch.run] if checks else [])]
        if self._settings.dialer_database_url is not None:
            url = self._settings.dialer_database_url.get_secret_value()
            rows = DayRows(url, self._settings.dialer_time_zone)
            self.reconciler = Reconciler(self._db, leases, self._directory, rows)
            watching.append(self.reconciler.run)
        if self._tables is None or self.trunks is None:
            return watching
        if not managers:
            log.warning("routes are applied and not verified: no manager of a host is set")
        reach = Reach(CarrierRows(self._tables), self._hosts, checks)
        call_log = self._settings.dialer_call_log or None
        platform = Platform(self._settings.dialer_journal_folder, call_log)
        making = Making(self._directory, self._box, platform)
        self.applier = TrunkApplier(self._db, leases, reach, making)
        return [*watching, self.applier.run]
