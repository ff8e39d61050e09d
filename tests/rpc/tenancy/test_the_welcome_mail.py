"""A client that has come in is welcomed by one mail, under its seller's brand."""

from __future__ import annotations

from email.message import EmailMessage

from services.kit.secret_words import SecretWords
from services.tenancy.domain.notice import MailState
from services.tenancy.domain.sealed_link import LinkSealer
from services.tenancy.partners.mail import MailServer
from services.tenancy.worker.mailer import Mailer
from tests.support.builders.tenancy import an_id
from tests.support.onboarding_house import House
from tests.support.smtp import mailbox
from veneer.tenancy.v1 import tenant_service_pb2


def _body(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


async def test_a_welcome_bears_the_brand_and_comes_once(house: House) -> None:
    """As text and as HTML; whom the mail server does not know is kept for the operator."""
    tenant_id = an_id()
    gone = f"gone@{tenant_id}.example"
    run = await house.start(tenant_id, tenant=tenant_service_pb2.Tenant(contact_email=gone))
    await house.sign(run)
    await house.work()
    with mailbox() as box:
        box.answers[gone] = "550 No such user"
        server = MailServer(box.url, "notices@mail.example")
        for _ in range(2):
            await Mailer(house.db, server, SecretWords([]), LinkSealer(b"x")).run_due()
        mails = {mail["subject"]: mail for mail in box.to(f"ann@{tenant_id}.example")}
        count = len(box.to(f"ann@{tenant_id}.example"))

    async with house.db.operator_read() as store:
        welcome, _ = await store.notices.list_before(tenant_id, None, 10)
    mail = mails["Welcome, Sunny Side"]
    text, html = _body(mail, "plain"), _body(mail, "html")
    assert count == len(mails) == 2
    assert mail["from"].addresses[0].display_name == "Northgate"
    assert f"{tenant_id}.dialer.example/training" in text
    assert "<h1" in html
    assert "Welcome, Sunny Side" in html
    assert "background:#" in html
    assert {each.recipient: (each.state, each.answer) for each in welcome.mails}[gone] == (
        MailState.FAILED,
        "550 No such user",
    )
