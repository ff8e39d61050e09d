"""ReconciliationService: how the journals agree with the dialer's own tables."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from google.type import date_pb2

from services.kit.aip import page_token
from services.kit.aip.page_token import InvalidPageToken
from services.kit.aip.resource_name import tenant_id_of
from services.kit.db.transaction import Database
from services.telephony.domain.reconciliation import Reconciliation
from services.telephony.store import TelephonyStore
from veneer.telephony.v1 import reconciliation_service_pb2 as pb
from veneer.telephony.v1 import reconciliation_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class ReconciliationService(rpc.ReconciliationServiceServicer):
    """veneer.telephony.v1.ReconciliationService."""

    def __init__(self, db: Database[TelephonyStore]) -> None:
        self._db = db

    async def ListReconciliations(
        self, request: pb.ListReconciliationsRequest, context: Context
    ) -> pb.ListReconciliationsResponse:
        size = page_token.page_size(request, 50, 500)
        before = _key(page_token.decode(request))
        tenant_id = tenant_id_of(request.tenant, "tenant") if request.tenant else None
        async with self._db.operator_read() as store:
            page = await store.reconciliations.list_before(
                before, tenant_id, size + 1, drifts_only=request.drifts_only
            )
        token = ""
        if len(page) > size:
            last = page[size - 1]
            token = page_token.encode(request, [last.local_date.isoformat(), last.tenant_id])
        return pb.ListReconciliationsResponse(
            reconciliations=map(_message, page[:size]), next_page_token=token
        )


def _key(cursor: list[str] | None) -> tuple[date, str] | None:
    if cursor is None:
        return None
    try:
        day, tenant_id = cursor
        return date.fromisoformat(day), tenant_id
    except ValueError:
        raise InvalidPageToken from None


def _message(found: Reconciliation) -> pb.Reconciliation:
    day = found.local_date
    return pb.Reconciliation(
        name=f"tenants/{found.tenant_id}/reconciliations/{day.isoformat()}",
        tenant=f"tenants/{found.tenant_id}",
        local_date=date_pb2.Date(year=day.year, month=day.month, day=day.day),
        journal_call_count=found.journal_calls,
        journal_seconds=found.journal_seconds,
        table_call_count=found.table_calls,
        table_seconds=found.table_seconds,
        matched_call_count=found.matched_calls,
        journal_only_call_count=found.journal_only_calls,
        table_only_call_count=found.table_only_calls,
        explained_leg_count=found.explained_legs,
        explained_seconds=found.explained_seconds,
        drift_reason=found.reason,
    )
