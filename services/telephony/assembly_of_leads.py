"""Puts together what serves clients' lists and leads."""

from __future__ import annotations

import asyncio

from services.kit.clock import Clock
from services.kit.db.leases import Leases
from services.kit.db.outbox import Handler
from services.kit.db.transaction import Database
from services.kit.process import Worker
from services.kit.rpc.server import Service
from services.telephony.assembly import DialerSide
from services.telephony.partners.dialer.dnc_tables import DncTables
from services.telephony.partners.dialer.lead_tables import LeadTables
from services.telephony.partners.dialer.objects import Dialer
from services.telephony.partners.dialer.recording_tables import RecordingTables
from services.telephony.partners.dialer.storage_tables import StorageTables
from services.telephony.partners.directory import Directory
from services.telephony.partners.recordings import RecordingFiles
from services.telephony.rpc.dnc import DncService
from services.telephony.rpc.lead_lists import LeadListService
from services.telephony.rpc.lead_uploads import LeadUploadService
from services.telephony.rpc.leads import LeadService
from services.telephony.rpc.recordings import RecordingService
from services.telephony.settings import TelephonySettings
from services.telephony.store import TelephonyStore
from services.telephony.usecases.apply_lead_lists import LeadListApplier
from services.telephony.usecases.change_leads import CHANGE_LEAD, LeadDesk
from services.telephony.usecases.client_desk import ClientDesk
from services.telephony.usecases.dialer_change import DialerChanges
from services.telephony.usecases.find_recordings import RecordingDesk
from services.telephony.usecases.keep_dnc import DNC, DncApplier
from services.telephony.usecases.measure_storage import StorageDesk
from services.telephony.usecases.receive_leads import DROP_WAITING
from services.telephony.usecases.run_upload import UploadRunner
from services.telephony.worker.lead_uploader import LeadUploader
from veneer.telephony.v1 import (
    dnc_service_pb2_grpc,
    lead_list_service_pb2_grpc,
    lead_service_pb2_grpc,
    lead_upload_service_pb2_grpc,
    recording_service_pb2_grpc,
)


class LeadSide:
    """Services, handlers of intents and a worker; without a dialer uploads wait for one."""

    def __init__(
        self,
        settings: TelephonySettings,
        db: Database[TelephonyStore],
        directory: Directory,
        dialer: DialerSide,
        wake: asyncio.Event,
    ) -> None:
        self._db, self._uploads_came = db, asyncio.Event()
        clock: Clock = db.clock
        changes = DialerChanges(db, wake)
        desk = ClientDesk(db, clock, directory, changes)
        self.tables: LeadTables | None = None
        self._dnc: DncTables | None = None
        if settings.dialer_admin_database_url is not None:
            url = settings.dialer_admin_database_url.get_secret_value()
            self.tables, self._dnc = LeadTables(url), DncTables(url)
        self._recordings = _recording_desk(settings, db)
        self.storage = StorageDesk(db, directory, _storage_tables(settings))
        leads = LeadDesk(db, self.tables, wake)
        self.services = self._served(desk, leads, wake)
        self.handlers: dict[str, Handler] = {}
        self._runner: UploadRunner | None = None
        if self.tables is not None and self._dnc is not None:
            self._runner = UploadRunner(db, self.tables, settings.dialer_time_zone)
            self.handlers = {
                DNC: DncApplier(db, self._dnc).apply,
                CHANGE_LEAD: leads.apply,
                DROP_WAITING: changes.handler(self._runner.drop_waiting),
                **_list_handlers(db, dialer, self.tables, changes),
            }

    def _served(
        self, desk: ClientDesk, leads: LeadDesk, wake: asyncio.Event
    ) -> tuple[Service, ...]:
        return (
            (
                lead_list_service_pb2_grpc.add_LeadListServiceServicer_to_server,
                LeadListService(desk),
            ),
            (
                lead_upload_service_pb2_grpc.add_LeadUploadServiceServicer_to_server,
                LeadUploadService(desk, self.storage, self._uploads_came),
            ),
            (lead_service_pb2_grpc.add_LeadServiceServicer_to_server, LeadService(leads)),
            (dnc_service_pb2_grpc.add_DncServiceServicer_to_server, DncService(self._db, wake)),
            (
                recording_service_pb2_grpc.add_RecordingServiceServicer_to_server,
                RecordingService(self._recordings),
            ),
        )

    def workers(self, leases: Leases) -> list[Worker]:
        """What goes on by itself."""
        if self._runner is None:
            return []
        return [LeadUploader(self._db, leases, self._runner, self._uploads_came).run]

    async def close(self) -> None:
        """Drops the connections."""
        if self._recordings.files is not None:
            await self._recordings.files.close()
        for part in (self.tables, self._dnc, self._recordings.tables, self.storage.tables):
            if part is not None:
                part.close()


def _recording_desk(settings: TelephonySettings, db: Database[TelephonyStore]) -> RecordingDesk:
    tables = files = None
    if settings.dialer_database_url is not None:
        tables = RecordingTables(settings.dialer_database_url.get_secret_value())
    if settings.recordings_url is not None:
        files = RecordingFiles(settings.recordings_url)
    return RecordingDesk(db, tables, files, settings.recordings_names())


def _storage_tables(settings: TelephonySettings) -> StorageTables | None:
    if settings.dialer_database_url is None:
        return None
    return StorageTables(settings.dialer_database_url.get_secret_value())


def _list_handlers(
    db: Database[TelephonyStore], dialer: DialerSide, leads: LeadTables, changes: DialerChanges
) -> dict[str, Handler]:
    if dialer.api is None or dialer.tables is None:
        return {}
    whole = Dialer(dialer.api, dialer.tables)
    return LeadListApplier(db, whole, leads).handlers(changes)
