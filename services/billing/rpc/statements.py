"""StatementService: what a month has come to so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.domain.month import Month
from services.billing.rpc import wire
from services.billing.rpc.names import StatementName
from services.billing.usecases import Desk
from services.billing.usecases.get_statement import get_statement
from services.kit.aip.resource_name import possible_tenant_id
from veneer.billing.v1 import statement_service_pb2 as pb
from veneer.billing.v1 import statement_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class StatementService(rpc.StatementServiceServicer):
    """veneer.billing.v1.StatementService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetStatement(self, request: pb.GetStatementRequest, context: Context) -> pb.Statement:
        name = StatementName.parse(request.name)
        month = Month.parse(name.statement, "name")
        tenant_id = possible_tenant_id(name.tenant, request.name)
        return wire.statement(await get_statement(self._desk, tenant_id, month))
