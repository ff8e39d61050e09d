"""DunningService: what follows when invoices are not paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.domain.dunning import (
    Action,
    DunningCase,
    DunningPolicy,
    Step,
    checked,
)
from services.billing.rpc import pages
from services.billing.rpc.names import DunningCaseName, DunningPolicyName, InvoiceName
from services.billing.rpc.wallets import position_cursor
from services.billing.rpc.wire import date_from_wire, date_to_wire, timestamp
from services.billing.store.dunning import DunningEvent
from services.billing.usecases import Desk
from services.billing.usecases.dun import hold_case
from services.billing.usecases.once import Once
from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.audit import facts_of_message
from services.kit.errors import InvalidRequest
from veneer.billing.v1 import dunning_service_pb2 as pb
from veneer.billing.v1 import dunning_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_LONGEST_REASON = 500
_ACTIONS = {
    Action.REMIND: pb.REMIND,
    Action.NO_NEW_CAMPAIGNS: pb.STOP_NEW_CAMPAIGNS,
    Action.BLOCK_OUTBOUND: pb.BLOCK_OUTBOUND,
    Action.SUSPEND: pb.SUSPEND,
}
_ACTIONS_BACK = {wire: action for action, wire in _ACTIONS.items()}


class DunningService(rpc.DunningServiceServicer):
    """veneer.billing.v1.DunningService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetDunningPolicy(
        self, request: pb.GetDunningPolicyRequest, context: Context
    ) -> pb.DunningPolicy:
        seller_id = _seller_of(request.name, "name")
        await self._desk.directory.get(seller_id)
        async with self._desk.db.read(seller_id) as store:
            return _policy(await store.dunning.policy_of(seller_id))

    async def SetDunningPolicy(
        self, request: pb.SetDunningPolicyRequest, context: Context
    ) -> pb.DunningPolicy:
        asked = request.dunning_policy
        seller_id = _seller_of(asked.name, "dunning_policy.name")
        await self._desk.directory.get(seller_id)
        steps = tuple(Step(step.days_overdue, _ACTIONS_BACK[step.action]) for step in asked.steps)
        policy = checked(DunningPolicy(seller_id, asked.payment_days, steps))
        async with self._desk.db.transaction(seller_id) as store:
            before = _policy(await store.dunning.policy_of(seller_id))
            await store.dunning.set_policy(policy)
            await store.changes.note_of_operator(
                "dunningPolicies.set",
                asked.name,
                before=facts_of_message(before),
                after=facts_of_message(_policy(policy)),
            )
        return _policy(policy)

    async def ListDunningCases(
        self, request: pb.ListDunningCasesRequest, context: Context
    ) -> pb.ListDunningCasesResponse:
        size = page_token.page_size(request, 50, 500)
        after = pages.text_cursor(request)
        async with self._desk.db.operator_read() as store:
            found = await store.dunning.open_after(after, size + 1)
        page, token = pages.cut(request, found, size, lambda case: case.tenant_id)
        return pb.ListDunningCasesResponse(dunning_cases=map(_case, page), next_page_token=token)

    async def HoldDunningCase(
        self, request: pb.HoldDunningCaseRequest, context: Context
    ) -> pb.DunningCase:
        name = DunningCaseName.parse(request.name)
        tenant_id = possible_tenant_id(name.tenant, request.name)
        if not 1 <= len(request.reason.strip()) <= _LONGEST_REASON:
            raise InvalidRequest.at("reason", f"Must be 1 to {_LONGEST_REASON} characters.")
        until = date_from_wire(request.hold_until_date)
        once = Once(tenant_id, request, _case, pb.DunningCase, "dunningCases.hold")
        return await hold_case(self._desk, (tenant_id, until, request.reason), once)

    async def ListDunningEvents(
        self, request: pb.ListDunningEventsRequest, context: Context
    ) -> pb.ListDunningEventsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = position_cursor(pages.text_cursor(request))
        async with self._desk.db.read(tenant_id) as store:
            found = await store.dunning.events_before(tenant_id, before, size + 1)
        page, token = pages.cut(request, found, size, lambda event: event.position)
        return pb.ListDunningEventsResponse(dunning_events=map(_event, page), next_page_token=token)


def _seller_of(name: str, field: str) -> str:
    return possible_tenant_id(DunningPolicyName.parse(name, field).tenant, name)


def _policy(value: DunningPolicy) -> pb.DunningPolicy:
    return pb.DunningPolicy(
        name=str(DunningPolicyName(value.seller_id)),
        payment_days=value.payment_days,
        steps=[
            pb.DunningPolicy.Step(days_overdue=step.days_overdue, action=_ACTIONS[step.action])
            for step in value.steps
        ],
    )


def _case(value: DunningCase) -> pb.DunningCase:
    return pb.DunningCase(
        name=str(DunningCaseName(value.tenant_id)),
        action=_ACTIONS[value.action] if value.action else pb.DUNNING_ACTION_UNSPECIFIED,
        invoice=_invoice(value),
        hold_until_date=date_to_wire(value.held_until) if value.held_until else None,
    )


def _event(value: DunningEvent) -> pb.DunningEvent:
    case = _case(value.case)
    return pb.DunningEvent(
        action=case.action,
        invoice=case.invoice,
        hold_until_date=case.hold_until_date if value.case.held_until else None,
        reason=value.reason,
        event_time=timestamp(value.event_time),
    )


def _invoice(case: DunningCase) -> str:
    return str(InvoiceName(case.tenant_id, case.invoice_id)) if case.invoice_id else ""
