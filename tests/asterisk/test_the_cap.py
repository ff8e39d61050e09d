"""A tenant's cap on calls at once refuses the call above it, and only that one."""

from __future__ import annotations

import pytest

from services.telephony.domain.dialplan.plan import Technology
from tests.asterisk import journal
from tests.asterisk.rig import Rig, new_number
from tests.asterisk.scenarios import Carrier, Phone
from tests.asterisk.test_the_meter import SECOND, talk_of
from tests.support.eventually import eventually

UNAVAILABLE = 503
BURST = 210


@pytest.mark.parametrize("technology", Technology)
async def test_the_cap_holds_through_redirects(rig: Rig, technology: Technology) -> None:
    """Legs that were taken away from Dial count as long as they last, and no longer."""
    plan = rig.tenants["few", technology]
    carrier = await rig.carrier(plan, Carrier(talk=3500))
    for _ in range(2):
        await rig.dial_automatically(plan, new_number())
    await eventually(lambda: rig.group_count(plan) == 2)
    third, before = new_number(), rig.refused(plan)

    refused = rig.phone(plan, plan.prefix + third, Phone(UNAVAILABLE))

    assert await refused.succeeded(), refused.complaints
    assert f"INVITE sip:{third}@" not in carrier.received
    assert rig.refused(plan) == before + 1
    await eventually(lambda: rig.group_count(plan) == 0)
    passed = rig.phone(plan, plan.prefix + third, Phone(talk=500))
    assert await passed.succeeded(), passed.complaints


@pytest.mark.parametrize("technology", Technology)
async def test_another_tenants_calls_do_not_count(rig: Rig, technology: Technology) -> None:
    """A tenant that is full keeps nobody else from calling."""
    full, other = rig.tenants["few", technology], rig.tenants["one", technology]
    await rig.carrier(full, Carrier())
    await rig.carrier(other, Carrier())
    held = rig.phone(full, full.prefix + new_number(), Phone(talk=2000), calls=2)
    await eventually(lambda: rig.group_count(full) == 2)

    passed = rig.phone(other, other.prefix + new_number(), Phone(talk=500))

    assert await passed.succeeded(), passed.complaints
    assert await held.succeeded(), held.complaints


@pytest.mark.parametrize("technology", Technology)
async def test_calls_of_one_moment_do_not_slip_by(rig: Rig, technology: Technology) -> None:
    """The count and the leg it lets out are one step, however many calls come at once."""
    plan, number = rig.tenants["few", technology], new_number()
    await rig.carrier(plan, Carrier(talk=1500))

    phones = rig.phone(plan, plan.prefix + number, Phone(may_be_refused=True), calls=30)

    assert await phones.succeeded(), phones.complaints
    await eventually(lambda: rig.group_count(plan) == 0)
    assert len(journal.legs(rig.journal, number)) == plan.calls_max


@pytest.mark.parametrize("technology", Technology)
async def test_two_hundred_calls_at_once(rig: Rig, technology: Technology) -> None:
    """Of a burst of 210, exactly 200 pass; each is metered once, with its own seconds of talk."""
    plan, number = rig.tenants["many", technology], new_number()
    await rig.carrier(plan, Carrier(ring=500, talk=7000))

    phones = rig.phone(
        plan, plan.prefix + number, Phone(may_be_refused=True), calls=BURST
    )  # fmt: skip

    await eventually(lambda: rig.group_count(plan) == plan.calls_max, 15)
    assert await phones.succeeded(60), phones.complaints
    await eventually(lambda: rig.group_count(plan) == 0, 15)
    legs = journal.legs(rig.journal, number)
    assert len(legs) == len({leg.uniqueid for leg in legs}) == plan.calls_max
    assert [leg for leg in legs if abs(talk_of(leg) - 7.0) > SECOND] == []
    assert len(journal.answers(rig.journal, number)) == plan.calls_max
