"""The operator keeps carriers, routes and numbers, and sees what in the dialer needs somebody."""

from __future__ import annotations

import pytest

from services.kit.errors import Aborted
from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running

CARRIER = {
    "carrier_id": "southline",
    "display_name": "Southline",
    "protocol": "PJSIP",
    "host": "sip.southline.example",
    "caller_id_format": "PLUS",
    "codecs": "ulaw, g729",
    "login_secret": "Hush-7.x",
}
RUN = "tenants/abc-solar/provisioningRuns/r1"


async def test_carriers_are_shown_without_their_secrets(operator: Browser) -> None:
    """That there is one is told."""
    text = text_of((await operator.get("/carriers")).text)
    one = (await operator.get("/carriers/northline")).text

    assert "Northline sip.northline.example:5060 PJSIP northgate with a secret ulaw, g722" in text
    assert "there is one; empty keeps it" in one
    assert 'name="login_secret" type="password" value=""' in one


async def test_a_carrier_is_made(gateway: Running, operator: Browser) -> None:
    """And shown."""
    answer = await operator.submit("/carriers", "/carriers", **CARRIER)

    assert (answer.status_code, answer.headers["location"]) == (303, "/carriers/southline")
    assert "CreateCarrier southline sip.southline.example ulaw,g729" in gateway.world.asked


async def test_a_wrong_carrier_keeps_what_was_typed_but_its_secret(operator: Browser) -> None:
    """Beside what is wrong."""
    answer = await operator.submit("/carriers", "/carriers", **CARRIER, port="sip")

    assert answer.status_code == 400
    assert "Port: Must be a whole number." in text_of(answer.text)
    assert 'value="sip.southline.example"' in answer.text
    assert "Hush-7.x" not in answer.text


@pytest.mark.parametrize(("secret", "told"), [("", "no secret"), ("New-1", "secret")])
async def test_a_carrier_is_changed(
    gateway: Running, operator: Browser, secret: str, told: str
) -> None:
    """Its secret only if one was typed."""
    form = {**CARRIER, "port": "5080", "etag": '"7"', "login_secret": secret}

    answer = await operator.submit("/carriers/northline", "/carriers/northline", **form)

    assert answer.status_code == 303
    assert f'UpdateCarrier carriers/northline 5080 "7" {told}' in gateway.world.asked


async def test_a_change_of_somebody_else_is_not_overwritten(
    gateway: Running, operator: Browser
) -> None:
    """It is said, and nothing typed is lost."""
    failure = Aborted("The carrier has been changed meanwhile.")
    gateway.world.failures['UpdateCarrier carriers/northline 5080 "6" no secret'] = failure
    form = {**CARRIER, "port": "5080", "etag": '"6"', "login_secret": ""}

    answer = await operator.submit("/carriers/northline", "/carriers/northline", **form)

    assert answer.status_code == 409
    assert "changed meanwhile" in answer.text
    assert 'value="Southline"' in answer.text


async def test_routes_tell_their_health(gateway: Running, operator: Browser) -> None:
    """And another is made of a client and a carrier."""
    text = text_of((await operator.get("/routes")).text)
    answer = await operator.submit(
        "/routes", "/routes", code="abc2", tenant="tenants/abc-solar", carrier="carriers/northline"
    )

    assert "spare2 nobody&#39;s" in text or "spare2 nobody's" in text
    assert "not applied" in text
    assert answer.status_code == 303
    assert "CreateRoute abc2 tenants/abc-solar" in gateway.world.asked


async def test_numbers_come_into_stock_and_leave_it(gateway: Running, operator: Browser) -> None:
    """As they are pasted."""
    page = await operator.get("/stock")
    added = await operator.submit(
        "/stock", "/stock", carrier="carriers/northline", numbers="+1 (312) 555-0150\n\n13125550151"
    )
    deleted = await operator.submit("/stock", "/stock/13125550142/delete")

    assert "+1 312 555 0111 Northline held ABC Solar Dialer" in text_of(page.text)
    assert added.headers["location"] == "/stock?added=2"
    assert "CreateStockNumbers carriers/northline +13125550150,+13125550151" in gateway.world.asked
    assert deleted.status_code == 303
    assert "DeleteStockNumber stockNumbers/13125550142" in gateway.world.asked


async def test_a_wrong_line_of_numbers_is_named(operator: Browser) -> None:
    """And all of them stay in the form."""
    answer = await operator.submit(
        "/stock", "/stock", carrier="carriers/northline", numbers="+13125550150\nnone"
    )

    assert answer.status_code == 400
    assert "Line 2 is no number with a country code" in answer.text
    assert "+13125550150\nnone</textarea>" in answer.text


async def test_a_clients_runs_and_drifts_are_shown(operator: Browser) -> None:
    """Step by step, field by field."""
    text = text_of((await operator.get("/clients/abc-solar/dialer")).text)

    assert "waits for somebody" in text
    assert "route begun — The host did not answer." in text
    assert "campaign ABC1 auto_dial_level 2.0 9.9" in text


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("runs/r1/retry", f"RetryProvisioningRun {RUN}"),
        ("runs/r1/undo", f"UndoProvisioningRun {RUN}"),
        ("repair", "RepairDrifts tenants/abc-solar"),
    ],
)
async def test_what_needs_somebody_is_done(
    gateway: Running, operator: Browser, path: str, asked: str
) -> None:
    """By a button."""
    page = "/clients/abc-solar/dialer"

    answer = await operator.submit(page, f"{page}/{path}")

    assert answer.status_code == 303
    assert asked in gateway.world.asked


async def test_days_are_held_against_the_dialer(operator: Browser) -> None:
    """With what is not explained."""
    text = text_of((await operator.get("/reconciliations?drifts=1")).text)

    assert "Oct 14, 2025 ABC Solar Dialer 412 500 min 415 490 min 412 0 3" in text
    assert "calls not metered" in text


async def test_the_system_tells_what_serves_and_what_waits(operator: Browser) -> None:
    """Each with the page where it is dealt with."""
    page = await operator.get("/system")

    text = text_of(page.text)
    for service in ("billing", "telephony", "tenancy", "usage"):
        assert f"{service} serves answers" in text
    assert "Legs without a client 618 of 2 routes" in text
    assert "Lines put aside 2" in text
    assert "Days not explained 1" in text
    assert 'href="/legs#lines"' in page.text


async def test_clients_have_none_of_it(visitor: Browser) -> None:
    """The pages are not there."""
    for path in ("/carriers", "/routes", "/stock", "/system", "/reconciliations"):
        assert (await visitor.get(path)).status_code == 404
