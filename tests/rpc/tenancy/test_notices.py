"""Notices: clients are written to once, and what becomes of it can be seen."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
import pytest_asyncio

from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.rpc.errors import from_rpc_error
from services.kit.rpc.principal import PrincipalSigner
from services.kit.secret_words import SecretWords
from services.tenancy.assembly import services
from services.tenancy.domain.permission import CLIENT_PERMISSIONS, OPERATOR_PERMISSIONS
from services.tenancy.domain.sealed_link import LinkSealer
from services.tenancy.partners.mail import MailServer
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.bootstrap import Operator, bootstrap
from services.tenancy.worker.mailer import Mailer
from tests.support.builders.tenancy import NOON, a_secret_box, an_id, some_links
from tests.support.mesh import mesh, serving
from tests.support.postgres import service_database
from tests.support.smtp import Mailbox, mailbox
from veneer.tenancy.v1 import notice_record_service_pb2 as records
from veneer.tenancy.v1 import (
    notice_record_service_pb2_grpc,
    notice_service_pb2_grpc,
    tenant_service_pb2,
    tenant_service_pb2_grpc,
    user_service_pb2,
    user_service_pb2_grpc,
    webhook_notice_service_pb2_grpc,
)
from veneer.tenancy.v1 import notice_service_pb2 as pb
from veneer.tenancy.v1 import webhook_notice_service_pb2 as webhooks

VALUES = {"effective_date": "February 1, 2027"}
PASSWORD = "correct horse battery"
ATTEMPTS_MAX = 3
ROWS = [("Minutes", "$0.025", "$0.03"), ("Platform <fee>", "$500", "$550")]


@dataclass(frozen=True, slots=True)
class Post:
    """A running tenancy with a mail server."""

    clock: MovableClock
    box: Mailbox
    mailer: Mailer
    notices: Any
    internal: Any
    notices_as_gateway: Any
    tenants: Any
    users: Any
    webhook_notices: Any

    @property
    def operator(self) -> tuple[tuple[str, str], ...]:
        return mesh().operator(self.clock, "northgate", OPERATOR_PERMISSIONS | CLIENT_PERMISSIONS)

    async def a_client(self, *admins: str, contact: str = "") -> str:
        """Signs a client with these administrators, and a viewer."""
        tenant_id = an_id()
        tenant = tenant_service_pb2.Tenant(
            display_name="Sunny & Side",
            tier=tenant_service_pb2.Tenant.SILVER,
            time_zone="America/New_York",
            host_names=[f"{tenant_id}.dialer.example"],
            contact_email=contact,
        )
        await self.tenants.CreateTenant(
            tenant_service_pb2.CreateTenantRequest(tenant=tenant, tenant_id=tenant_id),
            metadata=self.operator,
        )
        roles = user_service_pb2.User
        for email, role in [
            *((each, roles.ADMIN) for each in admins),
            ("v@x.example", roles.VIEWER),
        ]:
            user = user_service_pb2.User(email=email, role=role, password=PASSWORD)
            request = user_service_pb2.CreateUserRequest(parent=f"tenants/{tenant_id}", user=user)
            await self.users.CreateUser(request, metadata=self.operator)
        return tenant_id

    async def send(self, tenant_id: str, **changes: Any) -> pb.Notice:
        """Asks for a notice of a price change, as billing does."""
        asked = {
            "tenant": f"tenants/{tenant_id}",
            "notice_id": "price-change.2027-02-01",
            "kind": pb.Notice.PRICE_CHANGE,
            "values": VALUES,
            "rows": [pb.SendNoticeRequest.Row(cells=row) for row in ROWS],
            **changes,
        }
        sent: pb.Notice = await self.internal.SendNotice(pb.SendNoticeRequest(**asked))
        return sent

    async def listed(self, tenant_id: str) -> list[pb.Notice]:
        request = records.ListNoticesRequest(parent=f"tenants/{tenant_id}")
        answer = await self.notices.ListNotices(request, metadata=self.operator)
        return list(answer.notices)

    async def only(self, tenant_id: str) -> pb.Notice:
        (notice,) = await self.listed(tenant_id)
        return notice


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest_asyncio.fixture(loop_scope="session")
async def post(box: Mailbox) -> AsyncIterator[Post]:
    clock = MovableClock(NOON)
    async with service_database("tenancy") as database:
        db = create_database(database.service_url, "tenancy", TenancyStore, clock)
        operator = Operator(
            "northgate", "Northgate", "console.example", "UTC", "op@northgate.example", PASSWORD
        )
        await bootstrap(db, clock, operator)
        signer = PrincipalSigner.from_file(mesh().private_key, clock)
        server, secrets = MailServer(box.url, "notices@mail.example"), SecretWords(["Portunus"])
        sealer = LinkSealer(b"any secret")
        mailer = Mailer(db, server, secrets, sealer, ATTEMPTS_MAX)
        async with serving(
            "tenancy", services(db, clock, signer, a_secret_box(), some_links()), clock
        ) as tenancy:
            channel = mesh().channel(tenancy.port, "tenancy")
            inner = mesh().channel(tenancy.port, "tenancy", identity="billing")
            yield Post(
                clock,
                box,
                mailer,
                notice_record_service_pb2_grpc.NoticeRecordServiceStub(channel),
                notice_service_pb2_grpc.NoticeServiceStub(inner),
                notice_service_pb2_grpc.NoticeServiceStub(channel),
                tenant_service_pb2_grpc.TenantServiceStub(channel),
                user_service_pb2_grpc.UserServiceStub(channel),
                webhook_notice_service_pb2_grpc.WebhookNoticeServiceStub(channel),
            )
            await channel.close()
            await inner.close()
        await db.dispose()


async def _refused(call: Any) -> Any:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call
    return from_rpc_error(raised.value)


async def test_the_administrators_and_the_contact_are_written_to(post: Post) -> None:
    """Each in a mail of its own, in the seller's name; viewers are not."""
    tenant_id = await post.a_client("ann@sunny.example", contact="Bills@sunny.example")

    sent = await post.send(tenant_id)
    await post.mailer.run_due()

    assert sent.state == pb.Notice.WAITING
    assert sorted(address for address, _ in post.box.mails) == [
        "ann@sunny.example",
        "bills@sunny.example",
    ]
    (mail,) = post.box.to("ann@sunny.example")
    assert mail["From"] == "Northgate <notices@mail.example>"
    assert mail["To"] == "ann@sunny.example"
    assert mail["Subject"] == "Your prices change on February 1, 2027"
    assert (await post.only(tenant_id)).state == pb.Notice.SENT


