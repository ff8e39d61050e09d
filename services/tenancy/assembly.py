"""Puts together what changes how clients stand."""

from __future__ import annotations

import asyncio

from grpc.aio import Channel

from services.kit.db.transaction import Database
from services.kit.rpc.server import Service
from services.tenancy.partners.final_invoices import FinalInvoices
from services.tenancy.partners.service_states import ServiceStates
from services.tenancy.rpc.cancellations import CancellationService
from services.tenancy.rpc.lifecycle import LifecycleService
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.lifecycle.running import LifecycleRunner, Partners
from services.tenancy.worker.lifecycles import Lifecycles
from veneer.tenancy.v1 import cancellation_service_pb2_grpc, lifecycle_service_pb2_grpc


def lifecycle(
    db: Database[TenancyStore], telephony: Channel, billing: Channel
) -> tuple[tuple[Service, ...], Lifecycles]:
    """Gives what serves lifecycle runs, and what takes them on."""
    wake = asyncio.Event()
    partners = Partners(ServiceStates(telephony), FinalInvoices(billing))
    return (
        (
            (
                lifecycle_service_pb2_grpc.add_LifecycleServiceServicer_to_server,
                LifecycleService(db, wake),
            ),
            (
                cancellation_service_pb2_grpc.add_CancellationServiceServicer_to_server,
                CancellationService(db, wake),
            ),
        ),
        Lifecycles(db, LifecycleRunner(db, partners), wake),
    )
