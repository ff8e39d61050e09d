"""python -m services.usage serve | migrate."""

from __future__ import annotations

import asyncio
import sys

from services.kit.clock import running_clock
from services.kit.db.engine import create_database
from services.kit.db.figures import FigureWatch
from services.kit.db.migrations import upgrade
from services.kit.db.transaction import Database
from services.kit.logging import configure_logging
from services.kit.process import run
from services.kit.rpc.principal import PrincipalVerifier
from services.kit.rpc.server import ServeOptions, Server, Service, run_until_stopped
from services.kit.settings import load
from services.kit.telemetry import configure_telemetry
from services.usage.rpc.call_events import CallEventService
from services.usage.rpc.call_feed import CallFeedService
from services.usage.rpc.calls import CallService
from services.usage.rpc.changes import ChangeService
from services.usage.rpc.corrections import CallCorrectionService
from services.usage.rpc.ingest import IngestService
from services.usage.rpc.measurements import MeasurementService
from services.usage.rpc.meters import MeterService
from services.usage.rpc.quantities import QuantityService
from services.usage.rpc.summaries import UsageSummaryService
from services.usage.rpc.zones import ZoneService
from services.usage.settings import MigrateSettings, UsageSettings
from services.usage.store import UsageStore
from services.usage.store.summaries import Summaries
from services.usage.usecases.record_calls import CallRecorder
from services.usage.usecases.zone_book import ZoneBook
from veneer.usage.v1 import (
    call_correction_service_pb2_grpc,
    call_event_service_pb2_grpc,
    call_feed_service_pb2_grpc,
    call_service_pb2_grpc,
    change_service_pb2_grpc,
    ingest_service_pb2_grpc,
    measurement_service_pb2_grpc,
    meter_service_pb2_grpc,
    quantity_service_pb2_grpc,
    usage_summary_service_pb2_grpc,
    zone_service_pb2_grpc,
)

_SWITCH_SECONDS = 0.0005


def services(db: Database[UsageStore], summaries: Summaries) -> tuple[Service, ...]:
    """Gives everything that usage serves."""
    return (
        (
            ingest_service_pb2_grpc.add_IngestServiceServicer_to_server,
            IngestService(CallRecorder(db)),
        ),
        (call_service_pb2_grpc.add_CallServiceServicer_to_server, CallService(db)),
        (
            call_correction_service_pb2_grpc.add_CallCorrectionServiceServicer_to_server,
            CallCorrectionService(db),
        ),
        (
            usage_summary_service_pb2_grpc.add_UsageSummaryServiceServicer_to_server,
            UsageSummaryService(summaries, db.clock),
        ),
        (
            measurement_service_pb2_grpc.add_MeasurementServiceServicer_to_server,
            MeasurementService(db),
        ),
        (meter_service_pb2_grpc.add_MeterServiceServicer_to_server, MeterService(db)),
        (change_service_pb2_grpc.add_ChangeServiceServicer_to_server, ChangeService(db)),
        (quantity_service_pb2_grpc.add_QuantityServiceServicer_to_server, QuantityService(db)),
        (call_event_service_pb2_grpc.add_CallEventServiceServicer_to_server, CallEventService(db)),
        (call_feed_service_pb2_grpc.add_CallFeedServiceServicer_to_server, CallFeedService(db)),
        (zone_service_pb2_grpc.add_ZoneServiceServicer_to_server, ZoneService(ZoneBook(db))),
    )


async def serve(settings: UsageSettings) -> None:
    """Serves until it is told to stop."""
    # Batches are taken apart in threads; those that are being stored must not wait for that.
    sys.setswitchinterval(_SWITCH_SECONDS)
    clock = running_clock()
    shutdown = configure_telemetry("usage")
    url = settings.database_url.get_secret_value()
    db, summaries = create_database(url, "usage", UsageStore, clock), Summaries(url)
    try:
        server = Server(
            ServeOptions(
                identity="usage",
                listen=settings.listen,
                certificates=settings.certificates,
                services=services(db, summaries),
                verifier=PrincipalVerifier.from_file(settings.principal_public_key, clock),
                reflection=settings.reflection,
                health_listen=settings.health_listen,
            )
        )
        await run_until_stopped(server, [FigureWatch(db, ()).run])
    finally:
        await summaries.close()
        await db.dispose()
        shutdown()


async def migrate(settings: MigrateSettings) -> None:
    """Brings the store to its newest revision."""
    await upgrade(
        "usage",
        settings.owner_database_url.get_secret_value(),
        service_url=settings.database_url.get_secret_value(),
    )


def main() -> None:
    """Does what the command line says."""
    match sys.argv[1:]:
        case ["serve"]:
            settings = load(UsageSettings)
            configure_logging("usage", settings.log_level)
            run(serve(settings))
        case ["migrate"]:
            asyncio.run(migrate(load(MigrateSettings)))
        case _:
            raise SystemExit("usage: python -m services.usage serve | migrate")


if __name__ == "__main__":
    main()
