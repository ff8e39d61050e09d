"""Which page is at which path, for each of the two listeners."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from services.gateway.portal.account_pages import (
    ACCOUNT_PAGES,
    DOOR_PAGES,
    SUPPORT_DOOR_PAGES,
)
from services.gateway.portal.agreement_pages import (
    CLIENT_AGREEMENT_PAGES,
    CLIENT_TRAINING_PAGES,
    CONSOLE_AGREEMENT_PAGES,
)
from services.gateway.portal.assets import Assets
from services.gateway.portal.brand import brand_icon, brand_logo, brand_style
from services.gateway.portal.client.activity import activity, activity_file
from services.gateway.portal.client.api import create_key, revoke_key, rotate_key, show_api
from services.gateway.portal.client.calls import calls
from services.gateway.portal.client.dashboard import dashboard
from services.gateway.portal.client.explanations import explain_line, invoice_calls
from services.gateway.portal.client.invoices import invoice, invoice_file, invoices
from services.gateway.portal.client.price_notices import (
    acknowledge_price_notice,
    price_notice,
)
from services.gateway.portal.client.webhooks import (
    create_webhook,
    delete_webhook,
    replay_webhook,
    rotate_webhook_secret,
    switch_webhook,
    test_webhook,
    update_webhook,
    webhook,
    webhooks,
)
from services.gateway.portal.console.client import (
    client,
    client_invoice_file,
    create_draft,
    issue_draft,
    release_draft,
)
from services.gateway.portal.console.client_activity import (
    client_activity,
    client_activity_file,
)
from services.gateway.portal.console.client_mails import client_mails, resend_mail
from services.gateway.portal.console.clients import clients
from services.gateway.portal.console.leak_alarms import dismiss_leak_alarm, leak_alarms
from services.gateway.portal.console.legs import assign, legs, replay
from services.gateway.portal.console_dialer_pages import CONSOLE_DIALER_PAGES
from services.gateway.portal.dialer_pages import CLIENT_DIALER_PAGES, CLIENT_UPLOADS
from services.gateway.portal.handling import (
    Handler,
    error_page,
    for_everybody,
    for_visitors,
)
from services.gateway.portal.life_pages import (
    CLIENT_LIFE_PAGES,
    CLIENT_LIFE_UPLOADS,
    CONSOLE_LIFE_PAGES,
    CONSOLE_LIFE_UPLOADS,
)
from services.gateway.portal.login import log_out
from services.gateway.portal.money_pages import CLIENT_MONEY_PAGES, CONSOLE_MONEY_PAGES
from services.gateway.portal.reference import open_api, reference
from services.gateway.portal.sign_on_settings import sign_on_settings, update_sign_on
from services.gateway.portal.streaming import streamed
from services.gateway.portal.team import (
    change_role,
    change_state,
    create_invitation,
    renew_invitation,
    revoke_invitation,
    team,
)
from services.gateway.portal.team_second_factor import require_second_factor, reset_second_factor
from services.gateway.portal.uploads import for_uploads
from services.gateway.portal.visit import Portal, Visit
from services.gateway.rest.errors import MethodNotAllowed, RouteNotFound, problem_of

# What every tenant has, the operator too.
_TENANT_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/activity", activity),
    ("GET", "/activity/file", activity_file),
    ("GET", "/team", team),
    ("GET", "/team/sign-on", sign_on_settings),
    ("POST", "/team/sign-on", update_sign_on),
    ("POST", "/team/second-step", require_second_factor),
    ("POST", "/team/invitations", create_invitation),
    ("POST", "/team/invitations/{invitation}/renew", renew_invitation),
    ("POST", "/team/invitations/{invitation}/revoke", revoke_invitation),
    ("POST", "/team/{user}/role", change_role),
    ("POST", "/team/{user}/state", change_state),
    ("POST", "/team/{user}/second-step/reset", reset_second_factor),
)
_CLIENT_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/", dashboard),
    ("GET", "/events/dashboard", streamed(dashboard)),
    ("GET", "/calls", calls),
    ("GET", "/invoices", invoices),
    ("GET", "/invoices/{invoice}", invoice),
    ("GET", "/invoices/{invoice}/pdf", invoice_file),
    ("GET", "/invoices/{invoice}/lines/{line}", explain_line),
    ("GET", "/invoices/{invoice}/calls", invoice_calls),
    *CLIENT_DIALER_PAGES,
    *CLIENT_MONEY_PAGES,
    ("GET", "/prices/{price_notice}", price_notice),
    ("POST", "/prices/{price_notice}/acknowledge", acknowledge_price_notice),
    *CLIENT_AGREEMENT_PAGES,
    *CLIENT_LIFE_PAGES,
    ("GET", "/api", show_api),
    ("POST", "/api/keys", create_key),
    ("POST", "/api/keys/{api_key}/rotate", rotate_key),
    ("POST", "/api/keys/{api_key}/revoke", revoke_key),
    ("GET", "/api/webhooks", webhooks),
    ("POST", "/api/webhooks", create_webhook),
    ("GET", "/api/webhooks/{webhook}", webhook),
    ("POST", "/api/webhooks/{webhook}", update_webhook),
    ("POST", "/api/webhooks/{webhook}/secret", rotate_webhook_secret),
    ("POST", "/api/webhooks/{webhook}/state", switch_webhook),
    ("POST", "/api/webhooks/{webhook}/test", test_webhook),
    ("POST", "/api/webhooks/{webhook}/delete", delete_webhook),
    ("POST", "/api/webhooks/{webhook}/deliveries/{delivery}/replay", replay_webhook),
)
_CONSOLE_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/", clients),
    ("GET", "/clients/{tenant}", client),
    ("POST", "/clients/{tenant}/drafts", create_draft),
    ("POST", "/clients/{tenant}/drafts/{draft}/issue", issue_draft),
    ("POST", "/clients/{tenant}/drafts/{draft}/release", release_draft),
    ("GET", "/clients/{tenant}/invoices/{invoice}/pdf", client_invoice_file),
    *CONSOLE_MONEY_PAGES,
    *CONSOLE_LIFE_PAGES,
    *CONSOLE_DIALER_PAGES,
    *CONSOLE_AGREEMENT_PAGES,
    ("GET", "/clients/{tenant}/activity", client_activity),
    ("GET", "/clients/{tenant}/activity/file", client_activity_file),
    ("GET", "/clients/{tenant}/mails", client_mails),
    ("POST", "/clients/{tenant}/mails/{notice}/resend", resend_mail),
    ("GET", "/legs", legs),
    ("POST", "/legs/assign", assign),
    ("POST", "/legs/lines/{line}/replay", replay),
    ("GET", "/leaks", leak_alarms),
    ("POST", "/leaks/{leak_alarm}/dismiss", dismiss_leak_alarm),
)
_SHARED_PAGES: tuple[tuple[str, str, Handler], ...] = (
    *DOOR_PAGES,
    ("GET", "/docs", reference),
    ("GET", "/openapi.json", open_api),
    ("GET", "/brand.css", brand_style),
    ("GET", "/brand/logo", brand_logo),
    ("GET", "/brand/icon", brand_icon),
)


def pages(
    portal: Portal, assets: Assets, for_operator: bool, more: Sequence[Route] = ()
) -> Starlette:
    """Builds the pages of a listener."""
    own = (*(_CONSOLE_PAGES if for_operator else _CLIENT_PAGES), *_TENANT_PAGES)
    uploads = CONSOLE_LIFE_UPLOADS if for_operator else (*CLIENT_UPLOADS, *CLIENT_LIFE_UPLOADS)
    of_clients = (*CLIENT_TRAINING_PAGES, *SUPPORT_DOOR_PAGES)
    shared = (*_SHARED_PAGES, *(() if for_operator else of_clients))
    routes = [
        *(Route(path, for_uploads(portal, page), methods=["POST"]) for path, page in uploads),
        *(Route(path, for_visitors(portal, page), methods=[way]) for way, path, page in own),
        *(
            Route(path, for_visitors(portal, page), methods=[way])
            for way, path, page in ACCOUNT_PAGES
        ),
        Route("/logout", for_visitors(portal, log_out), methods=["POST"]),
        *(Route(path, for_everybody(portal, page), methods=[way]) for way, path, page in shared),
        Route("/static/{digest}/{name}", assets.serve),
        Route("/healthz", _health),
        *more,
    ]
    not_found, not_allowed = for_everybody(portal, _not_found), for_everybody(portal, _not_allowed)

    async def nothing_here(request: Request, error: Exception) -> Response:
        is_method = getattr(error, "status_code", 404) == 405
        return await (not_allowed if is_method else not_found)(request)

    application = Starlette(
        routes=routes, exception_handlers={404: nothing_here, 405: nothing_here}
    )
    application.router.redirect_slashes = False
    return application


async def _health(request: Request) -> Response:
    return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})


async def _not_found(visit: Visit) -> Response:
    return error_page(visit, problem_of(RouteNotFound("There is nothing at this path.")))


async def _not_allowed(visit: Visit) -> Response:
    return error_page(visit, problem_of(MethodNotAllowed(("GET",))))
