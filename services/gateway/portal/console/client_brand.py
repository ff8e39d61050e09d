"""How a client's portal looks, for the operator."""

from __future__ import annotations

from typing import Final

from services.gateway.portal.brand_pages import BrandPages
from services.gateway.portal.brand_place import Place
from services.gateway.portal.console.client import tenant_name
from services.gateway.portal.visit import Visit


def _place(visit: Visit) -> Place:
    path = f"/clients/{visit.request.path_params['tenant']}/brand"
    return Place(tenant_name(visit), path, is_own=False)


CLIENT_BRAND: Final = BrandPages(_place)
