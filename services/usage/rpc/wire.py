"""Messages to domain and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from services.kit.money_wire import decimal_from_wire, decimal_to_wire
from services.usage.domain.calls import Call, Columns
from services.usage.domain.measurement import Measurement, Meter
from services.usage.domain.quantities import Quantities
from services.usage.domain.zones import is_dialable
from services.usage.rpc.names import CallName, MeasurementName
from veneer.usage.v1 import (
    call_service_pb2,
    ingest_service_pb2,
    measurement_service_pb2,
    quantity_service_pb2,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def columns(calls: ingest_service_pb2.CallColumns) -> Columns:
    """Reads a batch's arrays."""
    return Columns(
        list(calls.call_ids),
        list(calls.directions),
        list(calls.routes),
        list(calls.called_numbers),
        list(calls.caller_numbers),
        list(calls.start_time_millis),
        list(calls.answer_time_millis),
        list(calls.end_time_millis),
        list(calls.billable_seconds),
        list(calls.hangup_causes),
        list(calls.conversation_ids),
        list(calls.campaigns),
        list(calls.lists),
        list(calls.agents),
        list(calls.dispositions),
        # From a sender that knows no estimates, all ends are measured.
        list(calls.end_estimates) or [False] * len(calls.call_ids),
    )


def call(tenant_id: str, shown: Call) -> call_service_pb2.Call:
    """Writes a call."""
    return call_service_pb2.Call(
        name=str(CallName(tenant_id, shown.call_id)),
        direction=ingest_service_pb2.Direction.ValueType(shown.direction),
        called_number=_number(shown.called_number),
        caller_number=_number(shown.caller_number),
        start_time=_instant(shown.start_time_millis),
        answer_time=_instant(shown.answer_time_millis),
        end_time=_instant(shown.end_time_millis),
        local_date=wire_date(shown.local_date),
        billable_seconds=shown.billable_seconds,
        zone=shown.zone,
        conversation_id=shown.conversation_id,
        campaign=shown.campaign,
        list=shown.list,
        agent=shown.agent,
        disposition=shown.disposition,
        end_is_estimated=shown.end_is_estimated,
        withdrawn=shown.is_withdrawn,
        revision_count=shown.revision_count,
    )


def measurement(tenant_id: str, reading: Measurement) -> measurement_service_pb2.Measurement:
    """Writes a reading."""
    return measurement_service_pb2.Measurement(
        name=str(MeasurementName(tenant_id, reading.measurement_id)),
        meter=measurement_service_pb2.Meter.ValueType(reading.meter),
        subject=reading.subject,
        date=wire_date(reading.local_date),
        quantity=decimal_to_wire(reading.quantity),
    )


def read_measurement(wire: measurement_service_pb2.Measurement) -> Measurement:
    """Reads a reading whose required fields are there."""
    return Measurement(
        read_date(wire.date), Meter(wire.meter), wire.subject, decimal_from_wire(wire.quantity)
    )


def quantities(found: Quantities) -> quantity_service_pb2.ReadQuantitiesResponse:
    """Writes quantities."""
    bars = found.bars
    answer = quantity_service_pb2.ReadQuantitiesResponse(
        histogram=quantity_service_pb2.ReadQuantitiesResponse.Histogram(
            directions=[ingest_service_pb2.Direction.ValueType(bar.direction) for bar in bars],
            zones=[bar.zone for bar in bars],
            routes=[bar.route for bar in bars],
            billable_seconds=[bar.billable_seconds for bar in bars],
            call_counts=[bar.calls for bar in bars],
        ),
        meter_totals=[
            quantity_service_pb2.ReadQuantitiesResponse.MeterTotal(
                meter=measurement_service_pb2.Meter.ValueType(total.meter),
                subject_count=total.subject_count,
                day_count=total.day_count,
                sum=decimal_to_wire(total.sum),
                greatest_day=decimal_to_wire(total.greatest_day),
            )
            for total in found.meter_totals
        ],
    )
    answer.as_of_time.FromDatetime(found.as_of_time)
    return answer


def wire_date(day: date) -> Date:
    """Writes a civil date."""
    return Date(year=day.year, month=day.month, day=day.day)


def read_date(wire: Date) -> date:
    """Reads a civil date that has been checked to be one."""
    return date(wire.year, wire.month, wire.day)


def read_instant(wire: Timestamp) -> datetime:
    """Reads an instant, whole microseconds of it, which is what can be stored."""
    return _EPOCH + timedelta(seconds=wire.seconds, microseconds=wire.nanos // 1000)


def _number(digits: str) -> str:
    return f"+{digits}" if is_dialable(digits) else digits


def _instant(millis: int) -> Timestamp | None:
    """0 stands for never."""
    if not millis:
        return None
    return Timestamp(seconds=millis // 1000, nanos=millis % 1000 * 1_000_000)
