"""People log in with another address, once they have followed a link that was sent there."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Iterator
from typing import Any

import pytest

from services.kit.secret_words import SecretWords
from services.tenancy.partners.mail import MailServer
from services.tenancy.worker.mailer import Mailer
from tests.rpc.tenancy.conftest import PASSWORD, SEALER, Tenancy, refusal
from tests.support.smtp import Mailbox, mailbox
from veneer.tenancy.v1 import audit_service_pb2
from veneer.tenancy.v1 import email_change_service_pb2 as pb

OLD, NEW, OTHER = "ann@sunny.example", "ann@new.example", "ann@other.example"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


def _ask(tenancy: Tenancy, user: str, new: str = NEW, password: str = PASSWORD) -> Awaitable[Any]:
    request = pb.RequestEmailChangeRequest(
        user=user,
        password=password,
        new_email=new,
        host_name=f"{user.split('/')[1]}.dialer.example",
    )
    return tenancy.email_changes.RequestEmailChange(request)  # type: ignore[no-any-return]


async def _mails(tenancy: Tenancy, box: Mailbox, address: str) -> list[str]:
    server = MailServer(box.url, "notices@mail.example")
    await Mailer(tenancy.db, server, SecretWords([]), SEALER).run_due()
    mails = [mail.get_body(("plain",)) for mail in box.to(address)]
    return [mail.get_content() for mail in mails if mail is not None]


async def _token(tenancy: Tenancy, box: Mailbox, user: str, new: str = NEW) -> str:
    await _ask(tenancy, user, new)
    tenant_id = user.split("/")[1]
    said = re.findall(
        rf"https://{tenant_id}\.dialer\.example/new-address\?token=(\S+)",
        "\n".join(await _mails(tenancy, box, new)),
    )
    return str(said[-1])


def _confirm(tenancy: Tenancy, tenant_id: str, token: str) -> Awaitable[Any]:
    request = pb.ConfirmEmailChangeRequest(tenant=f"tenants/{tenant_id}", token=token)
    return tenancy.email_changes.ConfirmEmailChange(request)  # type: ignore[no-any-return]


async def test_the_old_address_stays_until_the_link_is_followed(
    tenancy: Tenancy, box: Mailbox
) -> None:
    """Once; the old one is told before and after, and the log says so."""
    tenant_id = await tenancy.a_client()
    user = await tenancy.a_user(tenant_id, OLD)
    token = await _token(tenancy, box, user, f" {NEW.upper()}".strip().lower())
    read = pb.ReadEmailChangeRequest(tenant=f"tenants/{tenant_id}", token=token)

    told = await tenancy.email_changes.ReadEmailChange(read)
    meanwhile = await tenancy.log_in(tenant_id, OLD, PASSWORD)
    await _confirm(tenancy, tenant_id, token)
    after = await tenancy.log_in(tenant_id, NEW, PASSWORD)
    again = await refusal(_confirm(tenancy, tenant_id, token))
    gone = await refusal(tenancy.log_in(tenant_id, OLD, PASSWORD))

    assert (told.email, told.new_email) == (OLD, NEW)
    assert meanwhile.principal.subject == after.principal.subject == user
    assert (again, gone) == ("LINK_INVALID", "CREDENTIALS_INVALID")
    said = " ".join(" ".join(await _mails(tenancy, box, OLD)).split())
    assert said.count(f"is to be {NEW}. Nothing changes until") == 1
    assert said.count(f"is {NEW} from now on") == 1
    log = await tenancy.audit.ListAuditEntries(
        audit_service_pb2.ListAuditEntriesRequest(parent=f"tenants/{tenant_id}"),
        metadata=tenancy.client(tenant_id),
    )
    (entry,) = (each for each in log.audit_entries if each.action == "users.changeEmail")
    assert [(each.before, each.after) for each in entry.differences] == [(OLD, NEW)]


async def test_a_link_ends_and_is_for_one_address(tenancy: Tenancy, box: Mailbox) -> None:
    """Of one user at one portal, for an hour, until another is asked for."""
    tenant_id, other = await tenancy.a_client(), await tenancy.a_client()
    user = await tenancy.a_user(tenant_id, OLD)
    first = await _token(tenancy, box, user, OTHER)
    second = await _token(tenancy, box, user)

    replaced = await refusal(_confirm(tenancy, tenant_id, first))
    elsewhere = await refusal(_confirm(tenancy, other, second))
    tenancy.clock.advance(minutes=61)
    late = await refusal(_confirm(tenancy, tenant_id, second))
    shown = await tenancy.email_changes.ReadEmailAddress(pb.ReadEmailAddressRequest(user=user))

    assert {replaced, elsewhere, late} == {"LINK_INVALID"}
    assert (shown.email, shown.new_email) == (OLD, "")


async def test_who_asks_knows_the_password_and_takes_nobodys_address(
    tenancy: Tenancy, box: Mailbox
) -> None:
    """Neither when it is asked for, nor when somebody has come in with it meanwhile."""
    tenant_id = await tenancy.a_client()
    user = await tenancy.a_user(tenant_id, OLD)
    await tenancy.a_user(tenant_id, OTHER)

    refused = [
        await refusal(_ask(tenancy, user, password="not this one")),
        await refusal(_ask(tenancy, user, "no address")),
        await refusal(_ask(tenancy, user, OTHER)),
    ]
    token = await _token(tenancy, box, user)
    await tenancy.a_user(tenant_id, NEW)
    meanwhile = await refusal(_confirm(tenancy, tenant_id, token))

    assert refused == ["CREDENTIALS_INVALID", "INVALID_REQUEST", "RESOURCE_ALREADY_EXISTS"]
    assert meanwhile == "RESOURCE_ALREADY_EXISTS"
    assert len(box.to(OTHER)) == 0
