"""Brings the demo's first client into the dialer: agents and campaigns, as the operator would."""

from __future__ import annotations

import time

from dev import demo_content as content
from dev.rest import Rest
from dev.secrets_file import Secrets

DEADLINE_SECONDS = 60


def set_up_dialer(api: Rest, keys: Secrets) -> None:
    """Provisions the client, and makes an agent and a campaign beside its first ones; a second run
    changes nothing."""
    client = content.ABC_SOLAR
    first, second = client.dids[:2]
    setup = {
        "campaignName": "Spring roofs",
        "agentCount": 3,
        "callerIds": [first.removeprefix("+")],
    }
    run = api.create(f"{client.name}/provisioningRuns", {"setup": setup})
    if run is not None:
        _wait(api, run["name"])
    campaign = {
        "displayName": "Second offer",
        "dialMethod": "RATIO",
        "dialLevel": {"value": "1.5"},
        "callerNumber": second,
    }
    api.create(f"{client.name}/campaigns", campaign, campaignId="second-offer")
    if not keys.has(content.AGENT_ID):
        # Its password is told once, so this is never a repeated request.
        agent = {"displayName": "Toni Reyes"}
        made = api.post(f"{client.name}/agents", agent, agentId=content.AGENT_ID)
        keys.set(content.AGENT_ID, made["password"])


def _wait(api: Rest, name: str) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while True:
        run = api.get(name)
        if run["state"] == "SUCCEEDED":
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"{name} is {run['state']} after {DEADLINE_SECONDS} s")
        time.sleep(0.2)
