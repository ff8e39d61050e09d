"""Days of clients, by the journals and by the dialer's own tables."""

from __future__ import annotations

from starlette.responses import Response

from services.gateway.portal.console.routes import client_names
from services.gateway.portal.visit import Visit
from veneer.telephony.v1 import reconciliation_service_pb2 as pb

_SHOWN = 100


async def reconciliations(visit: Visit) -> Response:
    """Shows days, latest first, or only those of which the difference is not explained."""
    asked = visit.request.query_params
    clients = await client_names(visit)
    chosen = asked.get("client", "")
    drifts_only = asked.get("drifts") == "1"
    request = pb.ListReconciliationsRequest(
        page_size=_SHOWN,
        page_token=asked.get("page", ""),
        tenant=chosen if chosen in clients else "",
        drifts_only=drifts_only,
    )
    answer = await visit.services.reconciliations.ListReconciliations(
        request, metadata=visit.metadata
    )
    return visit.page(
        "console/reconciliations.html",
        title="Reconciliation",
        days=answer.reconciliations,
        next_page=answer.next_page_token,
        clients=clients,
        chosen=chosen,
        drifts_only=drifts_only,
    )
