"""telephony's questions to a real Asterisk: whether it has what was written, and that at once."""

from __future__ import annotations

import asyncio
import math

import pytest

from dev.asterisk_files import MANAGER
from services.telephony.domain.dialplan.plan import Technology
from services.telephony.partners.ami import ManagerAddress
from services.telephony.partners.host_check import HostCheck
from tests.asterisk.rig import Rig, new_number
from tests.asterisk.scenarios import Carrier, Phone
from tests.support.eventually import eventually

FORBIDDEN = 403


def check_of(rig: Rig, secret: str = "") -> HostCheck:
    addresses, secret = rig.asterisk.addresses, secret or rig.asterisk.secret
    return HostCheck(ManagerAddress(addresses.host, addresses.manager, MANAGER, secret))


@pytest.mark.parametrize("technology", Technology)
async def test_a_host_with_a_trunk_and_its_carriers_has_no_problem(
    rig: Rig, technology: Technology
) -> None:
    """Its version, both prefixes, its limits, its accounts, and an answer of each carrier."""
    plan = rig.tenants["two", technology]
    await rig.carrier(plan, Carrier(), 0)
    await rig.carrier(plan, Carrier(), 1)
    check = check_of(rig)

    assert await check.problem(plan, 0, is_open=True) == ""
    older = await check.problem(plan, 7, is_open=True)
    assert older == "The host's dialplan is not the one that was written."
    assert await check.is_gone("6999")
    assert not await check.is_gone(plan.prefix)


@pytest.mark.parametrize("technology", Technology)
async def test_a_carrier_that_is_away_is_noticed(rig: Rig, technology: Technology) -> None:
    """By the stack's own OPTIONS."""
    plan = rig.tenants["few", technology]
    check = check_of(rig)

    peer, asked_at = f"{plan.code}a", -math.inf
    command = "sip qualify peer" if technology is Technology.SIP else "pjsip qualify"

    async def is_missed() -> bool:
        nonlocal asked_at
        now = asyncio.get_running_loop().time()
        # Asked anew, the stack gives up the question that it waits for an answer to.
        if now - asked_at > 6:
            asked_at = now
            rig.asterisk.ask(f"{command} {peer}")
        return "does not answer" in await check.problem(plan, 0, is_open=True)

    await eventually(is_missed, 60)


@pytest.mark.parametrize("technology", Technology)
async def test_a_trunk_is_shut_and_opened_without_a_reload(
    rig: Rig, technology: Technology
) -> None:
    """The very next call is refused, those that are up go on."""
    plan = rig.tenants["one", technology]
    await rig.carrier(plan, Carrier())
    check = check_of(rig)
    up = rig.phone(plan, plan.prefix + new_number(), Phone(talk=1500))
    await eventually(lambda: rig.group_count(plan) == 1)

    assert await check.set_limits(plan, is_open=False)
    refused = rig.phone(plan, plan.prefix + new_number(), Phone(FORBIDDEN))
    is_refused = await refused.succeeded()
    assert await check.set_limits(plan, is_open=True)
    passed = rig.phone(plan, plan.prefix + new_number(), Phone(talk=300))

    assert is_refused, refused.complaints
    assert await up.succeeded(), up.complaints
    assert await passed.succeeded(), passed.complaints


async def test_a_host_tells_when_it_started_and_what_is_up(rig: Rig) -> None:
    """By which a restart is known, and a leg whose channel is gone."""
    plan = rig.tenants["one", Technology.PJSIP]
    await rig.carrier(plan, Carrier())
    check = check_of(rig)
    before = await check.life()
    phone = rig.phone(plan, plan.prefix + new_number(), Phone(talk=2000))
    await eventually(lambda: rig.group_count(plan) == 1)

    during = await check.life()

    assert before is not None
    assert during is not None
    assert before[0] == during[0]
    assert len(during[1]) == 2
    assert await phone.succeeded(), phone.complaints


async def test_a_wrong_secret_is_no_answer(rig: Rig) -> None:
    """And what is said of it holds no secret."""
    plan = rig.tenants["one", Technology.SIP]

    problem = await check_of(rig, "wrong").problem(plan, 0, is_open=True)

    assert problem == "The host's manager does not answer."
