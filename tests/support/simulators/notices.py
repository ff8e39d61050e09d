"""A tenancy service that writes down what it is to mail, and says of it what a test wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.rpc.server import Service
from veneer.tenancy.v1 import notice_service_pb2 as pb
from veneer.tenancy.v1 import notice_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class NoticesSimulator(rpc.NoticeServiceServicer):
    """Every tenant has one administrator; mails are in the state that a test has set."""

    def __init__(self) -> None:
        self.asked: dict[tuple[str, str], list[pb.SendNoticeRequest]] = {}
        self.states: dict[str, pb.Notice.State.ValueType] = {}

    @property
    def service(self) -> Service:
        return rpc.add_NoticeServiceServicer_to_server, self

    def of(self, tenant_id: str) -> list[pb.SendNoticeRequest]:
        """Gives every request for a tenant, repeats included."""
        name = f"tenants/{tenant_id}"
        return [each for key, found in self.asked.items() if key[0] == name for each in found]

    async def SendNotice(self, request: pb.SendNoticeRequest, context: Context) -> pb.Notice:
        self.asked.setdefault((request.tenant, request.notice_id), []).append(request)
        tenant_id = request.tenant.removeprefix("tenants/")
        state = self.states.get(tenant_id, pb.Notice.SENT)
        mail = pb.Notice.Mail(
            recipient=f"admin@{tenant_id}.example",
            message_id=f"<{request.notice_id}@{tenant_id}.example>",
            state=state,
            answer="550 No such user" if state == pb.Notice.FAILED else "OK",
        )
        return pb.Notice(
            name=f"{request.tenant}/notices/{request.notice_id}", state=state, mails=[mail]
        )
