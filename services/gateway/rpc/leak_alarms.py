"""LeakAlarmService: what was held back, and what may pass after all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from services.gateway.guard.words import WordsInForce
from services.gateway.rpc.wire_webhooks import timestamp
from services.gateway.store import GatewayStore
from services.gateway.store.leak_alarms import LeakAlarm
from services.kit.aip import page_token
from services.kit.aip.resource_name import Pattern, ResourceName, TenantName
from services.kit.db.transaction import Database
from services.kit.errors import Kind, NotFound, Refusal
from veneer.gateway.v1 import leak_alarm_service_pb2 as pb
from veneer.gateway.v1 import leak_alarm_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class AlarmOfNobody(Refusal):
    """There is no client whose own the word could be."""

    kind = Kind.FAILED_PRECONDITION
    reason = "ALARM_OF_NOBODY"


@dataclass(frozen=True, slots=True)
class LeakAlarmName(ResourceName):
    """`leakAlarms/{leak_alarm}`."""

    pattern: ClassVar[Pattern] = Pattern("leakAlarms/{leak_alarm}")

    leak_alarm: str


class LeakAlarmService(rpc.LeakAlarmServiceServicer):
    """veneer.gateway.v1.LeakAlarmService."""

    def __init__(self, db: Database[GatewayStore], words: WordsInForce) -> None:
        self._db, self._words = db, words

    async def ListLeakAlarms(
        self, request: pb.ListLeakAlarmsRequest, context: Context
    ) -> pb.ListLeakAlarmsResponse:
        size = page_token.page_size(request, 50, 500)
        before = page_token.decode_place(request)
        async with self._db.operator_read() as store:
            found = await store.leak_alarms.list_before(before, size + 1)
        token = _token(request, found[size - 1]) if len(found) > size else ""
        return pb.ListLeakAlarmsResponse(
            leak_alarms=map(_to_wire, found[:size]),
            next_page_token=token,
            word_count=len(self._words.current.words),
            passed_over_words=self._words.passed_over,
        )

    async def DismissLeakAlarm(
        self, request: pb.DismissLeakAlarmRequest, context: Context
    ) -> pb.DismissLeakAlarmResponse:
        leak_alarm = LeakAlarmName.parse(request.name).leak_alarm
        async with self._db.operator_transaction() as store:
            found = await store.leak_alarms.find(leak_alarm)
            if found is None:
                raise NotFound(resource=request.name)
            tenant, word = found
            if not tenant:
                raise AlarmOfNobody("The answer was at an address that is no client's.")
            await store.own_words.add(TenantName.parse(tenant).tenant, [word])
            await store.leak_alarms.remove(tenant, word)
            await store.changes.note_of_operator(
                "leakAlarms.dismiss", request.name, after={"tenant": tenant, "word": word}
            )
        return pb.DismissLeakAlarmResponse()


def _token(request: pb.ListLeakAlarmsRequest, last: LeakAlarm) -> str:
    return page_token.encode_place(request, last.last_time, last.leak.leak_alarm_id)


def _to_wire(alarm: LeakAlarm) -> pb.LeakAlarm:
    leak = alarm.leak
    return pb.LeakAlarm(
        name=str(LeakAlarmName(leak.leak_alarm_id)),
        tenant=leak.tenant,
        word=leak.word,
        asked=leak.asked,
        part=leak.part,
        excerpt=leak.excerpt,
        answer_count=alarm.answer_count,
        first_time=timestamp(alarm.first_time),
        last_time=timestamp(alarm.last_time),
    )
