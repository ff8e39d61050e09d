"""How a client's portal looks: names, colour and help, tried before they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import grpc
from starlette.responses import Response

from services.gateway.portal.brand_place import Kept, Place
from services.gateway.portal.colors import (
    CONTRAST_MIN,
    contrast_on,
    is_color,
    nearest_readable,
    palette_of,
)
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import InvalidRequest, Refusal
from veneer.tenancy.v1.brand_pb2 import Brand

_FIELDS: Final = ("display_name", "tagline", "primary_color")
_SUPPORT: Final = ("email", "phone", "url")
_OPERATORS: Final = ("powered_by", "no_powered_by")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a brand: its field, what it is called, what is shown without, and how high."""

    field: str
    label: str
    without: str
    is_there: bool
    height: int


async def update_brand(visit: Visit, place: Place) -> Response:
    """Keeps what was typed, or shows what it would look like."""
    form = await form_of(visit)
    names = (*_FIELDS, *_SUPPORT, *_OPERATORS, "etag")
    typed = {name: form.get(name, "").strip() for name in names}
    typed["primary_color"] = typed["primary_color"].lower()
    if place.is_own:
        typed["display_name"] = (await place.read(visit)).brand.display_name
    try:
        _refuse_unreadable(typed["primary_color"])
        if form.get("do") == "preview":
            return await brand_page(visit, place, typed)
        of_operator = () if place.is_own else ("display_name", "powered_by")
        paths = (*of_operator, "tagline", "primary_color", "support")
        await place.keep(visit, _brand(typed), paths, typed["etag"])
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await brand_page(visit, place, typed, refusal_of(error))
    return visit.go_to(f"{place.path}?kept=1")


async def brand_page(
    visit: Visit,
    place: Place,
    typed: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    """Shows the brand, or what was typed of one, with what is wrong beside its field."""
    kept = await place.read(visit)
    form = _form(kept) if typed is None else typed
    fields = problem.field_violations if problem else ()
    palette = palette_of(form["primary_color"])
    return visit.page(
        "brand_form.html",
        status=problem.http_status if problem else 200,
        title="Brand" if place.is_own else f"Brand of {kept.display_name}",
        place=place,
        client=kept.display_name,
        form=form,
        pictures=_pictures(kept.brand),
        palette=palette,
        contrast=f"{contrast_on(palette.brand):.1f}",
        wrong={field.rpartition(".")[2]: text for field, text in fields},
        problem=problem,
        is_kept=typed is None and "kept" in visit.request.query_params,
        is_tried=typed is not None and problem is None,
        may_change=visit.caller.may(place.permission),
    )


def _brand(typed: dict[str, str]) -> Brand:
    brand = Brand()
    for field in _FIELDS:
        setattr(brand, field, typed[field])
    for field in _SUPPORT:
        setattr(brand.support, field, typed[field])
    if typed["no_powered_by"]:
        brand.powered_by = ""
    elif typed["powered_by"]:
        brand.powered_by = typed["powered_by"]
    return brand


def _form(kept: Kept) -> dict[str, str]:
    brand = kept.brand
    has_none = brand.HasField("powered_by") and not brand.powered_by
    return {
        **{name: getattr(brand, name) for name in _FIELDS},
        **{name: getattr(brand.support, name) for name in _SUPPORT},
        "powered_by": brand.powered_by,
        "no_powered_by": "1" if has_none else "",
        "etag": kept.etag,
    }


def _pictures(brand: Brand) -> list[Picture]:
    """What can be sent, and whether there is one."""
    return [
        Picture("logo", "Logo", "pages show the initials of the name", bool(brand.logo), 48),
        Picture("favicon", "Icon", "browsers show the initials", bool(brand.favicon), 32),
    ]


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