async def test_a_mail_says_the_same_as_text_and_as_html(post: Post) -> None:
    """Nothing that a client is called can be markup in it."""
    tenant_id = await post.a_client("ann@sunny.example")

    await post.send(tenant_id)
    await post.mailer.run_due()

    (mail,) = post.box.to("ann@sunny.example")
    text, html = mail.get_body(["plain"]), mail.get_body(["html"])
    assert text is not None
    assert html is not None
    words = text.get_content().replace("\r\n", "\n")
    assert "Dear Sunny & Side," in words
    assert "Platform <fee>\n    Until then: $500\n    From then on: $550" in words
    assert "Dear Sunny &amp; Side," in html.get_content()
    assert "Platform &lt;fee&gt;</td>" in html.get_content()


async def test_a_mail_with_a_secret_word_is_held_back(post: Post) -> None:
    """However HTML writes it; the operator sees why."""
    tenant_id = await post.a_client("ann@sunny.example")

    await post.send(tenant_id, rows=[pb.SendNoticeRequest.Row(cells=("By PORTUNUS", "$1", "$2"))])
    await post.mailer.run_due()

    assert post.box.mails == []
    notice = await post.only(tenant_id)
    assert notice.state == pb.Notice.FAILED
    assert notice.mails[0].answer == "Held back: it says Portunus, which no client may read."
    failed = await post.notices.ListFailedNotices(
        records.ListFailedNoticesRequest(), metadata=post.operator
    )
    assert [each.name for each in failed.notices] == [notice.name]


async def test_a_client_is_told_that_its_program_cannot_be_reached(post: Post) -> None:
    """By the gateway, which can write nothing else."""
    tenant_id = await post.a_client("ann@sunny.example")
    request = webhooks.SendEndpointDisabledNoticeRequest(
        tenant=f"tenants/{tenant_id}",
        notice_id="webhook-disabled.w1",
        endpoint="CRM",
        since="March 3, 12:00 UTC",
    )

    await post.webhook_notices.SendEndpointDisabledNotice(request)
    await post.mailer.run_due()

    (mail,) = post.box.to("ann@sunny.example")
    assert mail["Subject"] == "Your webhook endpoint CRM has been disabled"


async def test_the_same_notice_again_sends_nothing_more(post: Post) -> None:
    """Its sender may ask as often as it likes, and sees how far it has come."""
    tenant_id = await post.a_client("ann@sunny.example")
    await post.send(tenant_id)
    await post.mailer.run_due()

    again = await post.send(tenant_id)
    await post.mailer.run_due()

    assert again.state == pb.Notice.SENT
    assert len(post.box.to("ann@sunny.example")) == 1


async def test_another_notice_of_the_same_id_is_refused(post: Post) -> None:
    """An id names one notice for ever."""
    tenant_id = await post.a_client("ann@sunny.example")
    await post.send(tenant_id)

    problem = await _refused(post.send(tenant_id, rows=[]))

    assert problem.reason == "NOTICE_ID_REUSED"


async def test_without_a_mail_server_notices_wait_and_are_seen(post: Post) -> None:
    """They go out when there is one."""
    tenant_id = await post.a_client("ann@sunny.example")
    await post.send(tenant_id)

    before = await post.only(tenant_id)
    await post.mailer.run_due()

    assert before.state == pb.Notice.WAITING
    assert len(post.box.to("ann@sunny.example")) == 1


