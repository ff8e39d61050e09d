"""`python -m services.tenancy onboard` as somebody at a terminal meets it."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime

import pytest

from tests.support.builders.tenancy import an_id
from tests.support.onboarding_house import PASSWORD, House
from tests.support.simulators.onboarding_partners import PLAN


def _arguments(tenant_id: str, **changes: str) -> list[str]:
    options = {
        "tenant-id": tenant_id,
        "display-name": "Sunny Side",
        "tier": "SILVER",
        "host-name": f"{tenant_id}.dialer.example",
        "email": f"ann@{tenant_id}.example",
        "plan-version": PLAN,
        "route": "routes/free-1",
        "signed-by": "Ann Sunny",
        **{name.replace("_", "-"): text for name, text in changes.items()},
    }
    return [part for name, text in options.items() for part in (f"--{name}", text)]


async def _command(house: House, arguments: list[str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.tenancy", "onboard", *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={
            **os.environ,
            "VENEER_TENANCY_DATABASE_URL": house.url,
            "VENEER_TENANCY_OWNER_PASSWORD": PASSWORD,
        },
    )  # fmt: skip


async def _worked(house: House, command: asyncio.subprocess.Process) -> tuple[int, str]:
    """Lets the worker work until the command has ended; gives its status and what it told."""
    telling = asyncio.ensure_future(command.communicate())
    while not telling.done():
        # The command goes by the machine's own time.
        house.clock.set(datetime.now(UTC))
        await house.onboarder.work()
        await asyncio.wait([telling], timeout=0.1)
    told, trouble = telling.result()
    assert command.returncode is not None
    return command.returncode, (told + trouble).decode()


async def test_a_client_comes_in_and_each_step_is_told(house: House) -> None:
    """A command that is killed is begun again and tells of the same run."""
    tenant_id, before = an_id(), house.clock.now()
    killed = await _command(house, _arguments(tenant_id))
    assert killed.stdout is not None
    first = (await killed.stdout.readline()).decode()
    killed.kill()
    await killed.wait()

    status, told = await _worked(house, await _command(house, _arguments(tenant_id)))
    house.clock.set(before)

    lines = [line.split() for line in told.splitlines()]
    assert status == 0, told
    assert first == f"{told.splitlines()[0]}\n"
    assert ["dialer", "DONE"] in lines
    assert ["welcome", "DONE"] in lines
    assert lines[-1] == ["SUCCEEDED"]
    assert len(house.partners.books[f"tenants/{tenant_id}"]) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"host_name": "Not A Host"}, "--host-name: Must be a lower-case host name without port."),
        ({"caller_id": "12"}, "--caller-id: Must be at most 100 numbers of 7 to 15 digits"),
        ({"host_name": "console.example"}, "The host name is taken. console.example"),
        ({"time_zone": "Mars/Base"}, "--time-zone: Must be the IANA name of a zone"),
    ],
)
async def test_bad_input_is_told_in_a_sentence(
    house: House, changes: dict[str, str], sentence: str
) -> None:
    """By the option that was typed; nothing is kept."""
    tenant_id = an_id()
    command = await _command(house, _arguments(tenant_id, **changes))
    told, trouble = await command.communicate()

    assert command.returncode == 1
    assert sentence in trouble.decode()
    assert "Traceback" not in trouble.decode()
    assert told == b""
    assert not await house.has_client(tenant_id)
