"""Turns messages into onboarding runs, and back."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from google.type import date_pb2

from services.kit.errors import InvalidRequest
from services.tenancy.domain.credential import User
from services.tenancy.domain.durable_run import Step
from services.tenancy.domain.onboarding import Run, Setup, StepName, checked
from services.tenancy.domain.permission import Role
from services.tenancy.domain.tenant import Tenant
from services.tenancy.domain.tenant import checked as checked_tenant
from services.tenancy.rpc import wire
from services.tenancy.usecases.create_user import NewUser, new_user
from services.tenancy.usecases.onboarding.starting import NewClient
from veneer.tenancy.v1 import onboarding_service_pb2 as pb
from veneer.tenancy.v1 import tenant_service_pb2


async def client_from(
    request: pb.StartOnboardingRequest, seller_id: str, now: datetime
) -> NewClient:
    """Gives the client that a request asks for; refuses what no client can be."""
    asked = tenant_service_pb2.CreateTenantRequest(
        tenant=request.tenant, tenant_id=request.tenant_id
    )
    tenant = checked_tenant(wire.tenant_from(asked, seller_id, now))
    setup = _setup_from(request.setup, tenant, now)
    return NewClient(tenant, await _owner(request, tenant, now), setup)


def run(value: Run) -> pb.OnboardingRun:
    """Gives a run as a message."""
    return pb.OnboardingRun(
        name=value.name,
        tenant=wire.tenant_name(value.tenant_id),
        display_name=value.display_name,
        setup=_setup(value.setup),
        state=pb.OnboardingRun.State.Value(value.state),
        steps=map(_step, value.steps),
        trouble=value.trouble,
        is_cancellable=value.is_cancellable,
        create_time=wire.timestamp(value.create_time),
        end_time=wire.timestamp(value.end_time) if value.end_time else None,
    )


async def _owner(request: pb.StartOnboardingRequest, tenant: Tenant, now: datetime) -> User:
    owner = request.owner
    asked = NewUser(tenant.tenant_id, owner.email, owner.display_name, Role.OWNER, owner.password)
    return await new_user(asked, now)


def _setup_from(asked: pb.OnboardingRun.Setup, tenant: Tenant, now: datetime) -> Setup:
    today = now.astimezone(ZoneInfo(tenant.time_zone)).date()
    return checked(
        Setup(
            plan_version=asked.plan_version,
            effective_date=_day(asked) if asked.HasField("effective_date") else today,
            campaign_name=asked.campaign_name,
            agent_count=asked.agent_count,
            caller_ids=tuple(asked.caller_ids),
            routes=tuple(asked.routes),
        )
    )


def _day(asked: pb.OnboardingRun.Setup) -> date:
    day = asked.effective_date
    try:
        return date(day.year, day.month, day.day)
    except ValueError as error:
        raise InvalidRequest.at("setup.effective_date", "Must be a day.") from error


def _setup(value: Setup) -> pb.OnboardingRun.Setup:
    day = value.effective_date
    return pb.OnboardingRun.Setup(
        plan_version=value.plan_version,
        effective_date=date_pb2.Date(year=day.year, month=day.month, day=day.day),
        campaign_name=value.campaign_name,
        agent_count=value.agent_count,
        caller_ids=value.caller_ids,
        routes=value.routes,
    )


def _step(value: Step[StepName]) -> pb.OnboardingRun.Step:
    return pb.OnboardingRun.Step(
        name=value.name,
        state=pb.OnboardingRun.Step.State.Value(value.state),
        trouble=value.trouble,
        start_time=wire.timestamp(value.start_time) if value.start_time else None,
        end_time=wire.timestamp(value.end_time) if value.end_time else None,
    )