async def test_an_address_that_is_refused_for_good_is_seen_and_tried_again_on_demand(
    post: Post,
) -> None:
    """The other recipients get their mails once."""
    tenant_id = await post.a_client("ann@sunny.example", "bob@sunny.example")
    post.box.answers["bob@sunny.example"] = "550 No such user"
    await post.send(tenant_id)
    await post.mailer.run_due()

    failed = await post.only(tenant_id)
    post.box.answers.clear()
    await post.notices.ResendNotice(
        records.ResendNoticeRequest(name=failed.name), metadata=post.operator
    )
    await post.mailer.run_due()

    assert failed.state == pb.Notice.FAILED
    assert [(mail.state, mail.answer) for mail in failed.mails] == [
        (pb.Notice.SENT, "Kept"),
        (pb.Notice.FAILED, "550 No such user"),
    ]
    assert (await post.only(tenant_id)).state == pb.Notice.SENT
    assert len(post.box.to("ann@sunny.example")) == 1
    assert len(post.box.to("bob@sunny.example")) == 1


async def test_an_address_that_is_refused_for_now_is_tried_again(post: Post) -> None:
    """Later and later; what the server said is seen meanwhile."""
    tenant_id = await post.a_client("ann@sunny.example")
    post.box.answers["ann@sunny.example"] = "451 Later"
    await post.send(tenant_id)
    await post.mailer.run_due()

    waiting = await post.only(tenant_id)
    post.box.answers.clear()
    post.clock.advance(seconds=60)
    await post.mailer.run_due()

    assert waiting.state == pb.Notice.WAITING
    assert "451" in waiting.mails[0].answer
    assert (await post.only(tenant_id)).state == pb.Notice.SENT


async def test_who_cannot_be_reached_for_days_is_given_up_and_seen(post: Post) -> None:
    """Nothing waits for ever without being told."""
    tenant_id = await post.a_client("ann@sunny.example")
    post.box.answers["ann@sunny.example"] = "451 Later"
    await post.send(tenant_id)

    for _ in range(ATTEMPTS_MAX):
        await post.mailer.run_due()
        post.clock.advance(hours=2)

    given_up = await post.only(tenant_id)
    assert given_up.state == pb.Notice.FAILED
    assert given_up.mails[0].answer.startswith("Given up.")


async def test_a_mail_that_was_accepted_unnoticed_comes_again_under_its_own_id(
    post: Post,
) -> None:
    """As after a kill between the server's acceptance and our noting it."""
    tenant_id = await post.a_client("ann@sunny.example")
    post.box.cuts = 1
    await post.send(tenant_id)
    await post.mailer.run_due()
    post.clock.advance(seconds=60)
    await post.mailer.run_due()

    first, second = post.box.to("ann@sunny.example")
    assert first["Message-ID"] == second["Message-ID"]
    assert bytes(first) == bytes(second)
    assert (await post.only(tenant_id)).mails[0].message_id == first["Message-ID"]


async def test_a_tenant_without_anybody_to_write_to_is_seen(post: Post) -> None:
    """A notice to nobody has failed."""
    tenant_id = await post.a_client()

    sent = await post.send(tenant_id)

    assert sent.state == pb.Notice.FAILED
    assert len(sent.mails) == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"values": {}}, "values"),
        ({"values": {"effective_date": "x\r\nBcc: all@x.example"}}, "values[effective_date]"),
        ({"rows": [pb.SendNoticeRequest.Row(cells=["Minutes"])]}, "rows"),
        ({"notice_id": "a b"}, "notice_id"),
    ],
)
async def test_a_notice_that_cannot_be_written_is_refused(
    post: Post, changes: dict[str, Any], field: str
) -> None:
    """When it is asked for, not when it is to be sent."""
    tenant_id = await post.a_client("ann@sunny.example")

    problem = await _refused(post.send(tenant_id, **changes))

    assert [each.field for each in problem.violations] == [field]


async def test_notices_are_for_services_to_send_and_for_the_operator_to_see(post: Post) -> None:
    """A client finds what concerns it in its portal."""
    tenant_id = await post.a_client("ann@sunny.example")
    client = mesh().client(post.clock, tenant_id, CLIENT_PERMISSIONS)
    request = records.ListNoticesRequest(parent=f"tenants/{tenant_id}")

    by_client = await _refused(post.notices.ListNotices(request, metadata=client))
    asked = pb.SendNoticeRequest(
        tenant=f"tenants/{tenant_id}", notice_id=uuid.uuid4().hex, kind=pb.Notice.PRICE_CHANGE
    )
    by_operator = await _refused(post.notices_as_gateway.SendNotice(asked, metadata=post.operator))

    assert by_client.code is grpc.StatusCode.PERMISSION_DENIED
    assert by_operator.code is grpc.StatusCode.PERMISSION_DENIED
