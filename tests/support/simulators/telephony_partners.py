"""tenancy and usage as telephony sees them: real gRPC, a dictionary behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import grpc

from services.kit.errors import InvalidRequest, NotFound, Unavailable
from services.kit.rpc.server import Service
from veneer.tenancy.v1 import brand_pb2, directory_service_pb2, directory_service_pb2_grpc
from veneer.usage.v1 import (
    ingest_service_pb2,
    ingest_service_pb2_grpc,
    measurement_service_pb2,
    measurement_service_pb2_grpc,
    meter_service_pb2,
    meter_service_pb2_grpc,
)

Context = grpc.aio.ServicerContext[Any, Any]


@dataclass
class Directory(directory_service_pb2_grpc.DirectoryServiceServicer):
    """Tenants, their billing zones and their limits."""

    zones: dict[str, str] = field(default_factory=dict)
    limits: dict[str, brand_pb2.Limits] = field(default_factory=dict)

    async def GetEntry(
        self, request: directory_service_pb2.GetEntryRequest, context: Context
    ) -> directory_service_pb2.Entry:
        zone = self.zones.get(request.tenant.removeprefix("tenants/"))
        if zone is None:
            raise NotFound(resource=request.tenant)
        return directory_service_pb2.Entry(
            tenant=request.tenant,
            time_zone=zone,
            limits=self.limits.get(request.tenant.removeprefix("tenants/")),
        )

    async def ListEntries(
        self, request: directory_service_pb2.ListEntriesRequest, context: Context
    ) -> directory_service_pb2.ListEntriesResponse:
        raise Unavailable

    def services(self) -> list[Service]:
        """What is served."""
        return [(directory_service_pb2_grpc.add_DirectoryServiceServicer_to_server, self)]


@dataclass
class Usage(
    ingest_service_pb2_grpc.IngestServiceServicer,
    measurement_service_pb2_grpc.MeasurementServiceServicer,
    meter_service_pb2_grpc.MeterServiceServicer,
):
    """Calls by tenant and id with every body they had, and readings.

    Refuses each batch with a call of one of `refused_numbers`; takes nothing while it is away.
    """

    is_away: bool = False
    refused_numbers: set[str] = field(default_factory=set)
    bodies: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    batches: list[tuple[str, int]] = field(default_factory=list)
    did_days: dict[tuple[str, str, date], str] = field(default_factory=dict)
    recordings: int = 0
    # By tenant, meter, subject and day.
    readings: dict[tuple[str, int, str, date], str] = field(default_factory=dict)

    async def RecordCalls(
        self,
        request_iterator: AsyncIterator[ingest_service_pb2.RecordCallsRequest],
        context: Context,
    ) -> AsyncIterator[ingest_service_pb2.RecordCallsResponse]:
        async for batch in request_iterator:
            if self.is_away:
                raise Unavailable
            self._record(batch)
            yield ingest_service_pb2.RecordCallsResponse(batch_id=batch.batch_id)

    async def RecordMeasurements(
        self, request: measurement_service_pb2.RecordMeasurementsRequest, context: Context
    ) -> measurement_service_pb2.RecordMeasurementsResponse:
        if self.is_away:
            raise Unavailable
        self.recordings += 1
        tenant = request.parent.removeprefix("tenants/")
        for reading in request.measurements:
            assert reading.meter == measurement_service_pb2.DID_DAYS
            day = date(reading.date.year, reading.date.month, reading.date.day)
            self.did_days[tenant, reading.subject, day] = reading.quantity.value
        return measurement_service_pb2.RecordMeasurementsResponse()

    async def RecordReadings(
        self, request: meter_service_pb2.RecordReadingsRequest, context: Context
    ) -> meter_service_pb2.RecordReadingsResponse:
        tenant = request.parent.removeprefix("tenants/")
        for reading in request.measurements:
            day = date(reading.date.year, reading.date.month, reading.date.day)
            key = (tenant, int(reading.meter), reading.subject, day)
            self.readings[key] = reading.quantity.value
        return meter_service_pb2.RecordReadingsResponse()

    async def ListMeasurements(
        self, request: measurement_service_pb2.ListMeasurementsRequest, context: Context
    ) -> measurement_service_pb2.ListMeasurementsResponse:
        raise Unavailable

    def calls(self, tenant_id: str) -> dict[str, dict[str, Any]]:
        """The calls of a tenant as they stand."""
        return {call: bodies[-1] for (t, call), bodies in self.bodies.items() if t == tenant_id}

    def seconds(self, tenant_id: str) -> int:
        """The billable seconds of a tenant."""
        return sum(call["billable_seconds"] for call in self.calls(tenant_id).values())

    def services(self) -> list[Service]:
        """What is served."""
        return [
            (ingest_service_pb2_grpc.add_IngestServiceServicer_to_server, self),
            (measurement_service_pb2_grpc.add_MeasurementServiceServicer_to_server, self),
            (meter_service_pb2_grpc.add_MeterServiceServicer_to_server, self),
        ]

    def _record(self, batch: ingest_service_pb2.RecordCallsRequest) -> None:
        tenant = batch.parent.removeprefix("tenants/")
        columns = {
            field.name: list(getattr(batch.calls, field.name))
            for field in batch.calls.DESCRIPTOR.fields
        }
        assert len({len(column) for column in columns.values()}) == 1, "all of one length"
        assert len(set(columns["call_ids"])) == len(columns["call_ids"]) <= 10_000
        if self.refused_numbers.intersection(columns["called_numbers"]):
            raise InvalidRequest.at("calls.called_numbers", "Is refused.")
        self.batches.append((tenant, len(columns["call_ids"])))
        for values in zip(*columns.values(), strict=True):
            body = dict(zip(columns, values, strict=True))
            bodies = self.bodies.setdefault((tenant, body["call_ids"]), [])
            if not bodies or bodies[-1] != body:
                bodies.append(body)
