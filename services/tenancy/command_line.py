"""`python -m services.tenancy onboard`: signs a client, and tells how far its run has come."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from services.kit.clock import running_clock
from services.kit.db.engine import create_database
from services.kit.db.transaction import Database
from services.kit.errors import Refusal
from services.tenancy.domain.agreement import Signature, Way
from services.tenancy.domain.durable_run import StepState
from services.tenancy.domain.onboarding import Run, RunState, StepName
from services.tenancy.domain.tenant import Tier
from services.tenancy.rpc import wire_onboarding as wire
from services.tenancy.settings import OnboardSettings
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.agreements.showing import parties_of
from services.tenancy.usecases.create_tenant import operator_of
from services.tenancy.usecases.onboarding.starting import record_signature, start_onboarding
from veneer.tenancy.v1 import onboarding_service_pb2 as pb

_LOOK_SECONDS = 0.2
# Where fields are not typed under their own names.
_OPTIONS = {
    "host_names": "--host-name",
    "caller_ids": "--caller-id",
    "routes": "--route",
    "agent_count": "--agents",
    "contact_email": "--email",
}
_OPEN = (RunState.RUNNING, RunState.UNDOING)


async def onboard(settings: OnboardSettings, arguments: Sequence[str]) -> int:
    """Begins a run, which a serving tenancy takes on; gives 0 when the client is in.

    Ends, with 2, when only a signature is missing: the run waits for it by itself. Asked once more
    for the same client, it goes on to tell of the run that there is.
    """
    asked = _parser().parse_args(arguments)
    clock = running_clock()
    db = create_database(settings.database_url.get_secret_value(), "tenancy", TenancyStore, clock)
    try:
        run = await _going_on(db, asked) or await _start(db, settings, asked)
        print(f"{run.name} {run.display_name}", flush=True)
        if asked.signed_by and run.step(StepName.AGREEMENT).state is not StepState.DONE:
            await _sign(db, run, asked)
        return await _follow(db, run, asked)
    except Refusal as refusal:
        print(_words(refusal), file=sys.stderr)
        return 1
    finally:
        await db.dispose()


async def _going_on(db: Database[TenancyStore], asked: argparse.Namespace) -> Run | None:
    """Gives the run that brings this very client in; a client of another name is refused."""
    async with db.operator_read() as store:
        run = await store.onboarding_runs.last_of(asked.tenant_id)
    is_same = run is not None and run.display_name == asked.display_name
    return run if is_same and run is not None and run.state is not RunState.UNDONE else None


def _words(refusal: Refusal) -> str:
    """Gives what is wrong by the options that were typed, or in one sentence."""
    lines = []
    for violation in refusal.violations:
        field = violation.field.partition("[")[0].rpartition(".")[2]
        option = _OPTIONS.get(field, f"--{field.replace('_', '-')}")
        lines.append(f"{option}: {violation.description}")
    told = "".join(f" {value}" for value in refusal.metadata.values())
    return "\n".join(lines) or f"{refusal.message}{told}"


async def _start(
    db: Database[TenancyStore], settings: OnboardSettings, asked: argparse.Namespace
) -> Run:
    request = pb.StartOnboardingRequest(tenant_id=asked.tenant_id)
    request.tenant.display_name = asked.display_name
    request.tenant.tier = request.tenant.Tier.Value(asked.tier)
    request.tenant.time_zone = asked.time_zone
    request.tenant.host_names.append(asked.host_name)
    request.tenant.contact_email = asked.email
    request.owner.email = asked.email
    request.owner.password = settings.owner_password.get_secret_value()
    request.setup.plan_version = asked.plan_version
    request.setup.campaign_name = asked.campaign_name
    request.setup.agent_count = asked.agents
    request.setup.caller_ids.extend(asked.caller_id)
    request.setup.routes.extend(asked.route)
    seller_id = (await operator_of(db)).tenant_id
    client = await wire.client_from(request, seller_id, db.clock.now())
    async with db.operator_transaction() as store:
        return await start_onboarding(store, client)


async def _sign(db: Database[TenancyStore], run: Run, asked: argparse.Namespace) -> None:
    offer = (await parties_of(db, run.tenant_id)).offer(prices=None)
    signature = Signature(Way.PAPER, asked.signed_by.strip(), asked.signature_note.strip())
    async with db.operator_transaction() as store:
        await record_signature(store, run.run_id, offer, signature)


async def _follow(db: Database[TenancyStore], run: Run, asked: argparse.Namespace) -> int:
    told: dict[str, str] = {}
    while True:
        async with db.operator_read() as store:
            run = await store.onboarding_runs.get(run.run_id)
        for step in run.steps:
            line = f"{step.state} {step.trouble}".strip()
            if told.get(step.name) != line and line != "PENDING":
                print(f"  {step.name:10} {line}", flush=True)
                told[step.name] = line
        if run.state not in _OPEN:
            print(f"{run.state} {run.trouble}".strip())
            return {RunState.SUCCEEDED: 0, RunState.WAITING: 2}.get(run.state, 1)
        await asyncio.sleep(_LOOK_SECONDS)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m services.tenancy onboard",
        description="Signs a client. The password of its first user is read from"
        " VENEER_TENANCY_OWNER_PASSWORD.",
    )
    parser.add_argument("--tenant-id", required=True)
    parser.add_argument("--display-name", required=True)
    parser.add_argument("--tier", choices=[each.value for each in Tier], required=True)
    parser.add_argument("--time-zone", default="UTC")
    parser.add_argument("--host-name", required=True)
    parser.add_argument("--email", required=True, help="of its first user, and where notices go")
    parser.add_argument("--plan-version", required=True, help="for example planVersions/silver.1")
    parser.add_argument("--campaign-name", default="First campaign")
    parser.add_argument("--agents", type=int, default=0)
    parser.add_argument("--caller-id", action="append", default=[])
    parser.add_argument("--route", action="append", default=[], help="for example routes/abc-1")
    parser.add_argument("--signed-by", default="", help="who has signed the agreement on paper")
    parser.add_argument("--signature-note", default="Signed on paper.")
    return parser
