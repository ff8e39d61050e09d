"""python -m services.telephony serve | migrate."""

from __future__ import annotations

import asyncio
import sys
import uuid
from contextlib import AsyncExitStack
from datetime import timedelta

from services.kit.audit import AuditTeller
from services.kit.clock import Clock, running_clock
from services.kit.db.engine import create_database
from services.kit.db.figures import FigureWatch
from services.kit.db.leases import Leases
from services.kit.db.migrations import upgrade
from services.kit.db.transaction import Database
from services.kit.logging import configure_logging, get_logger
from services.kit.process import Worker, run
from services.kit.rpc.channel import secure_channel
from services.kit.rpc.principal import PrincipalVerifier
from services.kit.rpc.server import ServeOptions, Server, Service, run_until_stopped
from services.kit.settings import load
from services.kit.telemetry import configure_telemetry
from services.telephony.assembly import ClientSide, DialerSide, OutboxSide
from services.telephony.assembly_of_billing import BillingSide
from services.telephony.assembly_of_carriers import CarrierSide
from services.telephony.assembly_of_leads import LeadSide
from services.telephony.assembly_of_stock import StockSide
from services.telephony.assembly_of_tenants import TenantSide
from services.telephony.partners.calls import CallStream
from services.telephony.partners.dialer.reader import DialerReader
from services.telephony.partners.directory import Directory
from services.telephony.partners.measurements import Measurements
from services.telephony.partners.seat_readings import SeatReadings
from services.telephony.rpc.journals import JournalService
from services.telephony.rpc.legs import LegService
from services.telephony.rpc.routes import RouteService
from services.telephony.settings import MigrateSettings, TelephonySettings
from services.telephony.store import TelephonyStore
from services.telephony.store.figures import FIGURES
from services.telephony.usecases.keep_dids import DidDesk
from services.telephony.worker.describer import Describer
from services.telephony.worker.did_meter import DidMeter
from services.telephony.worker.leg_sender import LegSender, Outlet
from services.telephony.worker.open_leg_closer import OpenLegCloser
from services.telephony.worker.outbox import OutboxWorker
from services.telephony.worker.pruner import Pruner
from services.telephony.worker.seat_meter import SeatMeter
from veneer.telephony.v1 import (
    journal_service_pb2_grpc,
    leg_service_pb2_grpc,
    route_service_pb2_grpc,
)
from veneer.tenancy.v1 import audit_intake_service_pb2 as audit_pb
from veneer.tenancy.v1 import audit_intake_service_pb2_grpc as audit_rpc

log = get_logger(__name__)


