"""Logos that come in with a request."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from services.kit.errors import InvalidRequest
from services.tenancy.domain.picture import PictureRefusedError, logo_of

if TYPE_CHECKING:
    from veneer.tenancy.v1.brand_pb2 import Brand

# Is kept as it was written, or refused; nobody sends one by a form.
_DRAWN_BY_HAND: Final = "image/svg+xml"


async def draw_logo(brand: Brand, path: str) -> None:
    """Puts the picture that is kept in the place of the one that was sent, if one was.

    `path` is the brand's own field. Refuses with INVALID_REQUEST what is no picture.
    """
    if not brand.logo or brand.logo_media_type == _DRAWN_BY_HAND:
        return
    try:
        # Decoding takes long enough to keep others waiting.
        brand.logo = await asyncio.to_thread(logo_of, brand.logo)
    except PictureRefusedError as error:
        raise InvalidRequest.at(f"{path}.logo", str(error)) from error
    brand.logo_media_type = "image/png"
