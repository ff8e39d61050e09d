"""A client asks for a host name of its own domain, sees what to set, and how far it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.gateway.host_names_peer import a_host_name
from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running
from tests.support.gateway.world import CLIENT_READS
from veneer.tenancy.v1 import host_name_service_pb2 as pb

PAGE = "/host-names"
CONSOLE = "/clients/abc-solar/host-names"
TENANT = "tenants/abc-solar"


def _has(gateway: Running, identity: str, domain_name: str, **fields: Any) -> None:
    gateway.world.host_names.append(a_host_name(TENANT, identity, domain_name, **fields))


async def test_a_client_asks_and_is_shown_what_to_set(gateway: Running, visitor: Browser) -> None:
    """The part that changes keeps itself fresh as long as something goes on."""
    before = (await visitor.get(PAGE)).text
    asked = await visitor.submit(PAGE, PAGE, domain_name=" dialer.abc-solar.test ")
    page = (await visitor.get(PAGE)).text
    await visitor.submit(PAGE, f"{PAGE}/h0/check")
    gateway.world.host_names[0].state = pb.HostName.ACTIVE
    after = await visitor.get(PAGE, hx_request="true")
    await visitor.submit(PAGE, f"{PAGE}/h0/remove")

    assert "every 5s" not in before
    assert asked.status_code == 303
    assert 'hx-trigger="every 5s"' in page
    for text in ("_host-proof.dialer.abc-solar.test", "host-proof=0123", "edge.dialer.example"):
        assert text in page
    assert "every 5s" not in after.text
    assert "<html" not in after.text
    assert 'href="https://dialer.abc-solar.test/"' in after.text
    assert gateway.world.asked[-2:] == [
        f"CheckHostName {TENANT}/hostNames/h0",
        f"RemoveHostName {TENANT}/hostNames/h0",
    ]


async def test_wrong_input_is_told_beside_its_field_and_kept(visitor: Browser) -> None:
    """In words."""
    answer = await visitor.submit(PAGE, PAGE, domain_name='solar"<b>')

    assert answer.status_code == 400
    assert 'value="solar&#34;&lt;b&gt;"' in answer.text
    assert 'aria-describedby="domain_name-wrong"' in answer.text
    assert "Must be a host name of a domain." in answer.text


async def test_every_state_has_words(gateway: Running, visitor: Browser) -> None:
    """What has come to nothing says why."""
    kind = pb.HostName
    _has(gateway, "h1", "a.solar.test", finding=kind.DIFFERENT)
    _has(gateway, "h2", "b.solar.test", state=kind.CERTIFICATE_PENDING)
    _has(gateway, "h3", "c.solar.test", state=kind.FAILED, failure=kind.IN_USE)
    _has(gateway, "h4", "d.solar.test", state=kind.EXPIRED, finding=kind.NO_ANSWER)
    _has(gateway, "h5", "e.solar.test", state=kind.REMOVED, finding=kind.FOUND)

    text = text_of((await visitor.get(PAGE)).text)

    assert "There is a TXT record of this name, with another value." in text
    assert "b.solar.test certificate is being made" in text
    assert "came to nothing The host name is in use already. Please ask us." in text
    assert "not proved in time The name servers of the domain gave no answer." in text
    assert "certificate is there" not in text.lower()


async def test_nobody_takes_out_the_host_name_that_they_are_at(
    gateway: Running, visitor: Browser
) -> None:
    """The page would be gone with it."""
    _has(gateway, "h1", "abc-solar.dialer.example", state=pb.HostName.ACTIVE)
    _has(gateway, "h2", "other.solar.test", state=pb.HostName.ACTIVE)

    page = (await visitor.get(PAGE)).text

    assert f"{PAGE}/h1/remove" not in page
    assert f"{PAGE}/h2/remove" in page


async def test_who_may_only_read_changes_nothing(gateway: Running, visitor: Browser) -> None:
    """There is no form on the page."""
    gateway.world.permissions = frozenset({*CLIENT_READS, "hostNames.read"})
    gateway.clock.advance(minutes=2)
    _has(gateway, "h1", "a.solar.test")

    page = (await visitor.get(PAGE)).text

    assert "a.solar.test" in page
    assert f'action="{PAGE}' not in page


async def test_the_operator_does_all_of_it_and_tells_of_certificates(
    gateway: Running, operator: Browser
) -> None:
    """By hand, where nothing does it by itself."""
    await operator.submit(CONSOLE, CONSOLE, domain_name="dialer.solar.test")
    gateway.world.host_names[0].state = pb.HostName.CERTIFICATE_PENDING
    page = (await operator.get(CONSOLE)).text
    await operator.submit(CONSOLE, f"{CONSOLE}/h0/certificate", state="issued")
    linked = (await operator.get("/clients/abc-solar")).text

    assert "The certificate is there" in page
    assert "ReportHostCertificate hostCertificates/h0 ISSUED" in gateway.world.asked
    assert f'href="{CONSOLE}"' in linked


async def test_the_operator_sees_that_a_certificate_is_to_be_made(
    gateway: Running, operator: Browser
) -> None:
    """Among what waits, with the way to it."""
    before = text_of((await operator.get("/system")).text)
    _has(gateway, "h1", "dialer.solar.test", state=pb.HostName.CERTIFICATE_PENDING)
    after = (await operator.get("/system")).text

    assert "Certificates to be made 0" in before
    assert "Certificates to be made 1" in text_of(after)
    assert f'href="{CONSOLE}"' in after


@pytest.mark.parametrize("path", ["/clients/nobody/host-names", "/clients/A%20B/host-names"])
async def test_an_unknown_client_is_404(operator: Browser, path: str) -> None:
    """As everywhere."""
    assert (await operator.get(path)).status_code == 404


@pytest.mark.parametrize("identity", ["..", "h 1", "H1"])
async def test_what_is_no_id_is_404(visitor: Browser, identity: str) -> None:
    """Nothing is asked of anybody."""
    answer = await visitor.submit(PAGE, f"{PAGE}/{identity}/remove")

    assert answer.status_code in (404, 405)
