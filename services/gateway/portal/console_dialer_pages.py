"""Which of the console's pages about the dialer is at which path."""

from __future__ import annotations

from services.gateway.portal.console.carriers import (
    carrier,
    carriers,
    create_carrier,
    update_carrier,
)
from services.gateway.portal.console.client_dialer import (
    client_dialer,
    repair_drifts,
    retry_run,
    undo_run,
)
from services.gateway.portal.console.reconciliations import reconciliations
from services.gateway.portal.console.routes import create_route, routes
from services.gateway.portal.console.stock import add_stock, delete_stock, stock
from services.gateway.portal.console.system import system
from services.gateway.portal.handling import Handler

CONSOLE_DIALER_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/system", system),
    ("GET", "/carriers", carriers),
    ("POST", "/carriers", create_carrier),
    ("GET", "/carriers/{carrier}", carrier),
    ("POST", "/carriers/{carrier}", update_carrier),
    ("GET", "/routes", routes),
    ("POST", "/routes", create_route),
    ("GET", "/stock", stock),
    ("POST", "/stock", add_stock),
    ("POST", "/stock/{number}/delete", delete_stock),
    ("GET", "/reconciliations", reconciliations),
    ("GET", "/clients/{tenant}/dialer", client_dialer),
    ("POST", "/clients/{tenant}/dialer/repair", repair_drifts),
    ("POST", "/clients/{tenant}/dialer/runs/{run}/retry", retry_run),
    ("POST", "/clients/{tenant}/dialer/runs/{run}/undo", undo_run),
)
