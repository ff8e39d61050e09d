"""The API's description is whole, and tells each audience of its own alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from services.gateway.rest.contracts import (
    CLIENT_AUDIENCES,
    OPERATOR_AUDIENCES,
    load_contracts,
)
from services.gateway.rest.openapi import OpenApi

SECRETS = re.compile(r"\b(cost|margin|profit|vendor|carrier|quarantine|unassigned)", re.I)
NAMES = re.compile(r"veneer|vicidial|asterisk|envoy|starlette|uvicorn|grpc|instacall", re.I)


@pytest.fixture(scope="module")
def for_clients() -> dict[str, Any]:
    contracts = load_contracts().for_audiences(CLIENT_AUDIENCES)
    return OpenApi(contracts).document("Sunny API", "https://sunny.example")


@pytest.fixture(scope="module")
def for_operator() -> dict[str, Any]:
    contracts = load_contracts().for_audiences(OPERATOR_AUDIENCES)
    return OpenApi(contracts).document("Console API", "https://console.example")


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref":
                yield item
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def test_clients_are_not_told_of_the_operators_side(for_clients: dict[str, Any]) -> None:
    """Not a path, a schema or a word of it."""
    found = SECRETS.findall(json.dumps(for_clients))

    assert found == []


def test_nobody_is_told_what_it_is_made_of(
    for_clients: dict[str, Any], for_operator: dict[str, Any]
) -> None:
    """Names of products and libraries, ours included."""
    assert NAMES.findall(json.dumps([for_clients, for_operator])) == []


def test_the_operator_is_told_of_both_sides(
    for_clients: dict[str, Any], for_operator: dict[str, Any]
) -> None:
    """It may do for a client what the client may."""
    assert set(for_clients["paths"]) < set(for_operator["paths"])


def test_every_reference_leads_somewhere(for_operator: dict[str, Any]) -> None:
    """To a schema of the document."""
    known = {f"#/components/schemas/{name}" for name in for_operator["components"]["schemas"]}

    assert set(_references(for_operator)) <= known


def test_every_variable_of_a_path_is_described(for_operator: dict[str, Any]) -> None:
    """OpenAPI demands it."""
    for path, operations in for_operator["paths"].items():
        for operation in operations.values():
            told = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
            assert told == set(re.findall(r"\{(\w+)\}", path))


def test_the_comments_of_the_contracts_are_the_descriptions(for_clients: dict[str, Any]) -> None:
    """Nobody writes them twice."""
    operation = for_clients["paths"]["/v1/tenants/{tenant}/invoices/{invoice}"]["get"]

    assert operation["summary"] == "Gets one invoice"
    assert "RESOURCE_NOT_FOUND" in operation["description"]
    assert "`invoices.read`" in operation["description"]


def test_the_title_is_the_brands(for_clients: dict[str, Any]) -> None:
    """And the server is the host that was asked."""
    assert for_clients["info"]["title"] == "Sunny API"
    assert for_clients["servers"] == [{"url": "https://sunny.example"}]


def test_messages_in_queries_are_their_fields(for_clients: dict[str, Any]) -> None:
    """With what the whole is for."""
    parameters = for_clients["paths"]["/v1/tenants/{tenant}/calls"]["get"]["parameters"]
    described = {each["name"]: each.get("description", "") for each in parameters}

    assert described["startDate.year"].startswith("Only calls of this local date or later.")
