"""Somebody is invited, and joins by the link."""

from __future__ import annotations

from tests.support.gateway.running import Browser, Running
from veneer.tenancy.v1.invitation_service_pb2 import Invitation
from veneer.tenancy.v1.user_service_pb2 import User

PAGE = "/team"
LINK = "/invitation?token=good-token"
CHOSEN = {
    "token": "good-token",
    "display_name": "Kim",
    "password": "a long enough one",
    "repeated": "a long enough one",
}


async def test_a_link_is_shown_once(gateway: Running, visitor: Browser) -> None:
    """At the host name of who invites, on the page that answers alone."""
    made = await visitor.submit(
        PAGE, f"{PAGE}/invitations", email=" joe@example.com ", role="SUPERVISOR"
    )

    assert "https://abc-solar.dialer.example/invitation?token=first-token" in made.text
    assert f"CreateInvitation joe@example.com {User.SUPERVISOR}" in gateway.world.asked
    assert "first-token" not in (await visitor.get(PAGE)).text


async def test_a_link_that_goes_by_mail_is_shown_folded(gateway: Running, visitor: Browser) -> None:
    """And the list says whether the mail server has taken it."""
    gateway.world.invitation_mail = Invitation.WAITING
    made = await visitor.submit(
        PAGE, f"{PAGE}/invitations", email="joe@example.com", role="SUPERVISOR"
    )

    assert "A mail with a link is on its way to joe@example.com." in made.text
    assert "<summary>Pass it on yourself</summary>" in made.text
    assert "could not be sent" in made.text


async def test_an_address_that_is_invited_is_told_and_kept(visitor: Browser) -> None:
    """With what to do instead, which is on the page."""
    answer = await visitor.submit(
        PAGE, f"{PAGE}/invitations", email="kim@example.com", role="BILLING"
    )

    assert answer.status_code == 409
    assert "Make a new link instead." in answer.text
    assert 'value="kim@example.com"' in answer.text


async def test_a_link_is_renewed_and_an_invitation_taken_back(
    gateway: Running, visitor: Browser
) -> None:
    """By one press each."""
    renewed = await visitor.submit(PAGE, f"{PAGE}/invitations/i1/renew")
    revoked = await visitor.submit(PAGE, f"{PAGE}/invitations/i1/revoke")

    assert "second-token" in renewed.text
    assert revoked.status_code == 303
    assert "RevokeInvitation tenants/abc-solar/invitations/i1" in gateway.world.asked


async def test_who_is_invited_joins_at_the_clients_own_page(
    gateway: Running, sunny: Browser
) -> None:
    """And logs in next, with the password that it chose."""
    page = (await sunny.get(LINK)).text
    answer = await sunny.submit(LINK, "/invitation", **CHOSEN)

    assert "Join ABC Solar Dialer" in page
    assert "kim@example.com" in page
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "AcceptInvitation good-token Kim" in gateway.world.asked


async def test_two_passwords_and_a_weak_one_are_told(gateway: Running, sunny: Browser) -> None:
    """The name stays typed, the passwords do not."""
    other = await sunny.submit(LINK, "/invitation", **{**CHOSEN, "repeated": "another one"})
    weak = {"password": "password1234", "repeated": "password1234"}
    refused = await sunny.submit(LINK, "/invitation", **{**CHOSEN, **weak})

    assert "The two passwords are not the same." in other.text
    assert "AcceptInvitation" not in " ".join(gateway.world.asked[:-1])
    assert "must not be so weak" in refused.text
    assert 'value="Kim"' in refused.text
    assert "password1234" not in refused.text


async def test_a_link_that_is_not_good_leads_nowhere(sunny: Browser) -> None:
    """And says so, in the client's colours."""
    answer = await sunny.get("/invitation?token=old")

    assert answer.status_code == 400
    assert "This link is not good any more." in answer.text
    assert 'name="password"' not in answer.text
