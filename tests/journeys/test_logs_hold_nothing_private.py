"""What every program says of itself names no secret and no person."""

from __future__ import annotations

import uuid
from datetime import date

from tests.support.eventually import eventually
from tests.support.road import Client, Road

CALLED = "12125550123"


async def test_no_log_holds_what_was_planted(road: Road) -> None:
    """A password, a key, a session, a called number, an address: right ones and wrong ones."""
    client = road.a_client()
    road.talk(client, 600, date(2025, 8, 4))
    await eventually(lambda: road.seconds_of(client, "2025-08") > 0)
    planted = _planted(road, client)

    logs = {name: road.suite.log(name) for name in road.suite.options.members}

    assert {"tenancy", "telephony", "usage", "billing", "gateway", "envoy", "postgres"} <= set(logs)
    found = {
        f"{name}: {what}"
        for name, log in logs.items()
        for what, secret in planted.items()
        if secret in log
    }
    assert found == set()


def _planted(road: Road, client: Client) -> dict[str, str]:
    """Does what could be logged, well and badly, and gives what must not be."""
    wrong_key, wrong_password = f"key_{uuid.uuid4().hex}", f"wrong-{uuid.uuid4().hex}"
    stranger = client.rest.with_key(wrong_key)
    assert stranger.send("GET", f"/v1/{client.name}/calls").status_code == 401
    user = {"email": "not an address", "role": "ADMIN", "password": wrong_password}
    assert client.rest.send("POST", f"/v1/{client.name}/users", json=user).status_code == 400
    calls = client.rest.get(f"/v1/{client.name}/calls")["calls"]
    assert CALLED in {call["calledNumber"].lstrip("+") for call in calls}
    refused = client.rest.send("GET", f"/v1/{client.name}/calls?calledNumber={CALLED}")
    assert refused.status_code == 400
    return {
        "the key": client.rest.key,
        "a wrong key": wrong_key,
        "the password": client.password,
        "a wrong password": wrong_password,
        "the called number": CALLED,
        "the address": client.email,
    }
