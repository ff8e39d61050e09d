"""A code after the password: asked for at the log-in, set up and turned off on the account page."""

from __future__ import annotations

import pytest

from services.kit.errors import Kind, Refusal
from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running
from tests.support.gateway.second_factors_peer import CODE, RECOVERY_CODES, STATE, TOKEN
from tests.support.gateway.world import PASSWORD, TooManyAttempts

STEP = "/login/code"
SET_UP = "/account/second-step"
LEE = "tenants/abc-solar/users/u2"


class OwnerNeeded(Refusal):
    """As tenancy says it."""

    kind = Kind.PERMISSION_DENIED
    reason = "OWNER_NEEDED"


@pytest.fixture
def guarded(gateway: Running, sunny: Browser) -> Browser:
    """A stranger at a portal whose person has a second factor."""
    gateway.world.second_factor = STATE.ON
    return sunny


async def test_the_password_alone_opens_nothing(guarded: Browser) -> None:
    """Nor does what the browser keeps meanwhile; the code leads where one wanted to go."""
    asked = await guarded.log_in(next="/calls")
    meanwhile = dict(guarded.cookies)
    still_shut = await guarded.get("/calls")
    form = await guarded.get(asked.headers["location"])
    done = await guarded.submit(asked.headers["location"], STEP, code=CODE, next="/calls", by="app")

    assert asked.headers["location"] == f"{STEP}?next=%2Fcalls"
    assert (meanwhile["__Host-second-step"], "__Host-session" in meanwhile) == (TOKEN, False)
    assert still_shut.headers["location"].startswith("/login")
    assert 'autocomplete="one-time-code"' in form.text
    assert done.headers["location"] == "/calls"
    assert (await guarded.get("/calls")).status_code == 200
    assert "__Host-second-step" not in guarded.cookies


async def test_a_wrong_code_is_told_and_asked_again(gateway: Running, guarded: Browser) -> None:
    """Until it is too often, or too late."""
    await guarded.log_in()
    none = await guarded.submit(STEP, STEP, code=" ")
    wrong = await guarded.submit(STEP, STEP, code="000000")
    gateway.world.failures["AuthenticateSecondStep"] = TooManyAttempts("Try again later.")
    often = await guarded.submit(STEP, STEP, code=CODE)
    gateway.world.failures.clear()
    page = await guarded.get(STEP)
    guarded.cookies["__Host-second-step"] = "an-old-one"
    late = await guarded.submit(STEP, STEP, code=CODE)

    assert [each.status_code for each in (none, wrong, often)] == [400, 400, 429]
    assert "Please enter the code." in none.text
    assert "This code is not right, or has been used already." in wrong.text
    assert often.headers["retry-after"] == "900"
    assert page.status_code == 200
    assert (late.status_code, "__Host-second-step" in guarded.cookies) == (401, False)
    assert "This has taken too long. Please log in again." in late.text


async def test_a_recovery_code_opens_as_well(guarded: Browser) -> None:
    """By a form of its own, since phones offer digits for the other; nobody starts there."""
    straight = await guarded.get(STEP)
    await guarded.log_in()
    page = await guarded.get(f"{STEP}?by=recovery")
    done = await guarded.submit(STEP, STEP, code=RECOVERY_CODES[0], by="recovery")

    assert straight.headers["location"] == "/login"
    assert "One of your recovery codes" in page.text
    assert done.headers["location"] == "/"


