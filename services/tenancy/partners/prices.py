"""Asks the billing service to charge a client by a plan, and what that comes to in words."""

from __future__ import annotations

from typing import Final

import grpc
from google.type import date_pb2

from services.kit.errors import NotFound
from services.kit.rpc.errors import refusal_from
from services.tenancy.domain.onboarding import Run, StepName
from veneer.billing.v1 import (
    plan_service_pb2,
    plan_service_pb2_grpc,
    price_book_service_pb2_grpc,
    price_schedule_service_pb2_grpc,
)
from veneer.billing.v1 import price_book_service_pb2 as pb
from veneer.billing.v1 import price_schedule_service_pb2 as schedule_service_pb2

_DEADLINE_SECONDS: Final = 10.0
_PAGE_SIZE: Final = 500
_PAGES_MAX: Final = 20


class Prices:
    """The billing service, as far as clients come in by it."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._books = price_book_service_pb2_grpc.PriceBookServiceStub(channel)
        self._plans = plan_service_pb2_grpc.PlanServiceStub(channel)
        self._schedules = price_schedule_service_pb2_grpc.PriceScheduleServiceStub(channel)

    async def subscribe(self, run: Run) -> None:
        """Has the client charged by its plan, the set-up fee included. May be repeated."""
        day = run.setup.effective_date
        book = pb.PriceBook(
            effective_date=date_pb2.Date(year=day.year, month=day.month, day=day.day),
            plan_version=run.setup.plan_version,
        )
        try:
            book.currency_code = await self._currency(run.setup.plan_version)
            request = pb.CreatePriceBookRequest(
                parent=f"tenants/{run.tenant_id}",
                price_book=book,
                request_id=run.request_id(StepName.PRICES),
            )
            await self._books.CreatePriceBook(request, timeout=_DEADLINE_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error

    async def schedule(self, tenant_id: str, plan_version: str) -> list[tuple[str, str]]:
        """Gives what a client pays, or will pay by its plan, in words: items and prices."""
        request = schedule_service_pb2.GetPriceScheduleRequest(
            tenant=f"tenants/{tenant_id}", plan_version=plan_version
        )
        try:
            answer = await self._schedules.GetPriceSchedule(request, timeout=_DEADLINE_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error
        return [(line.item, line.price) for line in answer.lines]

    async def check(self, plan_version: str) -> None:
        """Refuses with RESOURCE_NOT_FOUND what is no version of a plan."""
        try:
            await self._currency(plan_version)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error

    async def _currency(self, plan_version: str) -> str:
        request = plan_service_pb2.ListPlanVersionsRequest(page_size=_PAGE_SIZE)
        for _ in range(_PAGES_MAX):
            answer = await self._plans.ListPlanVersions(request, timeout=_DEADLINE_SECONDS)
            for version in answer.plan_versions:
                if version.name == plan_version:
                    return str(version.currency_code)
            if not answer.next_page_token:
                break
            request.page_token = answer.next_page_token
        raise NotFound(resource=plan_version)
