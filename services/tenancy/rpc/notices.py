"""NoticeService and NoticeRecordService: what clients are told by mail."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from services.kit.aip import page_token
from services.kit.aip.resource_name import TenantName, tenant_id_of
from services.kit.db.transaction import Database
from services.tenancy.domain.notice import Asked, Mail, Notice, NoticeKind
from services.tenancy.rpc.names import NoticeName
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.send_notice import resend_notice, send_notice
from veneer.tenancy.v1 import notice_record_service_pb2 as records
from veneer.tenancy.v1 import notice_record_service_pb2_grpc as record_rpc
from veneer.tenancy.v1 import notice_service_pb2 as pb
from veneer.tenancy.v1 import notice_service_pb2_grpc as rpc
from veneer.tenancy.v1 import webhook_notice_service_pb2 as webhooks
from veneer.tenancy.v1 import webhook_notice_service_pb2_grpc as webhook_rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class NoticeService(rpc.NoticeServiceServicer):
    """veneer.tenancy.v1.NoticeService."""

    def __init__(self, db: Database[TenancyStore]) -> None:
        self._db = db

    async def SendNotice(self, request: pb.SendNoticeRequest, context: Context) -> pb.Notice:
        asked = Asked(
            tenant_id=TenantName.parse(request.tenant, "tenant").tenant,
            notice_id=request.notice_id,
            kind=NoticeKind(pb.Notice.Kind.Name(request.kind)),
            values=dict(request.values),
            rows=[tuple(row.cells) for row in request.rows],
        )
        return _to_wire(await send_notice(self._db, asked))


class WebhookNoticeService(webhook_rpc.WebhookNoticeServiceServicer):
    """veneer.tenancy.v1.WebhookNoticeService."""

    def __init__(self, db: Database[TenancyStore]) -> None:
        self._db = db

    async def SendEndpointDisabledNotice(
        self, request: webhooks.SendEndpointDisabledNoticeRequest, context: Context
    ) -> pb.Notice:
        asked = Asked(
            tenant_id=TenantName.parse(request.tenant, "tenant").tenant,
            notice_id=request.notice_id,
            kind=NoticeKind.WEBHOOK_DISABLED,
            values={"endpoint": request.endpoint, "since": request.since},
            rows=[],
        )
        return _to_wire(await send_notice(self._db, asked))


class NoticeRecordService(record_rpc.NoticeRecordServiceServicer):
    """veneer.tenancy.v1.NoticeRecordService."""

    def __init__(self, db: Database[TenancyStore]) -> None:
        self._db = db

    async def ListNotices(
        self, request: records.ListNoticesRequest, context: Context
    ) -> records.ListNoticesResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = page_token.decode_place(request)
        async with self._db.read(tenant_id) as store:
            found = await store.notices.list_before(tenant_id, before, size + 1)
        token = _token(request, found[size - 1]) if len(found) > size else ""
        return records.ListNoticesResponse(
            notices=map(_to_wire, found[:size]), next_page_token=token
        )

    async def ListFailedNotices(
        self, request: records.ListFailedNoticesRequest, context: Context
    ) -> records.ListFailedNoticesResponse:
        size = page_token.page_size(request, 50, 500)
        before = page_token.decode_place(request)
        async with self._db.operator_read() as store:
            found = await store.notices.list_failed_before(before, size + 1)
        token = _token(request, found[size - 1]) if len(found) > size else ""
        return records.ListFailedNoticesResponse(
            notices=map(_to_wire, found[:size]), next_page_token=token
        )

    async def ResendNotice(
        self, request: records.ResendNoticeRequest, context: Context
    ) -> pb.Notice:
        name = NoticeName.parse(request.name)
        return _to_wire(await resend_notice(self._db, name.tenant, name.notice))


def _token(request: Message, last: Notice) -> str:
    return page_token.encode_place(request, last.create_time, last.notice_id)


def _to_wire(notice: Notice) -> pb.Notice:
    return pb.Notice(
        name=str(NoticeName(notice.tenant_id, notice.notice_id)),
        kind=pb.Notice.Kind.Value(notice.kind),
        subject=notice.text.subject,
        text=notice.text.text,
        state=pb.Notice.State.Value(notice.state),
        mails=map(_mail_to_wire, notice.mails),
        create_time=_timestamp(notice.create_time),
    )


def _mail_to_wire(mail: Mail) -> pb.Notice.Mail:
    return pb.Notice.Mail(
        recipient=mail.recipient,
        message_id=mail.message_id,
        state=pb.Notice.State.Value(mail.state),
        answer=mail.answer,
        end_time=_timestamp(mail.end_time) if mail.end_time else None,
    )


def _timestamp(instant: datetime) -> Timestamp:
    wire = Timestamp()
    wire.FromDatetime(instant.astimezone(UTC))
    return wire
