"""Turns lifecycle runs into messages."""

from __future__ import annotations

from datetime import date

from google.type.date_pb2 import Date

from services.kit.errors import InvalidRequest
from services.tenancy.domain.durable_run import Step
from services.tenancy.domain.lifecycle_run import LifecycleRun, StepName
from services.tenancy.rpc.wire import timestamp
from veneer.tenancy.v1 import lifecycle_service_pb2 as pb


def run(value: LifecycleRun) -> pb.LifecycleRun:
    """Gives a run as a message."""
    return pb.LifecycleRun(
        name=value.name,
        kind=pb.LifecycleRun.Kind.Value(value.kind),
        reason=value.reason,
        state=pb.LifecycleRun.State.Value(value.state),
        steps=map(_step, value.steps),
        trouble=value.trouble,
        create_time=timestamp(value.create_time),
        end_time=timestamp(value.end_time) if value.end_time else None,
        service_end_time=timestamp(value.service_end_time) if value.service_end_time else None,
        is_withdrawable=value.is_withdrawable,
    )


def day_of(asked: Date) -> date:
    """Gives a last day of service; refuses what is no day."""
    try:
        return date(asked.year, asked.month, asked.day)
    except ValueError as error:
        raise InvalidRequest.at("last_day", "Must be a day.") from error


def _step(value: Step[StepName]) -> pb.LifecycleRun.Step:
    return pb.LifecycleRun.Step(
        name=value.name,
        state=pb.LifecycleRun.Step.State.Value(value.state),
        trouble=value.trouble,
        start_time=timestamp(value.start_time) if value.start_time else None,
        end_time=timestamp(value.end_time) if value.end_time else None,
    )
