"""A client's logo and icon: the operator looks at them, sends others, or takes them away."""

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
from services.kit.errors import InvalidRequest, NotFound
from veneer.tenancy.v1 import tenant_service_pb2 as pb

_BYTES_MAX: Final = 1024 * 1024
# The fields of a brand that each is kept in, the picture itself first.
_PICTURES: Final = {"logo": ("logo", "logo_media_type"), "favicon": ("favicon",)}


async def client_picture(visit: Visit) -> Response:
    """Answers a picture as the client's own host does, or 404 if there is none."""
    brand = (await get_client(visit)).brand
    picture: bytes = getattr(brand, _fields(visit)[0])
    headers = {name.decode(): value.decode() for name, value in public_file(0, is_logo=True)}
    if not picture:
        return Response(status_code=404, headers=headers)
    is_logo = _fields(visit) == _PICTURES["logo"]
    return Response(picture, 200, headers, brand.logo_media_type if is_logo else "image/png")


async def send_client_picture(visit: Visit, upload: Upload) -> Response:
    """Keeps a picture in the place of the one that there is."""
    await _keep(visit, await _read(upload.pieces, _fields(visit)[0]), upload.texts.get("etag", ""))
    return _kept(visit)


async def tell_of_client_picture(visit: Visit, problem: Problem) -> Response:
    """Shows the brand again, with what was wrong with a file beside its field."""
    return await brand_page(visit, problem=problem)


async def remove_client_picture(visit: Visit) -> Response:
    """Leaves the client without a picture."""
    form = await form_of(visit)
    await _keep(visit, b"", form.get("etag", ""))
    return _kept(visit)


async def _read(pieces: AsyncIterator[bytes], field: str) -> bytes:
    body = bytearray()
    async for piece in pieces:
        body += piece
        if len(body) > _BYTES_MAX:
            raise InvalidRequest.at(field, "Must have at most 1 MiB.")
    if not body:
        raise InvalidRequest.at(field, "The file is empty. Please choose another.")
    return bytes(body)


def _fields(visit: Visit) -> tuple[str, ...]:
    found: str = visit.request.path_params["picture"]
    if found not in _PICTURES:
        raise NotFound(resource=found[:80])
    return _PICTURES[found]


async def _keep(visit: Visit, picture: bytes, etag: str) -> None:
    fields = _fields(visit)
    wanted = pb.Tenant(name=tenant_name(visit), etag=etag)
    # No brand is without a name; it is not named as one to change.
    wanted.brand.display_name = (await get_client(visit)).brand.display_name
    setattr(wanted.brand, fields[0], picture)
    mask = FieldMask(paths=[f"brand.{field}" for field in fields])
    request = pb.UpdateTenantRequest(tenant=wanted, update_mask=mask)
    await visit.services.tenants.UpdateTenant(request, metadata=visit.metadata)


def _kept(visit: Visit) -> Response:
    return visit.go_to(f"/clients/{visit.request.path_params['tenant']}/brand?kept=1")
