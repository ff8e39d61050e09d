"""A carrier's own wishes: how it wants the caller's number, and how many calls it takes."""

from __future__ import annotations

import pytest

from services.telephony.domain.dialplan.plan import Technology
from tests.asterisk import journal
from tests.asterisk.rig import CALLER_ID, Rig, new_number
from tests.asterisk.scenarios import Carrier, Phone
from tests.support.eventually import eventually


@pytest.mark.parametrize("technology", Technology)
async def test_a_full_carrier_is_passed_by_and_each_gets_numbers_its_way(
    rig: Rig, technology: Technology
) -> None:
    """The second call goes to the second carrier, because the first one takes one at once."""
    plan = rig.tenants["choosy", technology]
    first, second = [await rig.carrier(plan, Carrier(), number) for number in range(2)]
    one, two = new_number(), new_number()

    held = rig.phone(plan, plan.prefix + one, Phone(talk=2500))
    await eventually(lambda: rig.group_count(plan) == 1)
    passed = rig.phone(plan, plan.prefix + two, Phone(talk=300))

    assert await passed.succeeded(), passed.complaints
    assert await held.succeeded(), held.complaints
    assert f"INVITE sip:{one}@" in first.received
    assert f"INVITE sip:{two}@" in second.received
    assert f"<sip:{CALLER_ID[1:]}@" in first.received
    assert f"sip:+{CALLER_ID}@" in second.received
    codes = {number: journal.legs(rig.journal, number)[0].route_code for number in (one, two)}
    assert codes == {one: plan.carriers[0].route_code, two: plan.carriers[1].route_code}
