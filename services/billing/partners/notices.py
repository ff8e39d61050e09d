"""Asks the tenancy service to write to clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import grpc

from services.kit.rpc.errors import refusal_from
from veneer.tenancy.v1 import notice_service_pb2 as pb
from veneer.tenancy.v1 import notice_service_pb2_grpc as rpc

_DEADLINE_SECONDS = 10.0


class MailState(StrEnum):
    """How far a mail has come."""

    WAITING = "WAITING"
    SENT = "SENT"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Letter:
    """What a tenant is to be told; the id is ours, and names it for ever."""

    tenant_id: str
    notice_id: str
    kind: str
    values: Mapping[str, str]
    rows: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """One recipient's mail."""

    recipient: str
    message_id: str
    state: MailState
    answer: str


@dataclass(frozen=True, slots=True)
class Sent:
    """How far a letter has come."""

    name: str
    state: MailState
    mails: Sequence[Mail]


class Notices:
    """The tenancy service, as far as it writes to clients."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = rpc.NoticeServiceStub(channel)

    async def send(self, letter: Letter) -> Sent:
        """Has a letter sent, or tells how far it has come: the same letter goes out once."""
        request = pb.SendNoticeRequest(
            tenant=f"tenants/{letter.tenant_id}",
            notice_id=letter.notice_id,
            kind=pb.Notice.Kind.Value(letter.kind),
            values=letter.values,
            rows=[pb.SendNoticeRequest.Row(cells=row) for row in letter.rows],
        )
        try:
            answer = await self._stub.SendNotice(request, timeout=_DEADLINE_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error
        return Sent(answer.name, _state(answer.state), [_mail(mail) for mail in answer.mails])


def _mail(wire: pb.Notice.Mail) -> Mail:
    return Mail(wire.recipient, wire.message_id, _state(wire.state), wire.answer)


def _state(wire: pb.Notice.State.ValueType) -> MailState:
    return MailState(pb.Notice.State.Name(wire))
