"""Puts together what changes how clients stand."""

from __future__ import annotations

import asyncio

from services.kit.db.transaction import Database
from services.kit.rpc.server import Service
from services.tenancy.partners.service_states import ServiceStates
from services.tenancy.rpc.lifecycle import LifecycleService
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.lifecycle.running import LifecycleRunner
from services.tenancy.worker.lifecycles import Lifecycles
from veneer.tenancy.v1 import lifecycle_service_pb2_grpc


def lifecycle(
    db: Database[TenancyStore], service_states: ServiceStates
) -> tuple[Service, Lifecycles]:
    """Gives what serves lifecycle runs, and what takes them on."""
    wake = asyncio.Event()
    return (
        (
            lifecycle_service_pb2_grpc.add_LifecycleServiceServicer_to_server,
            LifecycleService(db, wake),
        ),
        Lifecycles(db, LifecycleRunner(db, service_states), wake),
    )
