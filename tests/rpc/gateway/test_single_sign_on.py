"""People log in with their company's accounts, at a provider that speaks OpenID Connect."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import oidc_provider_mock
import pytest
import pytest_asyncio

from services.kit.clock import MovableClock
from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running, a_gateway
from tests.support.gateway.single_sign_on_peer import ENABLED, VOUCHED

SETTINGS = "/team/sign-on"
SIGN_ON = "/login/sign-on"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider with three people, one of whom has not shown that the address is hers."""
    people = [
        oidc_provider_mock.User(sub="dana", claims={"email": VOUCHED, "email_verified": True}),
        oidc_provider_mock.User(sub="kim", claims={"email": "kim@abc-solar.example"}),
        oidc_provider_mock.User(sub="eve", claims={"email": VOUCHED, "email_verified": False}),
    ]
    with oidc_provider_mock.run_server_in_thread(user_claims=people) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running_now() -> AsyncIterator[Running]:
    """A gateway in the present, as the provider is."""
    async with a_gateway(MovableClock(datetime.now(UTC))) as made:
        yield made


@pytest.fixture
def present(running_now: Running) -> Running:
    running_now.clock.set(max(datetime.now(UTC), running_now.clock.now()))
    running_now.clock.advance(seconds=11)
    running_now.world.forget()
    return running_now


def _with(present: Running, issuer: str) -> Browser:
    """A stranger at a client whose people log in at `issuer`."""
    kept = present.world.single_sign_on
    kept.issuer, kept.client_id, kept.client_secret, kept.state = issuer, "us", "s3cr/t", ENABLED
    return present.at(present.world.parties["abc-solar"])


async def _back_from(provider_page: str, sub: str) -> str:
    """Logs in at the provider and gives the path that it sends the browser back to."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.post(provider_page, data={"sub": sub})
    parts = urlsplit(answer.headers["location"])
    assert parts.netloc == "abc-solar.dialer.example"
    return f"{parts.path}?{parts.query}"


async def test_who_is_on_the_team_comes_in(present: Running, issuer: str) -> None:
    """And comes to the page that was wanted; no second factor of ours is asked for."""
    browser = _with(present, issuer)
    present.world.second_factor_required = True

    login = await browser.get("/login?next=/calls")
    away = await browser.get(f"{SIGN_ON}?next=/calls")
    asked = parse_qs(urlsplit(away.headers["location"]).query)
    back = await browser.get(await _back_from(away.headers["location"], "dana"))
    page = await browser.get(back.headers["location"])

    assert f'href="{SIGN_ON}?next=/calls"' in login.text
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["https://abc-solar.dialer.example/login/sign-on/callback"]
    assert back.headers["location"] == "/calls"
    assert page.status_code == 200
    assert f"AuthenticateIdentity {VOUCHED}" in present.world.asked


@pytest.mark.parametrize(
    ("sub", "told"),
    [
        ("kim", "nobody here has your e-mail address"),
        ("eve", "It has not verified the e-mail address."),
    ],
)
async def test_others_are_told_why_not(present: Running, issuer: str, sub: str, told: str) -> None:
    """Beside the form for passwords."""
    browser = _with(present, issuer)
    away = await browser.get(SIGN_ON)

    back = await browser.get(await _back_from(away.headers["location"], sub))

    assert told in text_of(back.text)
    assert 'name="password"' in back.text
    assert (await browser.get("/calls")).status_code == 303


async def test_an_answer_is_good_in_the_browser_that_asked_and_once(
    present: Running, issuer: str
) -> None:
    """Whoever is sent a link with somebody else's code is not let in as that one."""
    browser = _with(present, issuer)
    away = await browser.get(SIGN_ON)
    path = await _back_from(away.headers["location"], "dana")

    other = await present.at(present.world.parties["abc-solar"]).get(path)
    first = await browser.get(path)
    again = await browser.get(path)

    assert (other.status_code, first.status_code, again.status_code) == (400, 303, 400)
    assert "Please try again." in text_of(other.text)


async def test_a_token_for_another_attempt_or_client_is_not_believed(
    present: Running, issuer: str
) -> None:
    """The nonce and the audience are looked at."""
    browser = _with(present, issuer)
    away = await browser.get(SIGN_ON)
    changed = away.headers["location"].replace("nonce=", "nonce=x")

    back = await browser.get(await _back_from(changed, "dana"))

    assert "cannot be verified" in text_of(back.text)
    assert f"AuthenticateIdentity {VOUCHED}" not in present.world.asked


async def test_the_provider_is_asked_before_it_is_turned_on(present: Running, issuer: str) -> None:
    """What cannot be used is told beside the field, and what was typed is kept but the secret."""
    browser = present.at(present.world.parties["abc-solar"])
    await browser.log_in()
    typed = {"client_id": "us", "client_secret": "s3cr/t", "state": "on"}

    wrong = await browser.submit(SETTINGS, SETTINGS, issuer=f"{issuer}/nowhere", **typed)
    right = await browser.submit(SETTINGS, SETTINGS, issuer=issuer, **typed)
    page = (await browser.get(right.headers["location"])).text

    assert wrong.status_code == 400
    assert "The provider cannot be used. It answered 404." in text_of(wrong.text)
    assert f'value="{issuer}/nowhere"' in wrong.text
    assert "s3cr/t" not in wrong.text + page
    assert "One is kept, and never shown." in page
    assert present.world.single_sign_on.client_secret == "s3cr/t"


async def test_without_a_provider_there_is_no_button(present: Running) -> None:
    """And no way around it."""
    browser = present.at(present.world.parties["abc-solar"])

    login = await browser.get("/login")

    assert SIGN_ON not in login.text
    assert (await browser.get(SIGN_ON)).status_code == 404
