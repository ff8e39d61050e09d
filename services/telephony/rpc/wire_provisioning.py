"""Messages of provisioning to domain and back."""

from __future__ import annotations

from services.kit.errors import InvalidRequest
from services.telephony.domain.provisioning.blocking import ServiceState
from services.telephony.domain.provisioning.run import Run, RunStep
from services.telephony.domain.provisioning.setup import Setup
from services.telephony.rpc.wire import timestamp
from veneer.telephony.v1 import provisioning_service_pb2 as runs
from veneer.telephony.v1 import service_state_service_pb2 as states

_RunState = runs.ProvisioningRun.State
_StepState = runs.ProvisioningRun.Step.State
_TEMPLATE = "TEMPLATE"


def run(found: Run, code: str) -> runs.ProvisioningRun:
    """A run as the operator sees it."""
    message = runs.ProvisioningRun(
        name=f"tenants/{found.tenant_id}/provisioningRuns/{found.run_id}",
        setup=_setup(found.setup),
        state=_RunState.Value(found.state.value),
        steps=[_step(step) for step in found.steps],
        trouble=found.trouble,
        code=code,
        create_time=timestamp(found.create_time),
    )
    if found.is_open:
        message.next_attempt_time.CopyFrom(timestamp(found.next_attempt_time))
    if found.end_time is not None:
        message.end_time.CopyFrom(timestamp(found.end_time))
    return message


def setup_from(message: runs.ProvisioningRun, default_host: str) -> Setup:
    """What is asked for."""
    asked = message.setup
    host = asked.host or default_host
    if not host:
        raise InvalidRequest.at("provisioning_run.setup.host", "Must be told: no host is known.")
    return Setup(
        campaign_name=asked.campaign_name,
        host=host,
        agents=asked.agent_count,
        template_campaign=asked.template_campaign or _TEMPLATE,
        technology=asked.technology or "PJSIP",
        caller_ids=tuple(asked.caller_ids),
        dids=tuple(asked.phone_numbers),
    )


def service_state(found: ServiceState) -> states.ServiceState:
    """A tenant's state as the operator sees it."""
    message = states.ServiceState(
        name=f"tenants/{found.tenant_id}/serviceState",
        state=states.ServiceState.State.Value(found.state.value),
        reason=found.reason,
        keep_inbound=found.keep_inbound,
    )
    if found.change_time is not None:
        message.change_time.CopyFrom(timestamp(found.change_time))
    if found.apply_time is not None:
        message.apply_time.CopyFrom(timestamp(found.apply_time))
    return message


def _setup(kept: Setup) -> runs.ProvisioningRun.Setup:
    return runs.ProvisioningRun.Setup(
        campaign_name=kept.campaign_name,
        template_campaign=kept.template_campaign,
        host=kept.host,
        technology=kept.technology,
        agent_count=kept.agents,
        caller_ids=kept.caller_ids,
        phone_numbers=kept.dids,
    )


def _step(step: RunStep) -> runs.ProvisioningRun.Step:
    message = runs.ProvisioningRun.Step(
        name=step.name, state=_StepState.Value(step.state.value), trouble=step.trouble
    )
    if step.start_time is not None:
        message.start_time.CopyFrom(timestamp(step.start_time))
    if step.end_time is not None:
        message.end_time.CopyFrom(timestamp(step.end_time))
    return message
