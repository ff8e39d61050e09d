"""How a client's portal looks, for the operator."""

from __future__ import annotations

from starlette.responses import Response

from services.gateway.portal.brand_form import brand_page, update_brand
from services.gateway.portal.brand_pictures import remove_picture, send_picture, show_picture
from services.gateway.portal.brand_place import Place
from services.gateway.portal.console.client import tenant_name
from services.gateway.portal.uploads import Upload
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem


async def client_brand(visit: Visit) -> Response:
    """Shows the names, the colour, where help is found and the pictures."""
    return await brand_page(visit, _place(visit))


async def update(visit: Visit) -> Response:
    """Keeps what was typed, or shows what it would look like."""
    return await update_brand(visit, _place(visit))


async def picture(visit: Visit) -> Response:
    """Answers a picture."""
    return await show_picture(visit, _place(visit))


async def send(visit: Visit, upload: Upload) -> Response:
    """Keeps a picture."""
    return await send_picture(visit, _place(visit), upload)


async def tell(visit: Visit, problem: Problem) -> Response:
    """Shows the brand again, with what was wrong with a file beside its field."""
    return await brand_page(visit, _place(visit), problem=problem)


async def remove(visit: Visit) -> Response:
    """Takes a picture away."""
    return await remove_picture(visit, _place(visit))


def _place(visit: Visit) -> Place:
    path = f"/clients/{visit.request.path_params['tenant']}/brand"
    return Place(tenant_name(visit), path, is_own=False)
