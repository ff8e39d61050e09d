"""SqlAccessService: tenants that read their data with SQL."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from google.protobuf.empty_pb2 import Empty

from services.kit.audit import facts_of_message
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.kit.errors import Unavailable
from services.telephony.partners.dialer.sql_views import schema_of
from services.telephony.rpc.names import SqlAccessName
from services.telephony.rpc.wire import timestamp
from services.telephony.store import TelephonyStore
from services.telephony.usecases.provisioning.leasing import working_at
from services.telephony.usecases.provisioning.sql_access import SqlAccess
from veneer.telephony.v1 import sql_access_service_pb2 as pb
from veneer.telephony.v1 import sql_access_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class SqlAccessService(rpc.SqlAccessServiceServicer):
    """veneer.telephony.v1.SqlAccessService; `access` is None where no views can be made."""

    def __init__(self, db: Database[TelephonyStore], access: SqlAccess | None) -> None:
        self._db, self._access = db, access

    async def GetSqlAccess(self, request: pb.GetSqlAccessRequest, context: Context) -> pb.SqlAccess:
        tenant_id = SqlAccessName.parse(request.name).tenant
        async with self._db.operator_read() as store:
            issued = await store.sql_accesses.get(tenant_id)
            code = await store.dialer_tenants.get(tenant_id)
        return _access(tenant_id, code.neutral, issued)

    async def IssueSqlAccess(
        self, request: pb.IssueSqlAccessRequest, context: Context
    ) -> pb.SqlAccess:
        tenant_id = SqlAccessName.parse(request.name).tenant
        access = self._usable()
        async with self._db.operator_transaction() as store:
            key = (tenant_id, "IssueSqlAccess", request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.SqlAccess.FromString(answered)
            code = await store.dialer_tenants.get(tenant_id)
            # Before it is there, so that it is removed for sure.
            answer = _access(tenant_id, code.neutral, await store.sql_accesses.put(tenant_id))
            await store.changes.note_of_operator(
                "sqlAccesses.issue", answer.name, after=facts_of_message(answer)
            )
            # Without the password: whoever lost it asks for another one.
            await store.requests.remember(*key, answer.SerializeToString())
        async with working_at(self._db, tenant_id):
            answer.password = await access.issue(tenant_id)
        return answer

    async def DeleteSqlAccess(self, request: pb.DeleteSqlAccessRequest, context: Context) -> Empty:
        tenant_id = SqlAccessName.parse(request.name).tenant
        async with self._db.operator_read() as store:
            issued = await store.sql_accesses.get(tenant_id)
        access = self._usable()
        async with working_at(self._db, tenant_id):
            await access.remove(tenant_id)
        async with self._db.operator_transaction() as store:
            before = pb.SqlAccess(issue_time=timestamp(issued))
            await store.changes.note_of_operator(
                "sqlAccesses.delete", request.name, before=facts_of_message(before)
            )
        return Empty()

    def _usable(self) -> SqlAccess:
        if self._access is None:
            raise Unavailable
        return self._access


def _access(tenant_id: str, user: str, issued: datetime) -> pb.SqlAccess:
    return pb.SqlAccess(
        name=f"tenants/{tenant_id}/sqlAccess",
        schema_name=schema_of(user),
        user_name=user,
        issue_time=timestamp(issued),
    )
