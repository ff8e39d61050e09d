"""The paths of the pages on how clients stand and look, and what each does."""

from __future__ import annotations

from services.gateway.portal.client.your_data import (
    cancel_service,
    data_pack,
    keep_service,
    your_data,
)
from services.gateway.portal.console.client_brand import client_brand, update_client_brand
from services.gateway.portal.console.life import life, resume, retry, suspend, terminate, withdraw
from services.gateway.portal.handling import Handler

CLIENT_LIFE_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/data", your_data),
    ("GET", "/data/pack", data_pack),
    ("POST", "/data/cancel", cancel_service),
    ("POST", "/data/keep", keep_service),
)
CONSOLE_LIFE_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/clients/{tenant}/brand", client_brand),
    ("POST", "/clients/{tenant}/brand", update_client_brand),
    ("GET", "/clients/{tenant}/life", life),
    ("POST", "/clients/{tenant}/life/suspend", suspend),
    ("POST", "/clients/{tenant}/life/resume", resume),
    ("POST", "/clients/{tenant}/life/terminate", terminate),
    ("POST", "/clients/{tenant}/life/withdraw", withdraw),
    ("POST", "/clients/{tenant}/life/{run}/retry", retry),
)
