"""Paths find the one RPC that they are of, and what they bind."""

from __future__ import annotations

import pytest

from services.gateway.rest.paths import RouteTable, Template

ROUTES = (
    ("GET", "/v1/tenants", "ListTenants"),
    ("POST", "/v1/tenants", "CreateTenant"),
    ("GET", "/v1/{name=tenants/*}", "GetTenant"),
    ("GET", "/v1/{parent=tenants/*}/invoices", "ListInvoices"),
    ("GET", "/v1/{name=tenants/*/invoices/*}", "GetInvoice"),
    ("GET", "/v1/{name=tenants/*/invoices/*}:download", "DownloadInvoice"),
    ("GET", "/v1/unassignedLegs", "ListUnassignedLegs"),
    ("GET", "/v1/unassignedLegs:summarize", "SummarizeUnassignedLegs"),
    ("GET", "/v1/{name=tenants/*/profile}", "GetProfile"),
)


@pytest.fixture
def table() -> RouteTable[tuple[str, Template]]:
    made: RouteTable[tuple[str, Template]] = RouteTable()
    for method, path, name in ROUTES:
        template = Template.parse(path)
        made.add(method, template, (name, template))
    return made


@pytest.mark.parametrize(
    ("path", "name", "bound"),
    [
        ("/v1/tenants", "ListTenants", {}),
        ("/v1/tenants/abc", "GetTenant", {"name": "tenants/abc"}),
        ("/v1/tenants/abc/invoices", "ListInvoices", {"parent": "tenants/abc"}),
        (
            "/v1/tenants/abc/invoices/2025-10",
            "GetInvoice",
            {"name": "tenants/abc/invoices/2025-10"},
        ),
        (
            "/v1/tenants/abc/invoices/2025-10:download",
            "DownloadInvoice",
            {"name": "tenants/abc/invoices/2025-10"},
        ),
        ("/v1/unassignedLegs:summarize", "SummarizeUnassignedLegs", {}),
        ("/v1/tenants/abc/profile", "GetProfile", {"name": "tenants/abc/profile"}),
        ("/v1/tenants/a%20b", "GetTenant", {"name": "tenants/a b"}),
        ("/v1/tenants/a:b", "GetTenant", {"name": "tenants/a:b"}),
    ],
)
def test_a_path_is_of_one_rpc(
    table: RouteTable[tuple[str, Template]], path: str, name: str, bound: dict[str, str]
) -> None:
    """Verbs go before ids, literals before wildcards."""
    routes, segments = table.find(path)

    found, template = routes["GET"]

    assert found == name
    assert {each.field_path: each.value(segments) for each in template.variables} == bound


@pytest.mark.parametrize(
    "path",
    [
        "/v1",
        "/v1/",
        "/v1/tenants/",
        "/v1//tenants",
        "/v1/tenants/abc/nothing",
        "/v1/tenants/abc/invoices/2025-10/more",
        "/v1/unassignedLegs:explode",
        "/v2/tenants",
    ],
)
def test_every_other_path_is_of_none(table: RouteTable[tuple[str, Template]], path: str) -> None:
    """A trailing or a double slash is not forgiven: one thing has one address."""
    assert table.find(path)[0] == {}


def test_an_escaped_slash_stays_part_of_its_segment(
    table: RouteTable[tuple[str, Template]],
) -> None:
    """Or `tenants/a%2Finvoices` would name something else than it was routed by."""
    routes, segments = table.find("/v1/tenants/abc%2Finvoices")

    _, template = routes["GET"]

    assert template.variables[0].value(segments) == "tenants/abc%2Finvoices"


def test_two_rpcs_cannot_share_a_route(table: RouteTable[tuple[str, Template]]) -> None:
    """The gateway does not start with such contracts."""
    template = Template.parse("/v1/{other=tenants/*}")

    with pytest.raises(ValueError):
        table.add("GET", template, ("Other", template))


@pytest.mark.parametrize("text", ["/v1/{name=**}", "v1/tenants", "/v1/a b"])
def test_what_is_not_supported_is_said_at_the_start(text: str) -> None:
    """Not when the first request comes."""
    with pytest.raises(ValueError):
        Template.parse(text)
