"""A client's own host names, in the console; what makes certificates may be told by hand."""

from __future__ import annotations

import grpc
from starlette.responses import Response

from services.gateway.portal.console.client import get_client
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.host_names import (
    Place,
    ask_for_host_name,
    check_host_name,
    remove_host_name,
    show_host_names,
)
from services.gateway.portal.resource_ids import id_in_path
from services.gateway.portal.visit import Visit
from veneer.tenancy.v1 import host_certificate_service_pb2 as pb


async def client_host_names(visit: Visit) -> Response:
    """Shows them."""
    return await show_host_names(visit, await _place(visit))


async def ask(visit: Visit) -> Response:
    """Asks for one in the client's place."""
    return await ask_for_host_name(visit, await _place(visit))


async def check(visit: Visit) -> Response:
    """Lets the record of one be looked for now."""
    return await check_host_name(visit, await _place(visit))


async def remove(visit: Visit) -> Response:
    """Takes one back."""
    return await remove_host_name(visit, await _place(visit))


async def report(visit: Visit) -> Response:
    """Tells that a certificate is there, or that none can be had."""
    form, place = await form_of(visit), await _place(visit)
    is_there = form.get("state") == "issued"
    request = pb.ReportHostCertificateRequest(
        name=f"hostCertificates/{id_in_path(visit, 'host_name')}",
        state=pb.HostCertificate.ISSUED if is_there else pb.HostCertificate.REFUSED,
        note="Told by hand.",
    )
    try:
        await visit.services.host_certificates.ReportHostCertificate(
            request, metadata=visit.metadata
        )
    except grpc.aio.AioRpcError as error:
        return await show_host_names(visit, place, refusal_of(error))
    return visit.go_to(place.path)


async def _place(visit: Visit) -> Place:
    tenant = await get_client(visit)
    tenant_id = tenant.name.removeprefix("tenants/")
    more = {"tenant": tenant, "tenant_id": tenant_id}
    path = f"/clients/{tenant_id}/host-names"
    return Place(tenant.name, path, "console/client_host_names.html", more)
