"""People change the address that they log in with, by a link that is sent there."""

from __future__ import annotations

from tests.support.gateway.email_changes_peer import TAKEN
from tests.support.gateway.pages import text_of
from tests.support.gateway.running import Browser, Running
from tests.support.gateway.world import PASSWORD

PATH = "/account/email"
NEW = "dana@new.example"


async def test_a_link_is_asked_for_on_the_account_page(gateway: Running, visitor: Browser) -> None:
    """It leads back to where one is; until it is followed, the page says what is waited for."""
    before = text_of((await visitor.get("/account")).text)
    asked = await visitor.submit("/account", PATH, new_email=NEW, email_password=PASSWORD)
    after = text_of((await visitor.get(asked.headers["location"])).text)

    assert "You log in with dana@example.com" in before
    assert "A link was sent to" not in before
    assert f"RequestEmailChange {NEW} abc-solar.dialer.example" in gateway.world.asked
    assert f"A link was sent to {NEW}." in after


async def test_what_is_wrong_is_told_and_what_was_typed_stays(visitor: Browser) -> None:
    """Beside its field."""
    wrong = await visitor.submit("/account", PATH, new_email=NEW, email_password="no")
    taken = await visitor.submit("/account", PATH, new_email=TAKEN, email_password=PASSWORD)

    assert (wrong.status_code, taken.status_code) == (400, 400)
    assert 'aria-describedby="email_password-wrong"' in wrong.text
    assert f'value="{NEW}"' in wrong.text
    assert "There is a user of this address." in taken.text
    assert 'aria-describedby="new_email-wrong"' in taken.text


async def test_a_link_changes_nothing_until_it_is_confirmed(
    gateway: Running, sunny: Browser
) -> None:
    """By a press, logged in or not; mail programs open links by themselves."""
    link = "/new-address?token=good-token"
    page = await sunny.get(link)
    looked_at = "ConfirmEmailChange" in gateway.world.asked
    done = await sunny.submit(link, "/new-address", token="good-token")
    login = await sunny.get(done.headers["location"])
    old = await sunny.get("/new-address?token=old-token")
    await sunny.log_in()
    inside = await sunny.submit(link, "/new-address", token="good-token")
    account = await sunny.get(inside.headers["location"])

    assert not looked_at
    assert "you log in at ABC Solar Dialer with d@example.com" in text_of(page.text)
    assert "Your e-mail address is changed. Log in with the new one." in text_of(login.text)
    assert old.status_code == 400
    assert "Please ask for a new one." in text_of(old.text)
    assert "Your e-mail address is changed." in text_of(account.text)
