"""What a site looks like: its colours as a style sheet, its logo and its icon as files."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from markupsafe import escape
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.http.headers import public_file
from services.gateway.portal.colors import palette_of, style_sheet
from services.gateway.portal.rendering import monogram

if TYPE_CHECKING:
    from services.gateway.portal.visit import Visit
    from veneer.tenancy.v1.brand_pb2 import Brand

_DAY_SECONDS = 86_400
_INITIALS = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
    '<rect width="64" height="64" rx="14" fill="{paper}"/>'
    '<text x="32" y="43" text-anchor="middle" font-family="sans-serif" font-size="30"'
    ' font-weight="700" fill="{ink}">{text}</text></svg>'
)
_LOGO_TYPES = frozenset({"image/svg+xml", "image/png"})


def brand_digest(brand: Brand) -> str:
    """Gives what changes when a brand's looks do, for the addresses of its files."""
    names = f"{brand.primary_color}\0{monogram(brand.display_name)}\0".encode()
    looks = names + brand.logo + b"\0" + brand.favicon
    return hashlib.sha256(looks).hexdigest()[:16]


async def brand_style(visit: Visit) -> Response:
    """Answers the brand's colours."""
    text = style_sheet(palette_of(visit.site.brand.primary_color))
    return Response(text, 200, _headers(visit.request, visit.site.brand), "text/css")


async def brand_logo(visit: Visit) -> Response:
    """Answers the logo, or 404 if the brand has none."""
    brand = visit.site.brand
    headers = _headers(visit.request, brand, is_logo=True)
    if not brand.logo or brand.logo_media_type not in _LOGO_TYPES:
        return Response(status_code=404, headers=headers)
    return Response(brand.logo, 200, headers, brand.logo_media_type)


async def brand_icon(visit: Visit) -> Response:
    """Answers what a browser shows beside the title: the icon, or the initials on the colour."""
    brand = visit.site.brand
    headers = _headers(visit.request, brand, is_logo=True)
    if brand.favicon:
        return Response(brand.favicon, 200, headers, "image/png")
    palette = palette_of(brand.primary_color)
    text = _INITIALS.format(
        paper=palette.brand, ink=palette.ink, text=escape(monogram(brand.display_name))
    )
    return Response(text, 200, headers, "image/svg+xml")


def _headers(request: Request, brand: Brand, is_logo: bool = False) -> dict[str, str]:
    is_present = request.query_params.get("v") == brand_digest(brand)
    listed = public_file(_DAY_SECONDS if is_present else 0, is_logo)
    return {name.decode(): value.decode() for name, value in listed}