class Telephony:
    """Services and workers of one replica; workers are woken by what the services took in."""

    def __init__(self, settings: TelephonySettings, clock: Clock) -> None:
        self.clock = clock
        url = settings.database_url.get_secret_value()
        self.db = db = create_database(url, "telephony", TelephonyStore, clock)
        certificates = settings.certificates
        self.channels = [
            secure_channel("telephony", "tenancy", settings.tenancy_address, certificates),
            secure_channel("telephony", "usage", settings.usage_address, certificates),
        ]
        self.directory = directory = Directory(self.channels[0])
        usage = self.channels[1]
        leases = Leases(db, uuid.uuid4().hex)
        legs_came = asyncio.Event()
        self.dids_came = dids_came = asyncio.Event()
        describer = _describer(settings, db, leases, legs_came)
        awaited_before = describer.awaited_before if describer else lambda: 0
        self.services: tuple[Service, ...] = (
            (
                journal_service_pb2_grpc.add_JournalServiceServicer_to_server,
                JournalService(db, clock, awaited_before, legs_came),
            ),
            (
                route_service_pb2_grpc.add_RouteServiceServicer_to_server,
                RouteService(db, clock, directory, legs_came),
            ),
            (
                leg_service_pb2_grpc.add_LegServiceServicer_to_server,
                LegService(db, clock, legs_came),
            ),
        )
        wake_outbox = asyncio.Event()
        self.dialer = DialerSide(settings)
        self.carriers = CarrierSide(settings, db, clock, directory, self.dialer)
        outbox = OutboxSide(wake_outbox, self.carriers.trunks)
        clients = ClientSide(db, clock, directory, self.dialer, outbox)
        tenants = self.tenants = TenantSide(db, directory, self.dialer, settings)
        self.leads = LeadSide(settings, db, directory, self.dialer, wake_outbox)
        self.stock = StockSide(
            DidDesk(db, clock, directory, dids_came, wake_outbox), self.leads.storage
        )
        self.services += clients.services + tenants.services + self.carriers.services
        self.services += self.leads.services + self.stock.services
        billing = self._billing_side(settings)
        handlers = {
            **clients.handlers,
            **self.leads.handlers,
            **self.carriers.handlers,
            **billing.handlers,
        }
        outlet = Outlet(
            open_stream=lambda: CallStream(usage),
            released_before=describer.received_before if describer else clock.now,
        )
        policy = settings.closing_policy()
        self.open_leg_closer = OpenLegCloser(db, leases, policy, legs_came.set)
        self.workers: list[Worker] = [
            LegSender(db, leases, directory, outlet, legs_came).run,
            DidMeter(db, leases, directory, Measurements(usage), dids_came).run,
            self.open_leg_closer.run,
            FigureWatch(db, FIGURES).run,
            Pruner(db, timedelta(days=settings.keep_days)).run,
            SeatMeter(db, leases, directory, SeatReadings(usage), self.dialer.live).run,
            *self.stock.workers(leases, usage),
            *self.carriers.workers(leases),
            *self.leads.workers(leases),
            *tenants.workers(self.carriers.trunks, settings.drift_policy, settings.drift_seconds),
            *billing.workers(db, leases, self.dialer.live, tenants.states_came),
            OutboxWorker(db, handlers, wake_outbox).run,
            AuditTeller(
                db,
                audit_rpc.AuditIntakeServiceStub(self.channels[0]).RecordChange,
                audit_pb.RecordChangeRequest,
            ).run,
        ]
        if describer is not None:
            self.workers.append(describer.run)

    def _billing_side(self, settings: TelephonySettings) -> BillingSide:
        if settings.billing_address is None:
            return BillingSide(None)
        channel = secure_channel(
            "telephony", "billing", settings.billing_address, settings.certificates
        )
        self.channels.append(channel)
        return BillingSide(channel)


async def serve(settings: TelephonySettings) -> None:
    """Serves until it is told to stop."""
    async with AsyncExitStack() as stack:
        stack.callback(configure_telemetry("telephony"))
        telephony = Telephony(settings, running_clock())
        stack.push_async_callback(telephony.db.dispose)
        stack.push_async_callback(telephony.dialer.close)
        stack.push_async_callback(telephony.tenants.close)
        stack.push_async_callback(telephony.leads.close)
        for channel in telephony.channels:
            stack.push_async_callback(channel.close)
        server = Server(
            ServeOptions(
                identity="telephony",
                listen=settings.listen,
                certificates=settings.certificates,
                services=telephony.services,
                verifier=PrincipalVerifier.from_file(
                    settings.principal_public_key, telephony.clock
                ),
                reflection=settings.reflection,
                health_listen=settings.health_listen,
            )
        )
        await run_until_stopped(server, telephony.workers)


async def migrate(settings: MigrateSettings) -> None:
    """Brings the store to its newest revision."""
    await upgrade(
        "telephony",
        settings.owner_database_url.get_secret_value(),
        service_url=settings.database_url.get_secret_value(),
    )


def _describer(
    settings: TelephonySettings, db: Database[TelephonyStore], leases: Leases, wake: asyncio.Event
) -> Describer | None:
    if settings.dialer_database_url is None:
        log.warning("calls get no descriptions: no dialer's database is set")
        return None
    addresses = settings.dialer_addresses()
    if not addresses:
        log.warning("hosts are not told apart in the dialer's tables: none are set")
    url = settings.dialer_database_url.get_secret_value()
    reader = DialerReader(url, settings.dialer_time_zone)
    return Describer(db, leases, reader, addresses, wake)


def main() -> None:
    """Does what the command line says."""
    match sys.argv[1:]:
        case ["serve"]:
            settings = load(TelephonySettings)
            configure_logging("telephony", settings.log_level)
            run(serve(settings))
        case ["migrate"]:
            asyncio.run(migrate(load(MigrateSettings)))
        case _:
            raise SystemExit("usage: python -m services.telephony serve | migrate")


if __name__ == "__main__":
    main()
