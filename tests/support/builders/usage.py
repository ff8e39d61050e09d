"""Calls and readings with defaults that say only what matters."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from services.usage.domain.calls import Columns
from services.usage.domain.measurement import Measurement, Meter
from services.usage.usecases.record_calls import Batch
from veneer.usage.v1 import ingest_service_pb2 as pb

NOON = datetime(2025, 11, 20, 12, 0, tzinfo=UTC)
NEW_YORK = "America/New_York"


def a_tenant_id() -> str:
    """Gives a tenant that no other test has."""
    return f"t-{uuid.uuid4().hex[:12]}"


@dataclass(frozen=True, slots=True)
class MeasuredCall:
    """One call as telephony sends it; the fields are the contract's, in its order."""

    call_id: str
    direction: int
    route: str
    called_number: str
    caller_number: str
    start_time_millis: int
    answer_time_millis: int
    end_time_millis: int
    billable_seconds: int
    hangup_cause: int
    conversation_id: str
    campaign: str
    list: str
    agent: str
    disposition: str
    end_is_estimated: bool


def call_id(key: str, start: datetime) -> str:
    """Gives the id of the call that began at `start`; `key` tells it from others."""
    second = int(start.timestamp()).to_bytes(5, "big")
    digest = hashlib.sha256(key.encode()).digest()[:10]
    return base64.b32hexencode(second + digest).decode().lower()


def a_call(
    key: str = "1",
    *,
    start: datetime = datetime(2025, 11, 3, 17, 0, tzinfo=UTC),
    seconds: int | None = 60,
    **changes: Any,
) -> MeasuredCall:
    """Gives an outbound call to New York, answered for `seconds`, None for not answered."""
    began = int(start.timestamp()) * 1000
    answered = 0 if seconds is None else began + 9_000
    values: dict[str, Any] = {
        "call_id": call_id(key, start),
        "direction": pb.OUTBOUND,
        "route": "abc1",
        "called_number": "12125550123",
        "caller_number": "18005550100",
        "start_time_millis": began,
        "answer_time_millis": answered,
        "end_time_millis": began + 25_000 if seconds is None else answered + seconds * 1000,
        "billable_seconds": seconds or 0,
        "hangup_cause": 16,
        "conversation_id": "",
        "campaign": "SOLAR",
        "list": "1001",
        "agent": "",
        "disposition": "",
        "end_is_estimated": False,
    }
    return MeasuredCall(**{**values, **changes})


def columns(calls: Iterable[MeasuredCall]) -> Columns:
    """Gives calls as columns."""
    rows = [[getattr(call, field.name) for field in fields(MeasuredCall)] for call in calls]
    return Columns(*(list(column) for column in zip(*rows, strict=True)))


def a_batch(tenant_id: str, *calls: MeasuredCall, time_zone: str = NEW_YORK) -> Batch:
    """Gives a batch of calls."""
    return Batch(tenant_id, time_zone, columns(calls))


def a_request(
    tenant_id: str, *calls: MeasuredCall, batch_id: int = 1, time_zone: str = NEW_YORK
) -> pb.RecordCallsRequest:
    """Gives a batch of calls as telephony sends it."""
    names = [field.name for field in pb.CallColumns.DESCRIPTOR.fields]
    arrays: dict[str, Any] = dict(zip(names, columns(calls), strict=True)) if calls else {}
    return pb.RecordCallsRequest(
        parent=f"tenants/{tenant_id}",
        time_zone=time_zone,
        batch_id=batch_id,
        calls=pb.CallColumns(**arrays),
    )


def a_reading(
    subject: str = "12125550100",
    *,
    day: date = date(2025, 11, 3),
    meter: Meter = Meter.DID_DAYS,
    quantity: str = "1",
) -> Measurement:
    """Gives a reading: a number held on a day."""
    return Measurement(day, meter, subject, Decimal(quantity))
