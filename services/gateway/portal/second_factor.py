"""One's own second factor: turned on with an app, turned off, and codes for when it is lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import grpc
import segno
from markupsafe import Markup
from starlette.responses import Response

from services.gateway.portal.account import account_page
from services.gateway.portal.handling import SECOND_FACTOR, form_of, refusal_of, words_of
from services.gateway.portal.visit import SESSION_COOKIE, Visit
from services.gateway.rest.errors import problem_of
from veneer.tenancy.v1 import second_factor_service_pb2 as pb

_LENGTH_MAX: Final = 200
_WRONG_PASSWORD: Final = "This is not your password."  # noqa: S105
_State = pb.ReadSecondFactorResponse.State


async def show_set_up(visit: Visit) -> Response:
    """Shows how to turn it on; leads back who has."""
    return await _set_up(visit)


async def begin_set_up(visit: Visit) -> Response:
    """Makes a secret for who knows the password."""
    form = await _form(visit)
    request = pb.BeginSecondFactorRequest(
        user=visit.caller.subject, password=form.get("password") or "-"
    )
    try:
        await visit.services.second_factors.BeginSecondFactor(request)
    except grpc.aio.AioRpcError as error:
        return await _set_up(visit, _wrong(error, "password", "password"))
    return visit.go_to(SECOND_FACTOR)


async def confirm_set_up(visit: Visit) -> Response:
    """Turns it on, shows the recovery codes, this once, and ends one's other sessions."""
    form = await _form(visit)
    request = pb.ConfirmSecondFactorRequest(user=visit.caller.subject, code=form.get("code") or "-")
    try:
        answer = await visit.services.second_factors.ConfirmSecondFactor(request)
    except grpc.aio.AioRpcError as error:
        return await _set_up(visit, _wrong(error, "code", "code"))
    assert visit.visitor is not None, "strangers are sent to the log-in"
    await visit.portal.sessions.end(visit.site, visit.caller.subject, kept=visit.visitor.session_id)
    _ask_anew(visit)
    return _codes(visit, answer.recovery_codes, is_new=True)


async def renew_recovery_codes(visit: Visit) -> Response:
    """Shows other recovery codes, this once."""
    form = await _form(visit)
    request = pb.RenewRecoveryCodesRequest(
        user=visit.caller.subject, code=form.get("renewing_code") or "-"
    )
    try:
        answer = await visit.services.second_factors.RenewRecoveryCodes(request)
    except grpc.aio.AioRpcError as error:
        return await account_page(visit, _wrong(error, "renewing_code", "renewing_code"))
    return _codes(visit, answer.recovery_codes, is_new=False)


async def turn_off(visit: Visit) -> Response:
    """Turns it off."""
    form = await _form(visit)
    request = pb.TurnOffSecondFactorRequest(
        user=visit.caller.subject,
        password=form.get("off_password") or "-",
        code=form.get("off_code") or "-",
    )
    try:
        await visit.services.second_factors.TurnOffSecondFactor(request)
    except grpc.aio.AioRpcError as error:
        return await account_page(visit, _wrong(error, "off_password", "off_code"))
    return visit.go_to("/account?done=second-step-off")


def _wrong(error: grpc.aio.AioRpcError, password: str, code: str) -> dict[str, str]:
    """Gives what was wrong, by the name of the field that it was."""
    problem = problem_of(error)
    if problem.http_status == 401:
        return {password: _WRONG_PASSWORD}
    return {code: words_of(refusal_of(error))}


async def _set_up(visit: Visit, wrong: dict[str, str] | None = None) -> Response:
    request = pb.ReadSecondFactorRequest(user=visit.caller.subject)
    factor = await visit.services.second_factors.ReadSecondFactor(request)
    if factor.state == _State.ON:
        # Another replica may not know yet that nothing is missing any more.
        _ask_anew(visit)
        return visit.go_to("/account")
    return visit.page(
        "second_factor.html",
        400 if wrong else 200,
        title="Second step",
        wrong=wrong or {},
        is_begun=factor.state == _State.BEGUN,
        is_required=factor.is_required,
        secret=" ".join(factor.secret[at : at + 4] for at in range(0, len(factor.secret), 4)),
        picture=_picture(factor.setup_uri),
    )


def _picture(text: str) -> Markup:
    """Draws what an app reads, black on white in the dark as well."""
    if not text:
        return Markup()
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return Markup(drawn)


def _codes(visit: Visit, codes: Sequence[str], *, is_new: bool) -> Response:
    """On the page itself: they must stand in no address and in no history."""
    return visit.page(
        "recovery_codes.html",
        title="Recovery codes",
        codes=codes,
        is_new=is_new,
    )


def _ask_anew(visit: Visit) -> None:
    visit.portal.sessions.ask_anew(visit.site, visit.request.cookies.get(SESSION_COOKIE, ""))


async def _form(visit: Visit) -> dict[str, str]:
    return {name: text[:_LENGTH_MAX] for name, text in (await form_of(visit)).items()}
