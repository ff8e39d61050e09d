"""What our own pages say to everybody, whoever asks."""

from __future__ import annotations

import orjson

from services.gateway.portal.assets import Assets
from services.gateway.portal.rendering import TEMPLATES
from services.gateway.rest.contracts import CLIENT_AUDIENCES, Contracts
from services.gateway.rest.openapi import OpenApi


def said_to_clients(contracts: Contracts, assets: Assets) -> bytes:
    """Gives the clients' templates, the pages' own files and the API's description."""
    templates = [
        path.read_bytes()
        for path in sorted(TEMPLATES.rglob("*.html"))
        if path.parent.name != "console"
    ]
    described = OpenApi(contracts.for_audiences(CLIENT_AUDIENCES)).document("", "")
    return b"\n".join((*templates, *assets.bodies(), orjson.dumps(described)))
