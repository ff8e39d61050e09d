"""People choose another password: who knows theirs, and who follows a link in a mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from services.kit.db.urls import driver_dsn
from services.kit.secret_words import SecretWords
from services.tenancy.partners.mail import MailServer
from services.tenancy.worker.mailer import Mailer
from tests.rpc.tenancy.conftest import PASSWORD, SEALER, Tenancy, refusal
from tests.support.smtp import Mailbox, mailbox
from veneer.tenancy.v1 import password_service_pb2 as pb

ANN = "ann@sunny.example"
OTHER = "another long password"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


async def _ask(tenancy: Tenancy, tenant_id: str, email: str = ANN, host: str = "") -> None:
    request = pb.RequestPasswordResetRequest(
        tenant=f"tenants/{tenant_id}",
        email=email,
        host_name=host or f"{tenant_id}.dialer.example",
    )
    await tenancy.passwords.RequestPasswordReset(request)


async def _mails(tenancy: Tenancy, box: Mailbox, address: str = ANN) -> list[str]:
    server = MailServer(box.url, "notices@mail.example")
    await Mailer(tenancy.db, server, SecretWords([]), SEALER).run_due()
    mails = [mail.get_body(("plain",)) for mail in box.to(address)]
    return [mail.get_content() for mail in mails if mail is not None]


async def _token(tenancy: Tenancy, box: Mailbox, tenant_id: str) -> str:
    await _ask(tenancy, tenant_id)
    said = re.findall(
        rf"https://{tenant_id}\.dialer\.example/new-password\?token=(\S+)",
        "\n".join(await _mails(tenancy, box)),
    )
    return str(said[-1])


async def _reset(tenancy: Tenancy, tenant_id: str, token: str, wanted: str = OTHER) -> Any:
    return await tenancy.passwords.ResetPassword(
        pb.ResetPasswordRequest(tenant=f"tenants/{tenant_id}", token=token, new_password=wanted)
    )


async def test_a_link_is_good_once(tenancy: Tenancy, box: Mailbox) -> None:
    """Its user logs in with the new password, and is told that there is one."""
    tenant_id = await tenancy.a_client()
    user = await tenancy.a_user(tenant_id, ANN)
    token = await _token(tenancy, box, tenant_id)
    read = pb.ReadPasswordResetRequest(tenant=f"tenants/{tenant_id}", token=token)

    told = await tenancy.passwords.ReadPasswordReset(read)
    weak = await refusal(_reset(tenancy, tenant_id, token, "short"))
    answer = await _reset(tenancy, tenant_id, token)
    again = await refusal(_reset(tenancy, tenant_id, token, "yet another password"))

    assert (told.email, weak, answer.user, again) == (
        ANN,
        "PASSWORD_TOO_WEAK",
        user,
        "LINK_INVALID",
    )
    await tenancy.log_in(tenant_id, ANN, OTHER)
    assert await refusal(tenancy.log_in(tenant_id, ANN, PASSWORD)) == "CREDENTIALS_INVALID"
    assert "has just been changed" in (await _mails(tenancy, box))[-1]


async def test_a_link_ends_and_belongs_to_one_portal(tenancy: Tenancy, box: Mailbox) -> None:
    """Nor does a changed one lead anywhere."""
    tenant_id, other = await tenancy.a_client(), await tenancy.a_client()
    await tenancy.a_user(tenant_id, ANN)
    token = await _token(tenancy, box, tenant_id)
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")

    elsewhere = await refusal(_reset(tenancy, other, token))
    changed = await refusal(_reset(tenancy, tenant_id, forged))
    tenancy.clock.advance(minutes=81)
    late = await refusal(_reset(tenancy, tenant_id, token))

    assert {elsewhere, changed, late} == {"LINK_INVALID"}


async def test_nobody_learns_who_has_an_address(tenancy: Tenancy, box: Mailbox) -> None:
    """The same answer to all; one mail in a while, and none to a host that is not the client's."""
    tenant_id = await tenancy.a_client()
    await tenancy.a_user(tenant_id, ANN)

    await _ask(tenancy, tenant_id, "nobody@sunny.example")
    await _ask(tenancy, tenant_id, host="evil.example")
    nothing = await _mails(tenancy, box)
    for _ in range(3):
        await _ask(tenancy, tenant_id)
    one = await _mails(tenancy, box)

    assert (len(nothing), len(one)) == (0, 1)
    assert box.to("nobody@sunny.example") == []


async def test_who_reads_the_store_cannot_use_a_link(tenancy: Tenancy, box: Mailbox) -> None:
    """It is made good when the mail is handed over, and is nowhere before or after."""
    tenant_id = await tenancy.a_client()
    await tenancy.a_user(tenant_id, ANN)
    seal = (await _token(tenancy, box, tenant_id)).rpartition(".")[2]

    superuser = await asyncpg.connect(driver_dsn(tenancy.admin_url))
    rows = await superuser.fetch("SELECT notices FROM notices WHERE tenant_id = $1", tenant_id)
    kept = str(rows)
    await superuser.close()

    assert "/new-password?token=" in kept
    assert seal not in kept


async def test_who_knows_a_password_changes_it(tenancy: Tenancy) -> None:
    """Wrong ones count as at the log-in."""
    tenant_id = await tenancy.a_client()
    user = await tenancy.a_user(tenant_id, ANN)

    def change(password: str, wanted: str = OTHER) -> Any:
        return tenancy.passwords.ChangePassword(
            pb.ChangePasswordRequest(user=user, password=password, new_password=wanted)
        )

    wrong = await refusal(change("not this one"))
    weak = await refusal(change(PASSWORD, "short"))
    await change(PASSWORD)
    await tenancy.log_in(tenant_id, ANN, OTHER)
    guesses = [await refusal(change("not this one")) for _ in range(11)]

    assert (wrong, weak) == ("CREDENTIALS_INVALID", "PASSWORD_TOO_WEAK")
    assert guesses[-1] == "TOO_MANY_ATTEMPTS"
