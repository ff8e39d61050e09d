"""The API's description: as OpenAPI for programs, as a page for people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from services.gateway.http.headers import PRIVATE_DATA
from services.gateway.portal.rendering import Renderer
from services.gateway.portal.visit import Visit
from services.gateway.rest.openapi import OpenApi


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, as the page shows it."""

    method: str
    path: str
    described: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """The operations on one kind of resource."""

    name: str
    anchor: str
    description: str
    operations: list[Operation]


async def open_api(visit: Visit) -> Response:
    """Answers the OpenAPI document."""
    body = visit.portal.open_api.json(_title(visit), visit.base_url)
    headers = {key.decode(): value.decode() for key, value in PRIVATE_DATA}
    return Response(body, 200, headers, "application/json")


async def reference(visit: Visit) -> Response:
    """Shows the same document as a page."""
    document = visit.portal.open_api.document(_title(visit), visit.base_url)
    return visit.page(
        "reference.html",
        title="API reference",
        about=document["info"]["description"],
        base_url=visit.base_url,
        groups=_groups(document),
        operations=_operations(visit.portal.renderer, visit.portal.open_api),
    )


@lru_cache(maxsize=8)
def _operations(renderer: Renderer, open_api: OpenApi) -> Markup:
    """Renders what is the same at every host of a listener: making it takes a tenth of a second."""
    document = open_api.document("", "")
    context = {
        "groups": _groups(document),
        "schemas": document["components"]["schemas"],
        "type_of": type_of,
        "target_of": target_of,
    }
    return Markup(renderer.render("reference_operations.html", context))


def type_of(schema: dict[str, Any]) -> str:
    """Names a schema's type for people: `Money`, `list of Call`, `text (uuid)`."""
    if target := target_of(schema):
        prefix = "list of " if schema.get("type") == "array" else ""
        return f"{prefix}{target}"
    if schema.get("type") == "array":
        return f"list of {type_of(schema['items'])}"
    name = {"string": "text", "integer": "number"}.get(schema.get("type", ""), "")
    name = name or str(schema.get("type", ""))
    shown = schema.get("format") or schema.get("contentEncoding")
    return f"{name} ({shown})" if shown else name


def target_of(schema: dict[str, Any]) -> str:
    """Gives the name of the schema that is referred to; empty if none is."""
    inner = schema.get("items", schema)
    return str(inner.get("$ref", "")).rpartition("/")[2]


def _title(visit: Visit) -> str:
    return f"{visit.site.brand.display_name} API"


def _groups(document: dict[str, Any]) -> list[Group]:
    groups = {
        tag["name"]: Group(
            tag["name"], tag["name"].lower().replace(" ", "-"), tag["description"], []
        )
        for tag in document["tags"]
    }
    for path, operations in document["paths"].items():
        for method, described in operations.items():
            operation = Operation(method.upper(), path, described)
            groups[described["tags"][0]].operations.append(operation)
    return list(groups.values())
