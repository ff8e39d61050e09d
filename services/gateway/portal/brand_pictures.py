"""A brand's logo and icon: one looks at them, sends others, or takes them away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from starlette.responses import Response

from services.gateway.http.headers import public_file
from services.gateway.portal.brand_place import Place
from services.gateway.portal.handling import form_of
from services.gateway.portal.uploads import Upload
from services.gateway.portal.visit import Visit
from services.kit.errors import InvalidRequest, NotFound
from veneer.tenancy.v1.brand_pb2 import Brand

_BYTES_MAX: Final = 1024 * 1024
# The fields of a brand that each is kept in, the picture itself first.
_PICTURES: Final = {"logo": ("logo", "logo_media_type"), "favicon": ("favicon",)}


async def show_picture(visit: Visit, place: Place) -> Response:
    """Answers a picture as the client's own host does, or 404 if there is none."""
    fields = _fields(visit)
    brand = (await place.read(visit)).brand
    picture: bytes = getattr(brand, fields[0])
    headers = {name.decode(): value.decode() for name, value in public_file(0, is_logo=True)}
    if not picture:
        return Response(status_code=404, headers=headers)
    is_logo = fields == _PICTURES["logo"]
    return Response(picture, 200, headers, brand.logo_media_type if is_logo else "image/png")


async def send_picture(visit: Visit, place: Place, upload: Upload) -> Response:
    """Keeps a picture in the place of the one that there is."""
    picture = await _read(upload.pieces, _fields(visit)[0])
    return await _keep(visit, place, picture, upload.texts.get("etag", ""))


async def remove_picture(visit: Visit, place: Place) -> Response:
    """Leaves the brand without a picture."""
    form = await form_of(visit)
    return await _keep(visit, place, b"", form.get("etag", ""))


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


async def _keep(visit: Visit, place: Place, picture: bytes, etag: str) -> Response:
    fields = _fields(visit)
    # No brand is without a name; it is not named as one to change.
    brand = Brand(display_name=(await place.read(visit)).brand.display_name)
    setattr(brand, fields[0], picture)
    await place.keep(visit, brand, fields, etag)
    return visit.go_to(f"{place.path}?kept=1")
