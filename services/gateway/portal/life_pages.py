"""The paths of the pages on how clients stand, and what each does."""

from __future__ import annotations

from services.gateway.portal.console.life import life, resume, retry, suspend, terminate, withdraw
from services.gateway.portal.handling import Handler

CONSOLE_LIFE_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/clients/{tenant}/life", life),
    ("POST", "/clients/{tenant}/life/suspend", suspend),
    ("POST", "/clients/{tenant}/life/resume", resume),
    ("POST", "/clients/{tenant}/life/terminate", terminate),
    ("POST", "/clients/{tenant}/life/withdraw", withdraw),
    ("POST", "/clients/{tenant}/life/{run}/retry", retry),
)
