"""The pages of one's own account, of clients' people and of staff, and of coming in."""

from __future__ import annotations

from services.gateway.portal.account import account, end_sessions
from services.gateway.portal.email_change import (
    confirm_email_change,
    request_email_change,
    show_email_change,
)
from services.gateway.portal.handling import SECOND_FACTOR, Handler
from services.gateway.portal.invitation import accept_invitation, show_invitation
from services.gateway.portal.login import log_in, show_login
from services.gateway.portal.passwords import (
    change_password,
    send_link,
    set_new_password,
    show_forgotten,
    show_new_password,
)
from services.gateway.portal.second_factor import (
    begin_set_up,
    confirm_set_up,
    renew_recovery_codes,
    show_set_up,
    turn_off,
)
from services.gateway.portal.second_step import show_second_step, take_second_step
from services.gateway.portal.single_sign_on import CALLBACK, come_back, go_to_provider
from services.gateway.portal.support_door import come_in_for_support, show_support_door

# One's own.
ACCOUNT_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/account", account),
    ("POST", "/account/sessions", end_sessions),
    ("POST", "/account/password", change_password),
    ("POST", "/account/email", request_email_change),
    ("GET", SECOND_FACTOR, show_set_up),
    ("POST", SECOND_FACTOR, begin_set_up),
    ("POST", f"{SECOND_FACTOR}/confirm", confirm_set_up),
    ("POST", f"{SECOND_FACTOR}/codes", renew_recovery_codes),
    ("POST", f"{SECOND_FACTOR}/off", turn_off),
)
# For who has not come in yet.
DOOR_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/login", show_login),
    ("POST", "/login", log_in),
    ("GET", "/login/code", show_second_step),
    ("POST", "/login/code", take_second_step),
    ("GET", "/login/sign-on", go_to_provider),
    ("GET", CALLBACK, come_back),
    ("GET", "/forgotten", show_forgotten),
    ("POST", "/forgotten", send_link),
    ("GET", "/new-password", show_new_password),
    ("POST", "/new-password", set_new_password),
    ("GET", "/new-address", show_email_change),
    ("POST", "/new-address", confirm_email_change),
    ("GET", "/invitation", show_invitation),
    ("POST", "/invitation", accept_invitation),
)
# For the operator's people who look at a client's account.
SUPPORT_DOOR_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/support", show_support_door),
    ("POST", "/support", come_in_for_support),
)
