"""Pictures of a brand that come in with a request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from services.kit.errors import InvalidRequest
from services.tenancy.domain.picture import PictureRefusedError, favicon_of, logo_of

if TYPE_CHECKING:
    from veneer.tenancy.v1.brand_pb2 import Brand

# Is kept as it was written, or refused; nobody sends one by a form.
_DRAWN_BY_HAND: Final = "image/svg+xml"


async def draw_pictures(brand: Brand, path: str, *, takes_svg: bool = True) -> None:
    """Puts the pictures that are kept in the place of those that were sent, if any were.

    `path` is the brand's own field. Refuses with INVALID_REQUEST what is no picture, and an SVG
    where that is not taken.
    """
    is_by_hand = brand.logo_media_type == _DRAWN_BY_HAND
    if brand.logo and is_by_hand and not takes_svg:
        raise InvalidRequest.at(f"{path}.logo", "Must be a PNG, JPEG or WebP picture.")
    if brand.logo and not is_by_hand:
        brand.logo = await _drawn(logo_of, brand.logo, f"{path}.logo")
        brand.logo_media_type = "image/png"
    if brand.favicon:
        brand.favicon = await _drawn(favicon_of, brand.favicon, f"{path}.favicon")


async def _drawn(draw: Callable[[bytes], bytes], sent: bytes, field: str) -> bytes:
    try:
        # Decoding takes long enough to keep others waiting.
        return await asyncio.to_thread(draw, sent)
    except PictureRefusedError as error:
        raise InvalidRequest.at(field, str(error)) from error
