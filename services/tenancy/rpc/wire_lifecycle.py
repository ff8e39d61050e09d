"""Turns lifecycle runs into messages."""

from __future__ import annotations

from services.tenancy.domain.lifecycle import LifecycleRun, Step
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
    )


def _step(value: Step) -> pb.LifecycleRun.Step:
    return pb.LifecycleRun.Step(
        name=value.name,
        state=pb.LifecycleRun.Step.State.Value(value.state),
        trouble=value.trouble,
        start_time=timestamp(value.start_time) if value.start_time else None,
        end_time=timestamp(value.end_time) if value.end_time else None,
    )