async def test_it_is_turned_on_with_an_app(gateway: Running, visitor: Browser) -> None:
    """The password, the picture, the code, ten recovery codes once; other sessions end."""
    other = gateway.at(gateway.world.parties["abc-solar"])
    await other.log_in()
    off = await visitor.get("/account")
    refused = await visitor.submit(SET_UP, SET_UP, password="not this one")
    begun = await visitor.submit(SET_UP, SET_UP, password=PASSWORD)
    page = await visitor.get(begun.headers["location"])
    wrong = await visitor.submit(SET_UP, f"{SET_UP}/confirm", code="000000")
    done = await visitor.submit(SET_UP, f"{SET_UP}/confirm", code=CODE)
    on = await visitor.get("/account")

    assert f'href="{SET_UP}"' in off.text
    assert (refused.status_code, wrong.status_code) == (400, 400)
    assert "This is not your password." in refused.text
    assert 'class="qr"' in page.text
    assert "JBSW Y3DP EHPK 3PXP" in page.text
    assert 'aria-describedby="code-wrong"' in wrong.text
    assert [code in done.text for code in RECOVERY_CODES] == [True] * 10
    assert "2 recovery codes are left." in text_of(on.text)
    assert RECOVERY_CODES[1] not in on.text
    assert (await other.get("/calls")).status_code == 303


async def test_it_is_turned_off_by_both(gateway: Running, visitor: Browser) -> None:
    """What was wrong stands beside its field, in a form that is open."""
    gateway.world.second_factor = STATE.ON
    path = f"{SET_UP}/off"
    password = await visitor.submit("/account", path, off_password="no", off_code=CODE)
    code = await visitor.submit("/account", path, off_password=PASSWORD, off_code="000000")
    renewed = await visitor.submit("/account", f"{SET_UP}/codes", renewing_code=CODE)
    off = await visitor.submit("/account", path, off_password=PASSWORD, off_code=CODE)
    page = await visitor.get(off.headers["location"])

    assert 'aria-describedby="off_password-wrong"' in password.text
    assert 'aria-describedby="off_code-wrong"' in code.text
    assert "Those that you had before are good no more." in text_of(renewed.text)
    assert "The second step is off." in page.text


async def test_who_must_have_one_is_led_to_it(gateway: Running, sunny: Browser) -> None:
    """From every page, until it is on; then at once to all of them."""
    gateway.world.second_factor_required = True
    await sunny.log_in()
    led = [(await sunny.get(path)).headers["location"] for path in ("/", "/team", "/calls")]
    fragment = await sunny.get("/live", hx_request="true")
    page = await sunny.get(SET_UP)
    await sunny.submit(SET_UP, SET_UP, password=PASSWORD)
    await sunny.submit(SET_UP, f"{SET_UP}/confirm", code=CODE)
    after = await sunny.get("/calls")

    assert led == [SET_UP] * 3
    assert (fragment.status_code, fragment.headers["hx-redirect"]) == (204, SET_UP)
    assert "Your company wants this of everybody." in text_of(page.text)
    assert 'href="/calls"' not in page.text
    assert after.status_code == 200


async def test_owners_want_it_of_everybody_and_reset_it(gateway: Running, visitor: Browser) -> None:
    """On the team's page; what is refused is told there."""
    gateway.world.second_factor = STATE.ON
    reset = await visitor.submit("/team", "/team/u2/second-step/reset")
    wanted = await visitor.submit("/team", "/team/second-step", requirement="all")
    page = await visitor.get("/team")
    said = "UpdateSecondFactorPolicy tenants/abc-solar/secondFactorPolicy"
    gateway.world.failures[said] = OwnerNeeded("Only an owner can do this.")
    refused = await visitor.submit("/team", "/team/second-step", requirement="each")

    assert (reset.status_code, wanted.status_code, refused.status_code) == (303, 303, 403)
    assert f"ResetSecondFactor {LEE}" in gateway.world.asked
    assert "wanted of everybody" in page.text
    assert "Only an owner can do this." in refused.text


async def test_staff_have_it_in_the_console(gateway: Running, console: Browser) -> None:
    """By the same pages."""
    gateway.world.second_factor = STATE.ON
    await console.log_in()
    await console.submit(STEP, STEP, code=CODE)

    assert (await console.get("/system")).status_code == 200
    assert "recovery codes are left" in text_of((await console.get("/account")).text)
