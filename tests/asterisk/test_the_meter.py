"""The journal holds each carrier leg once, with the seconds that the carrier saw it talk."""

from __future__ import annotations

import pytest

from services.telephony.domain.dialplan.plan import Technology
from tests.asterisk import journal
from tests.asterisk.rig import Rig, new_number
from tests.asterisk.scenarios import Carrier, Phone
from tests.support.eventually import eventually

# What the carrier does, what the phone does, seconds of talk, causes of the hang-up.
CASES = {
    "answered, the carrier hangs up": (Carrier(ring=1500, talk=3000), Phone(), 3.0, {16}),
    "answered, the phone hangs up": (Carrier(ring=1500), Phone(talk=3000), 3.0, {16}),
    "early media": (Carrier(ring=2500, is_early=True, talk=2000), Phone(), 2.0, {16}),
    "busy": (Carrier(code=486, ring=500, cause=17), Phone(code=486), 0.0, {17}),
    "rejected": (Carrier(code=603, ring=500, cause=21), Phone(code=403), 0.0, {21}),
    "cancelled": (Carrier(code=0), Phone(cancel=1000), 0.0, {0, 16, 26, 127}),
}


@pytest.mark.parametrize("technology", Technology)
@pytest.mark.parametrize("case", CASES)
async def test_talk_is_metered(rig: Rig, technology: Technology, case: str) -> None:
    """A leg's answered time is the carrier's, within a second, whoever ends it and however."""
    carrier_does, phone_does, talk, causes = CASES[case]
    plan, number = rig.tenants["one", technology], new_number()

    carrier = await rig.carrier(plan, carrier_does)
    phone = rig.phone(plan, plan.prefix + number, phone_does)

    assert await phone.succeeded(), phone.complaints
    assert not carrier.aborted, carrier.complaints
    legs = await eventually(lambda: journal.legs(rig.journal, number))
    assert len(legs) == 1
    assert legs[0].route_code == plan.carriers[0].route_code
    answered = (legs[0].end_time_millis - legs[0].answer_time_millis) / 1000 if legs[0].answer_time_millis else 0
    print(case, technology, answered, legs[0].hangup_cause)
    assert answered == pytest.approx(talk, abs=1.0)
    assert bool(legs[0].answer_time_millis) == bool(talk)
    assert legs[0].hangup_cause in causes
