"""No page, answer, header or error names this product, its parts, or who stands behind it."""

from __future__ import annotations

import pytest

from tests.support.gateway.running import Browser
from tests.support.secret_words import NAMES, OURS

PAGES = (
    "/",
    "/login",
    "/lists",
    "/lists/may",
    "/lists/may/files/0c1d2e3f-may",
    "/numbers",
    "/do-not-call",
    "/recordings",
    "/reports",
    "/calls",
    "/billing",
    "/live",
    "/agents",
    "/campaigns",
    "/campaigns/_new",
    "/invoices",
    "/invoices/2025-09",
    "/team",
    "/forgotten",
    "/account/second-step",
    "/login/code",
    "/new-address?token=good-token",
    "/new-address?token=bad",
    "/team/sign-on",
    "/invitation?token=good-token",
    "/invitation?token=bad",
    "/account",
    "/data",
    "/host-names",
    "/support-access",
    "/company/brand",
    "/support?token=bad",
    "/agreement",
    "/agreement/a1",
    "/agreement/a1/text",
    "/training",
    "/training/agents",
    "/training/supervisors",
    "/training/admins",
    "/activity",
    "/activity?check=1",
    "/api",
    "/api/webhooks",
    "/docs",
    "/openapi.json",
    "/brand.css",
    "/brand/icon",
    "/nothing",
    "/calls?page=x",
    "/healthz",
)
REQUESTS = (
    "/v1/nothing",
    "/v1/tenants/abc-solar/calls",
    "/v1/tenants/abc-solar/calls?colour=red",
    "/v1/tenants/abc-solar/calls?page_token=x",
    "/v1/tenants/abc-solar/invoices/2025-09",
    "/v1/tenants/abc-solar/statements/2025-10",
    "/v1/tenants/meridian/invoices/2025-09",
    "/v1/tenants/abc-solar/users",
)


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_does(visitor: Browser, path: str) -> None:
    """Nor does it tell of costs."""
    answer = await visitor.get(path)

    said = f"{answer.headers}{answer.text}"
    assert NAMES.findall(said) == []
    assert OURS.findall(answer.text) == []


@pytest.mark.parametrize("path", REQUESTS)
async def test_no_answer_of_the_api_does(sunny: Browser, path: str) -> None:
    """Refusals and failures included."""
    answer = await sunny.get(path, authorization="Bearer key-abc-solar")

    said = f"{answer.headers}{answer.text}"
    assert NAMES.findall(said) == []
    assert OURS.findall(answer.text) == []


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/clients/abc-solar",
        "/activity",
        "/clients/abc-solar/activity",
        "/clients/abc-solar/dialer",
        "/clients/abc-solar/money",
        "/clients/abc-solar/agreement",
        "/clients/abc-solar/mails",
        "/onboarding",
        "/onboarding/_new",
        "/agreements",
        "/agreements/2026-11",
        "/clients/abc-solar/brand",
        "/clients/abc-solar/host-names",
        "/clients/abc-solar/life",
        "/clients/abc-solar/notes",
        "/clients/abc-solar/prices",
        "/costs",
        "/carriers",
        "/carriers/northline",
        "/reconciliations",
        "/routes",
        "/stock",
        "/system",
        "/profit",
        "/runs",
        "/leaks",
        "/docs",
        "/openapi.json",
        "/nothing",
    ],
)
async def test_the_consoles_pages_do_not_either(operator: Browser, path: str) -> None:
    """The operator sells it under its own name."""
    answer = await operator.get(path)

    assert NAMES.findall(f"{answer.headers}{answer.text}") == []
