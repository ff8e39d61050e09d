"""How one's own portal looks."""

from __future__ import annotations

from typing import Final

from services.gateway.portal.brand_pages import BrandPages
from services.gateway.portal.brand_place import Place

OWN_BRAND: Final = BrandPages(lambda visit: Place(visit.site.tenant, "/company/brand", is_own=True))
