"""Reads and writes notices; what was written stays, what became of its mails is noted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, exists, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.tenancy.domain.notice import Mail, MailState, Notice, NoticeKind, Text
from services.tenancy.store.tables_notices import notice_mails, notices

# When it was written, and its id: the order of a tenant's notices.
Place = tuple[datetime, str]


class Notices:
    """The notices that the transaction may see."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, notice: Notice) -> bool:
        """Adds a notice with its mails; False if there is one of its id already."""
        key = {"tenant_id": notice.tenant_id, "notice_id": notice.notice_id}
        head = upsert(notices).values(
            **key,
            kind=notice.kind,
            fingerprint=notice.fingerprint,
            sender_display_name=notice.sender_display_name,
            reply_to=notice.reply_to,
            subject=notice.text.subject,
            text_body=notice.text.text,
            html_body=notice.text.html,
            create_time=notice.create_time,
        )
        added = await self._connection.execute(
            head.on_conflict_do_nothing().returning(notices.c.notice_id)
        )
        if added.first() is None:
            return False
        rows = [{**key, **_mail_values(mail)} for mail in notice.mails]
        if rows:
            await self._connection.execute(insert(notice_mails), rows)
        return True

    async def find(self, tenant_id: str, notice_id: str) -> Notice | None:
        """Gives a notice, or None."""
        query = select(notices).where(
            notices.c.tenant_id == tenant_id, notices.c.notice_id == notice_id
        )
        found = await self._read(list((await self._connection.execute(query)).mappings()))
        return found[0] if found else None

    async def states(self, tenant_id: str, notice_ids: Sequence[str]) -> dict[str, MailState]:
        """Gives how far those of these notices are that are there, each with one recipient."""
        query = select(notice_mails.c.notice_id, notice_mails.c.state).where(
            notice_mails.c.tenant_id == tenant_id,
            notice_mails.c.notice_id.in_(list(notice_ids)),
        )
        rows = await self._connection.execute(query)
        return {row.notice_id: MailState(row.state) for row in rows}

    async def list_before(self, tenant_id: str, before: Place | None, limit: int) -> list[Notice]:
        """Gives at most `limit` notices, latest first, from behind `before` on."""
        query = select(notices).where(notices.c.tenant_id == tenant_id)
        if before is not None:
            query = query.where(tuple_(notices.c.create_time, notices.c.notice_id) < before)
        query = query.order_by(notices.c.create_time.desc(), notices.c.notice_id.desc())
        rows = await self._connection.execute(query.limit(limit))
        return await self._read(list(rows.mappings()))

    async def list_failed_before(self, before: Place | None, limit: int) -> list[Notice]:
        """Gives at most `limit` notices to anybody of which a mail has failed, latest first."""
        has_failed = exists().where(
            notice_mails.c.tenant_id == notices.c.tenant_id,
            notice_mails.c.notice_id == notices.c.notice_id,
            notice_mails.c.state == MailState.FAILED,
        )
        query = select(notices).where(has_failed)
        if before is not None:
            query = query.where(tuple_(notices.c.create_time, notices.c.notice_id) < before)
        query = query.order_by(notices.c.create_time.desc(), notices.c.notice_id.desc())
        rows = await self._connection.execute(query.limit(limit))
        return await self._read(list(rows.mappings()))

    async def end_mail(self, notice: Notice, mail: Mail) -> None:
        """Notes how a mail that was waiting has ended."""
        await self._connection.execute(
            update(notice_mails)
            .where(*_of(notice, mail), notice_mails.c.state == MailState.WAITING)
            .values(state=mail.state, answer=mail.answer, end_time=mail.end_time)
        )

    async def note_answer(self, notice: Notice, mail: Mail, answer: str) -> None:
        """Notes what the mail server said to a mail that goes on waiting."""
        await self._connection.execute(
            update(notice_mails)
            .where(*_of(notice, mail), notice_mails.c.state == MailState.WAITING)
            .values(answer=answer)
        )

    async def wait_again(self, notice: Notice, mail: Mail) -> None:
        """Lets a mail that has failed wait again."""
        await self._connection.execute(
            update(notice_mails)
            .where(*_of(notice, mail), notice_mails.c.state == MailState.FAILED)
            .values(state=MailState.WAITING, end_time=None)
        )

    async def _read(self, heads: Sequence[RowMapping]) -> list[Notice]:
        keys = [(head["tenant_id"], head["notice_id"]) for head in heads]
        mails: dict[tuple[str, str], list[Mail]] = {key: [] for key in keys}
        if keys:
            key = tuple_(notice_mails.c.tenant_id, notice_mails.c.notice_id)
            query = select(notice_mails).where(key.in_(keys)).order_by(notice_mails.c.recipient)
            for row in (await self._connection.execute(query)).mappings():
                mails[row["tenant_id"], row["notice_id"]].append(_mail(row))
        return [_notice(head, mails[key]) for head, key in zip(heads, keys, strict=True)]


def _of(notice: Notice, mail: Mail) -> tuple[Any, ...]:
    return (
        notice_mails.c.tenant_id == notice.tenant_id,
        notice_mails.c.notice_id == notice.notice_id,
        notice_mails.c.recipient == mail.recipient,
    )


def _mail_values(mail: Mail) -> dict[str, Any]:
    return {
        "recipient": mail.recipient,
        "message_id": mail.message_id,
        "state": mail.state,
        "answer": mail.answer,
        "end_time": mail.end_time,
    }


def _mail(row: RowMapping) -> Mail:
    return Mail(
        recipient=row["recipient"],
        message_id=row["message_id"],
        state=MailState(row["state"]),
        answer=row["answer"],
        end_time=row["end_time"],
    )


def _notice(row: RowMapping, mails: Sequence[Mail]) -> Notice:
    return Notice(
        tenant_id=row["tenant_id"],
        notice_id=row["notice_id"],
        kind=NoticeKind(row["kind"]),
        fingerprint=bytes(row["fingerprint"]),
        sender_display_name=row["sender_display_name"],
        reply_to=row["reply_to"],
        text=Text(row["subject"], row["text_body"], row["html_body"]),
        create_time=row["create_time"],
        mails=tuple(mails),
    )
