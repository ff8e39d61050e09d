"""How a client's portal looks: its names and its colour, tried before they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import grpc
from google.protobuf.field_mask_pb2 import FieldMask
from starlette.responses import Response

from services.gateway.portal.colors import (
    CONTRAST_MIN,
    contrast_on,
    is_color,
    nearest_readable,
    palette_of,
)
from services.gateway.portal.console.client import get_client, tenant_name
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import InvalidRequest, Refusal
from veneer.tenancy.v1 import tenant_service_pb2 as pb

if TYPE_CHECKING:
    from veneer.tenancy.v1.brand_pb2 import Brand

_FIELDS = ("display_name", "tagline", "primary_color")
_SUPPORT = ("email", "phone", "url")
# Where a field is not told beside an input of its own name.
_INPUTS = {"tenant.brand.logo": "logo", "tenant.brand.favicon": "favicon"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a brand: its field, what it is called, what is shown without, and how high."""

    field: str
    label: str
    without: str
    is_there: bool
    height: int


async def client_brand(visit: Visit) -> Response:
    """Shows the names and the colour, and what they look like."""
    return await brand_page(visit)


async def update_client_brand(visit: Visit) -> Response:
    """Keeps what was typed, or shows what it would look like."""
    form = await form_of(visit)
    others = (*_SUPPORT, "powered_by", "no_powered_by", "etag")
    typed = {name: form.get(name, "").strip() for name in (*_FIELDS, *others)}
    typed["primary_color"] = typed["primary_color"].lower()
    try:
        _refuse_unreadable(typed["primary_color"])
        if form.get("do") == "preview":
            return await brand_page(visit, typed)
        request = _update(tenant_name(visit), typed)
        await visit.services.tenants.UpdateTenant(request, metadata=visit.metadata)
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await brand_page(visit, typed, refusal_of(error))
    return visit.go_to(f"{visit.request.url.path}?kept=1")


def _update(name: str, typed: dict[str, str]) -> pb.UpdateTenantRequest:
    wanted = pb.Tenant(name=name, etag=typed["etag"])
    for field in _FIELDS:
        setattr(wanted.brand, field, typed[field])
    for field in _SUPPORT:
        setattr(wanted.brand.support, field, typed[field])
    if typed["no_powered_by"]:
        wanted.brand.powered_by = ""
    elif typed["powered_by"]:
        wanted.brand.powered_by = typed["powered_by"]
    paths = [f"brand.{field}" for field in (*_FIELDS, "support", "powered_by")]
    return pb.UpdateTenantRequest(tenant=wanted, update_mask=FieldMask(paths=paths))


def _pictures(brand: Brand) -> list[Picture]:
    """What can be sent, and whether there is one."""
    return [
        Picture("logo", "Logo", "pages show the initials of the name", bool(brand.logo), 48),
        Picture("favicon", "Icon", "browsers show the initials", bool(brand.favicon), 32),
    ]


def _kept(tenant: pb.Tenant) -> dict[str, str]:
    brand = tenant.brand
    has_none = brand.HasField("powered_by") and not brand.powered_by
    return {
        **{name: getattr(brand, name) for name in _FIELDS},
        **{name: getattr(brand.support, name) for name in _SUPPORT},
        "powered_by": brand.powered_by,
        "no_powered_by": "1" if has_none else "",
        "etag": tenant.etag,
    }


def _refuse_unreadable(color: str) -> None:
    """Refuses what is no colour, and one on which no text can be read well."""
    if not is_color(color):
        raise InvalidRequest.at("primary_color", "Type # and six digits or letters a to f.")
    nearest = nearest_readable(color)
    if nearest != color:
        raise InvalidRequest.at(
            "primary_color",
            f"Text on this colour has a contrast of {contrast_on(color):.2f} to 1 and needs"
            f" {CONTRAST_MIN} to 1. The nearest that passes is {nearest}.",
        )


async def brand_page(
    visit: Visit, typed: dict[str, str] | None = None, problem: Problem | None = None
) -> Response:
    """Shows the brand, or what was typed of one, with what is wrong beside its field."""
    tenant = await get_client(visit)
    form = _kept(tenant) if typed is None else typed
    fields = problem.field_violations if problem else ()
    palette = palette_of(form["primary_color"])
    return visit.page(
        "console/client_brand.html",
        status=problem.http_status if problem else 200,
        title=f"Brand of {tenant.display_name}",
        tenant=tenant,
        tenant_id=tenant.name.removeprefix("tenants/"),
        form=form,
        pictures=_pictures(tenant.brand),
        palette=palette,
        contrast=f"{contrast_on(palette.brand):.1f}",
        wrong={_INPUTS.get(field, field.rpartition(".")[2]): text for field, text in fields},
        problem=problem,
        is_kept=typed is None and "kept" in visit.request.query_params,
        is_tried=typed is not None and problem is None,
        may_change=visit.caller.may("tenants.write"),
    )
