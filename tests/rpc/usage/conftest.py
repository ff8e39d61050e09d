"""One usage service for all tests of this folder; each test makes its own tenant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
import pytest_asyncio

from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.usage.__main__ import services
from services.usage.store import UsageStore
from services.usage.store.summaries import Summaries
from tests.support.builders.usage import NOON, a_tenant_id
from tests.support.mesh import mesh, serving
from tests.support.postgres import service_database
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

Metadata = tuple[tuple[str, str], ...]
READS = ("calls.read", "usage.read")


@dataclass(frozen=True, slots=True)
class Usage:
    """A running usage; each stub is of the service that calls it."""

    clock: MovableClock
    ingest: Any
    calls: Any
    corrections: Any
    summaries: Any
    measurements: Any
    measurements_by_telephony: Any
    meters: Any
    quantities: Any
    changes: Any
    events: Any
    feed: Any
    feed_by_gateway: Any
    zones: Any
    quantities_by_gateway: Any
    ingest_by_gateway: Any

    def client(self, tenant_id: str, *permissions: str) -> Metadata:
        """Speaks in the name of one of a client's people."""
        return mesh().client(self.clock, tenant_id, permissions or READS)

    def operator(self, *permissions: str) -> Metadata:
        """Speaks in the name of one of the operator's people."""
        return mesh().operator(self.clock, "northgate", permissions)


@pytest.fixture
def tenant() -> str:
    return a_tenant_id()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def usage() -> AsyncIterator[Usage]:
    clock = MovableClock(NOON)
    async with service_database("usage") as database:
        db = create_database(database.service_url, "usage", UsageStore, clock)
        summaries = Summaries(database.service_url)
        async with (
            serving("usage", services(db, summaries), clock) as server,
            mesh().channel(server.port, "usage", "telephony") as telephony,
            mesh().channel(server.port, "usage", "billing") as billing,
            mesh().channel(server.port, "usage", "gateway") as gateway,
        ):
            yield _usage(clock, telephony, billing, gateway)
        await summaries.close()
        await db.dispose()


def _usage(
    clock: MovableClock,
    telephony: grpc.aio.Channel,
    billing: grpc.aio.Channel,
    gateway: grpc.aio.Channel,
) -> Usage:
    return Usage(
        clock=clock,
        ingest=ingest_service_pb2_grpc.IngestServiceStub(telephony),
        calls=call_service_pb2_grpc.CallServiceStub(gateway),
        corrections=call_correction_service_pb2_grpc.CallCorrectionServiceStub(gateway),
        summaries=usage_summary_service_pb2_grpc.UsageSummaryServiceStub(gateway),
        measurements=measurement_service_pb2_grpc.MeasurementServiceStub(gateway),
        measurements_by_telephony=measurement_service_pb2_grpc.MeasurementServiceStub(telephony),
        meters=meter_service_pb2_grpc.MeterServiceStub(gateway),
        quantities=quantity_service_pb2_grpc.QuantityServiceStub(billing),
        changes=change_service_pb2_grpc.ChangeServiceStub(billing),
        events=call_event_service_pb2_grpc.CallEventServiceStub(gateway),
        feed=call_feed_service_pb2_grpc.CallFeedServiceStub(billing),
        feed_by_gateway=call_feed_service_pb2_grpc.CallFeedServiceStub(gateway),
        zones=zone_service_pb2_grpc.ZoneServiceStub(billing),
        quantities_by_gateway=quantity_service_pb2_grpc.QuantityServiceStub(gateway),
        ingest_by_gateway=ingest_service_pb2_grpc.IngestServiceStub(gateway),
    )
