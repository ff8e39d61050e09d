"""The pages of a brand, wherever it is shown: its form, its pictures, and what is kept of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from services.gateway.portal.brand_form import brand_page, update_brand
from services.gateway.portal.brand_pictures import remove_picture, send_picture, show_picture
from services.gateway.portal.brand_place import Place
from services.gateway.portal.uploads import Upload
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem


@dataclass(frozen=True, slots=True)
class BrandPages:
    """What is at each path of them; `place_of` gives whose brand a visit is about."""

    place_of: Callable[[Visit], Place]

    async def show(self, visit: Visit) -> Response:
        """Shows the names, the colour, where help is found and the pictures."""
        return await brand_page(visit, self.place_of(visit))

    async def update(self, visit: Visit) -> Response:
        """Keeps what was typed, or shows what it would look like."""
        return await update_brand(visit, self.place_of(visit))

    async def picture(self, visit: Visit) -> Response:
        """Answers a picture."""
        return await show_picture(visit, self.place_of(visit))

    async def send(self, visit: Visit, upload: Upload) -> Response:
        """Keeps a picture."""
        return await send_picture(visit, self.place_of(visit), upload)

    async def tell(self, visit: Visit, problem: Problem) -> Response:
        """Shows the brand again, with what was wrong with a file beside its field."""
        return await brand_page(visit, self.place_of(visit), problem=problem)

    async def remove(self, visit: Visit) -> Response:
        """Takes a picture away."""
        return await remove_picture(visit, self.place_of(visit))
