"""PlanService: prices under a name, in versions."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from services.billing.domain.plans import (
    PlanKey,
    PlanLimits,
    PlanVersion,
    checked_limits,
)
from services.billing.domain.price_rules import check_prices
from services.billing.rpc import pages
from services.billing.rpc.names import PlanVersionName
from services.billing.rpc.wire import timestamp
from services.billing.rpc.wire_prices import prices_from_wire, prices_to_wire
from services.billing.usecases import Desk
from services.billing.usecases.create_plan_version import create_plan_version
from services.billing.usecases.once import Once
from services.kit.aip import page_token
from services.kit.aip.page_token import InvalidPageToken
from veneer.billing.v1 import plan_service_pb2 as pb
from veneer.billing.v1 import plan_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

# Plans belong to no tenant, and so do the requests that make them.
_NO_TENANT = ""


class PlanService(rpc.PlanServiceServicer):
    """veneer.billing.v1.PlanService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListPlanVersions(
        self, request: pb.ListPlanVersionsRequest, context: Context
    ) -> pb.ListPlanVersionsResponse:
        size = page_token.page_size(request, 50, 500)
        behind = _cursor(request)
        async with self._desk.db.operator_read() as store:
            found = await store.plans.list_behind(behind, size + 1)
        page, token = pages.cut(request, found, size, lambda version: version.key)
        return pb.ListPlanVersionsResponse(plan_versions=map(_to_wire, page), next_page_token=token)

    async def CreatePlanVersion(
        self, request: pb.CreatePlanVersionRequest, context: Context
    ) -> pb.PlanVersion:
        version = _from_wire(request.plan_version, self._desk.clock.now())
        once = Once(_NO_TENANT, request, _to_wire, pb.PlanVersion, "planVersions.create")
        return await create_plan_version(self._desk, version, once)


def _cursor(request: pb.ListPlanVersionsRequest) -> PlanKey | None:
    text = pages.text_cursor(request)
    key = PlanKey.parse(text)
    if text and key is None:
        raise InvalidPageToken
    return key


def _to_wire(version: PlanVersion) -> pb.PlanVersion:
    return pb.PlanVersion(
        name=str(PlanVersionName(str(version.key))),
        plan=version.key.plan,
        version=version.key.version,
        display_name=version.display_name,
        currency_code=version.currency_code,
        prices=prices_to_wire(version.prices),
        create_time=timestamp(version.create_time),
        limits=pb.PlanLimits(**asdict(version.limits)),
    )


def _from_wire(wire: pb.PlanVersion, now: datetime) -> PlanVersion:
    entries = prices_from_wire(wire.prices, "plan_version.prices")
    # Its number is found when it is kept.
    unnumbered = PlanKey(wire.plan, 0)
    limits = {field.name: value for field, value in wire.limits.ListFields()}
    version = PlanVersion(
        key=unnumbered,
        display_name=wire.display_name,
        currency_code=wire.currency_code,
        prices=dict(entries),
        create_time=now,
        limits=checked_limits(PlanLimits(**limits), "plan_version.limits"),
    )
    check_prices(version, entries, "plan_version.prices")
    return version
