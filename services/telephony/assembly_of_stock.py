"""Puts together what serves clients' numbers, and what meters the storage that they take."""

from __future__ import annotations

import grpc

from services.kit.db.leases import Leases
from services.kit.process import Worker
from services.kit.rpc.server import Service
from services.telephony.partners.storage_readings import StorageReadings
from services.telephony.rpc.dids import DidService
from services.telephony.rpc.stock_numbers import StockNumberService
from services.telephony.usecases.keep_dids import DidDesk
from services.telephony.usecases.measure_storage import StorageDesk
from services.telephony.worker.storage_meter import StorageMeter
from veneer.telephony.v1 import did_service_pb2_grpc, stock_number_service_pb2_grpc


class StockSide:
    """Services of numbers; storage is metered where the dialer's tables can be read."""

    def __init__(self, desk: DidDesk, storage: StorageDesk) -> None:
        self._storage = storage
        self.services: tuple[Service, ...] = (
            (did_service_pb2_grpc.add_DidServiceServicer_to_server, DidService(desk)),
            (
                stock_number_service_pb2_grpc.add_StockNumberServiceServicer_to_server,
                StockNumberService(desk.db, desk.clock),
            ),
        )

    def workers(self, leases: Leases, usage: grpc.aio.Channel) -> list[Worker]:
        """What goes on by itself."""
        if self._storage.tables is None:
            return []
        return [StorageMeter(leases, self._storage, StorageReadings(usage)).run]
