"""Where a tenant's people log in with their company's accounts, and the form that says so."""

from __future__ import annotations

from typing import Any, Final

import grpc
from google.protobuf.field_mask_pb2 import FieldMask
from starlette.responses import Response

from services.gateway.auth.openid import SignOnFailed
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.single_sign_on import CALLBACK
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import InvalidRequest, Refusal
from veneer.tenancy.v1 import single_sign_on_service_pb2 as pb

_PATH: Final = "/team/sign-on"
_LENGTH_MAX: Final = 600


async def sign_on_settings(visit: Visit) -> Response:
    """Shows the form."""
    return await _page(visit)


async def update_sign_on(visit: Visit) -> Response:
    """Keeps what was typed, once the provider has answered where it is to be used."""
    form = {name: text.strip()[:_LENGTH_MAX] for name, text in (await form_of(visit)).items()}
    is_on = form.get("state") == "on"
    asked = pb.SingleSignOn(
        name=f"{visit.site.tenant}/singleSignOn",
        state=pb.SingleSignOn.ENABLED if is_on else pb.SingleSignOn.DISABLED,
        issuer=form.get("issuer", ""),
        client_id=form.get("client_id", ""),
        client_secret=form.get("client_secret", ""),
    )
    paths = ["state", "issuer", "client_id"]
    if asked.client_secret or form.get("no_secret"):
        paths.append("client_secret")
    request = pb.UpdateSingleSignOnRequest(single_sign_on=asked, update_mask=FieldMask(paths=paths))
    try:
        if is_on and asked.issuer:
            await _check_answers(visit, asked.issuer)
        await visit.services.single_sign_ons.UpdateSingleSignOn(request, metadata=visit.metadata)
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await _page(visit, form, refusal_of(error))
    return visit.go_to(f"{_PATH}?done=1")


async def _check_answers(visit: Visit, issuer: str) -> None:
    try:
        await visit.portal.open_id.provider(issuer)
    except SignOnFailed as failed:
        text = f"The provider cannot be used. {failed} Is this the address that it names itself by?"
        raise InvalidRequest.at("single_sign_on.issuer", text) from failed


async def _page(
    visit: Visit, form: dict[str, str] | None = None, problem: Problem | None = None
) -> Response:
    request = pb.GetSingleSignOnRequest(name=f"{visit.site.tenant}/singleSignOn")
    provider = await visit.services.single_sign_ons.GetSingleSignOn(
        request, metadata=visit.metadata
    )
    kept: dict[str, Any] = {
        "state": "on" if provider.state == pb.SingleSignOn.ENABLED else "",
        "issuer": provider.issuer,
        "client_id": provider.client_id,
    }
    return visit.page(
        "sign_on.html",
        problem.http_status if problem else 200,
        title="Single sign-on",
        typed=kept if form is None else form,
        has_secret=provider.has_client_secret,
        is_on=bool(kept["state"]),
        callback=visit.base_url + CALLBACK,
        problem=problem,
        is_done=visit.request.query_params.get("done") == "1",
        may_change="users.write" in visit.caller.permissions,
    )
