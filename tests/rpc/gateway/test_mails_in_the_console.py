"""The operator sees what a client was told, what came back, and sends it again."""

from __future__ import annotations

from tests.support.gateway.running import Browser, Running

PAGE = "/clients/abc-solar/mails"


async def test_a_mail_that_came_back_is_shown_and_sent_again(
    gateway: Running, operator: Browser
) -> None:
    """With what the mail server said."""
    page = await operator.get(PAGE)
    answer = await operator.submit(PAGE, f"{PAGE}/welcome.r1/resend")

    assert "Welcome, ABC Solar" in page.text
    assert "550 No such user" in page.text
    assert page.text.count("Send again") == 1
    assert answer.headers["location"] == PAGE
    assert "ResendNotice tenants/abc-solar/notices/welcome.r1" in gateway.world.asked


async def test_what_can_be_no_mail_is_not_found(operator: Browser) -> None:
    """Whatever is typed into the address."""
    answer = await operator.submit(PAGE, f"{PAGE}/a%20b/resend")

    assert answer.status_code == 404
