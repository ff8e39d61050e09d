"""Writes a notice, and intends its mails."""

from __future__ import annotations

from typing import Final

from services.kit.changes import Change
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.tenancy.domain import audit_facts
from services.tenancy.domain.notice import (
    Asked,
    Mail,
    MailState,
    Notice,
    NoticeIdReused,
    checked,
    message_id,
    recipients_of,
)
from services.tenancy.domain.tenant import Tenant
from services.tenancy.partners.notice_text import write
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.note_change import note_change

MAIL: Final = "notice-mail"
# More people than this are not written to; a tenant has no such number of administrators.
_USERS_MAX: Final = 1000


async def send_notice(db: Database[TenancyStore], asked: Asked) -> Notice:
    """Gives the notice as it is by now; the mails go out later, by the outbox.

    Refuses with RESOURCE_NOT_FOUND, INVALID_REQUEST and NOTICE_ID_REUSED.
    """
    checked(asked)
    # In the operator's role, because the words are the seller's and the rest the buyer's.
    async with db.operator_transaction() as store:
        notice = await _written(store, asked)
        if await store.notices.add(notice):
            for mail in notice.mails:
                await store.outbox.add(MAIL, _payload(notice, mail))
            facts = audit_facts.of_notice(notice)
            await note_change(
                store, Change(notice.tenant_id, "notices.send", notice.name, after=facts)
            )
            return notice
        earlier = await store.notices.find(asked.tenant_id, asked.notice_id)
    assert earlier is not None, "a notice is there that cannot be seen"
    if earlier.fingerprint != asked.fingerprint:
        raise NoticeIdReused("There is another notice of this id.", notice_id=asked.notice_id)
    return earlier


async def resend_notice(db: Database[TenancyStore], tenant_id: str, notice_id: str) -> Notice:
    """Lets the mails go out again that have failed; refuses with RESOURCE_NOT_FOUND."""
    async with db.operator_transaction() as store:
        await store.lock_notice(tenant_id, notice_id)
        notice = await store.notices.find(tenant_id, notice_id)
        if notice is None:
            raise NotFound(resource=f"tenants/{tenant_id}/notices/{notice_id}")
        failed = [mail for mail in notice.mails if mail.state is MailState.FAILED]
        for mail in failed:
            await store.notices.wait_again(notice, mail)
            await store.outbox.add(MAIL, _payload(notice, mail))
        facts = {"recipients": ", ".join(mail.recipient for mail in failed)}
        await note_change(store, Change(tenant_id, "notices.resend", notice.name, after=facts))
        resent = await store.notices.find(tenant_id, notice_id)
    assert resent is not None, "a notice is never removed"
    return resent


async def _written(store: TenancyStore, asked: Asked) -> Notice:
    buyer = await store.tenants.find(asked.tenant_id)
    if buyer is None:
        raise NotFound(resource=f"tenants/{asked.tenant_id}")
    seller = await store.tenants.find(buyer.seller_id) if buyer.seller_id else buyer
    assert seller is not None, "the store lets no tenant be without its seller"
    users = await store.users.list_after(buyer.tenant_id, "", _USERS_MAX)
    domain = _domain(buyer, seller)
    return Notice(
        tenant_id=asked.tenant_id,
        notice_id=asked.notice_id,
        kind=asked.kind,
        fingerprint=asked.fingerprint,
        sender_display_name=seller.brand.display_name,
        reply_to=seller.contact_email,
        text=write(asked, buyer, seller),
        create_time=store.scope.time,
        mails=tuple(
            Mail(recipient, message_id(asked, recipient, domain))
            for recipient in asked.recipients or recipients_of(buyer, users)
        ),
    )


def _domain(buyer: Tenant, seller: Tenant) -> str:
    """Gives the domain of Message-IDs: a name that the client knows anyway."""
    return next(iter((*seller.host_names, *buyer.host_names)), f"{seller.tenant_id}.invalid")


def _payload(notice: Notice, mail: Mail) -> dict[str, str]:
    return {
        "tenant_id": notice.tenant_id,
        "notice_id": notice.notice_id,
        "recipient": mail.recipient,
    }
