"""Carriers: how the dialer reaches them. What they are given as a secret is shown to nobody."""

from __future__ import annotations

import re
from typing import Final

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import InvalidRequest, NotFound, Refusal
from veneer.telephony.v1 import carrier_service_pb2 as pb

_PATH = "/carriers"
_SHOWN = 200
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z", re.ASCII)
PROTOCOLS: Final = {"PJSIP": "PJSIP", "SIP": "SIP (the older one)"}
FORMATS: Final = {
    "COUNTRY_CODE": "12125550123",
    "PLUS": "+12125550123",
    "NATIONAL": "2125550123",
}
# Everything of the form but the secret, which stays as it is when none is typed.
_CHANGED: Final = (
    "display_name",
    "protocol",
    "host",
    "port",
    "login_user",
    "codecs",
    "caller_id_format",
    "calls_max",
)


async def carriers(visit: Visit) -> Response:
    """Shows all carriers, and the form for another."""
    return await _page(visit, {})


async def create_carrier(visit: Visit) -> Response:
    """Makes a carrier, and shows it."""
    form = await form_of(visit)
    try:
        request = pb.CreateCarrierRequest(
            carrier=_typed(form),
            carrier_id=form.get("carrier_id", "").strip(),
            request_id=form.get("request_id", ""),
        )
        made = await visit.services.carriers.CreateCarrier(request, metadata=visit.metadata)
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await _page(visit, form, refusal_of(error))
    return visit.go_to(f"{_PATH}/{made.name.rpartition('/')[2]}")


async def carrier(visit: Visit) -> Response:
    """Shows one carrier as a form."""
    return await _carrier_page(visit)


async def update_carrier(visit: Visit) -> Response:
    """Changes a carrier; refuses to overwrite what somebody else has changed meanwhile."""
    form = await form_of(visit)
    try:
        wanted = _typed(form)
        wanted.name, wanted.etag = _name(visit), form.get("etag", "")
        request = pb.UpdateCarrierRequest(carrier=wanted, request_id=form.get("request_id", ""))
        request.update_mask.paths.extend(_CHANGED)
        if wanted.login_secret:
            request.update_mask.paths.append("login_secret")
        await visit.services.carriers.UpdateCarrier(request, metadata=visit.metadata)
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await _carrier_page(visit, form, refusal_of(error))
    return visit.go_to(_PATH)


def _typed(form: dict[str, str]) -> pb.Carrier:
    protocol, digits = form.get("protocol", ""), form.get("caller_id_format", "")
    if protocol not in PROTOCOLS or digits not in FORMATS:
        raise InvalidRequest.at("protocol", "Must be one of those offered.")
    return pb.Carrier(
        display_name=form.get("display_name", "").strip(),
        protocol=pb.Carrier.Protocol.Value(protocol),
        host=form.get("host", "").strip(),
        port=_number(form, "port"),
        login_user=form.get("login_user", "").strip(),
        login_secret=form.get("login_secret", ""),
        codecs=form.get("codecs", "").replace(",", " ").split(),
        caller_id_format=pb.Carrier.CallerIdFormat.Value(digits),
        calls_max=_number(form, "calls_max"),
    )


def _number(form: dict[str, str], field: str) -> int:
    text = form.get(field, "").strip() or "0"
    if not re.fullmatch(r"[0-9]{1,6}", text, re.ASCII):
        raise InvalidRequest.at(field, "Must be a whole number.")
    return int(text)


def _shown(found: pb.Carrier) -> dict[str, str]:
    """Gives a carrier as its form has it; never its secret."""
    return {
        "display_name": found.display_name,
        "protocol": pb.Carrier.Protocol.Name(found.protocol or pb.Carrier.PJSIP),
        "host": found.host,
        "port": str(found.port or ""),
        "login_user": found.login_user,
        "codecs": ", ".join(found.codecs),
        "caller_id_format": pb.Carrier.CallerIdFormat.Name(
            found.caller_id_format or pb.Carrier.COUNTRY_CODE
        ),
        "calls_max": str(found.calls_max or ""),
        "etag": found.etag,
    }


def _name(visit: Visit) -> str:
    found = visit.request.path_params["carrier"]
    if not _ID.match(found):
        raise NotFound(resource=found[:80])
    return f"carriers/{found}"


async def _page(visit: Visit, form: dict[str, str], problem: Problem | None = None) -> Response:
    request = pb.ListCarriersRequest(
        page_size=_SHOWN, page_token=visit.request.query_params.get("page", "")
    )
    answer = await visit.services.carriers.ListCarriers(request, metadata=visit.metadata)
    return visit.page(
        "console/carriers.html",
        status=problem.http_status if problem else 200,
        title="Carriers",
        carriers=answer.carriers,
        next_page=answer.next_page_token,
        protocols=PROTOCOLS,
        formats=FORMATS,
        protocol_name=pb.Carrier.Protocol.Name,
        may_change=visit.caller.may("carriers.write"),
        has_secret=False,
        form=form,
        problem=problem,
        request_id=new_request_id,
    )


async def _carrier_page(
    visit: Visit, form: dict[str, str] | None = None, problem: Problem | None = None
) -> Response:
    found = await visit.services.carriers.GetCarrier(
        pb.GetCarrierRequest(name=_name(visit)), metadata=visit.metadata
    )
    return visit.page(
        "console/carrier.html",
        status=problem.http_status if problem else 200,
        title=found.display_name or found.name.rpartition("/")[2],
        path=f"{_PATH}/{found.name.rpartition('/')[2]}",
        protocols=PROTOCOLS,
        formats=FORMATS,
        may_change=visit.caller.may("carriers.write"),
        has_secret=found.has_login_secret,
        form=form or _shown(found),
        problem=problem,
        request_id=new_request_id,
    )
