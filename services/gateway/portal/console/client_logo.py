"""A client's logo: the operator looks at it, sends another, or takes it away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from google.protobuf.field_mask_pb2 import FieldMask
from starlette.responses import Response

from services.gateway.http.headers import public_file
from services.gateway.portal.console.client import get_client, tenant_name
from services.gateway.portal.console.client_brand import brand_page
from services.gateway.portal.handling import form_of
from services.gateway.portal.uploads import Upload
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import InvalidRequest
from veneer.tenancy.v1 import tenant_service_pb2 as pb

_LOGO_BYTES_MAX: Final = 1024 * 1024
_FIELDS: Final = ("brand.logo", "brand.logo_media_type")


async def client_logo(visit: Visit) -> Response:
    """Answers the logo as the client's own host does, or 404 if there is none."""
    brand = (await get_client(visit)).brand
    headers = {name.decode(): value.decode() for name, value in public_file(0, is_logo=True)}
    if not brand.logo:
        return Response(status_code=404, headers=headers)
    return Response(brand.logo, 200, headers, brand.logo_media_type)


async def send_client_logo(visit: Visit, upload: Upload) -> Response:
    """Keeps a picture as the logo."""
    await _keep(visit, await _read(upload.pieces))
    return _kept(visit)


async def tell_of_client_logo(visit: Visit, problem: Problem) -> Response:
    """Shows the brand again, with what was wrong with a file beside its field."""
    return await brand_page(visit, problem=problem)


async def remove_client_logo(visit: Visit) -> Response:
    """Leaves the client without a logo."""
    await form_of(visit)
    await _keep(visit, b"")
    return _kept(visit)


async def _read(pieces: AsyncIterator[bytes]) -> bytes:
    body = bytearray()
    async for piece in pieces:
        body += piece
        if len(body) > _LOGO_BYTES_MAX:
            raise InvalidRequest.at("file", "Must have at most 1 MiB.")
    if not body:
        raise InvalidRequest.at("file", "The file is empty. Please choose another.")
    return bytes(body)


async def _keep(visit: Visit, logo: bytes) -> None:
    wanted = pb.Tenant(name=tenant_name(visit))
    # No brand is without a name; it is not named as one to change.
    wanted.brand.display_name = (await get_client(visit)).brand.display_name
    wanted.brand.logo = logo
    request = pb.UpdateTenantRequest(tenant=wanted, update_mask=FieldMask(paths=_FIELDS))
    await visit.services.tenants.UpdateTenant(request, metadata=visit.metadata)


def _kept(visit: Visit) -> Response:
    return visit.go_to(f"/clients/{visit.request.path_params['tenant']}/brand?kept=1")
