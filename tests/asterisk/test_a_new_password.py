"""A carrier's password is changed while calls are up through it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.telephony.domain.dialplan.accounts import peer_name
from services.telephony.domain.dialplan.plan import Login, Plan, Technology
from tests.asterisk import journal
from tests.asterisk.rig import Rig, new_number
from tests.asterisk.scenarios import Carrier, Phone
from tests.asterisk.test_the_meter import SECOND, talk_of
from tests.support.eventually import eventually


@pytest.mark.parametrize("technology", Technology)
async def test_calls_go_on_and_the_next_ones_pass(rig: Rig, technology: Technology) -> None:
    """The dialer's generator writes the entry and reloads; a call from before is metered whole."""
    plan = rig.tenants["one", technology]
    await rig.carrier(plan, Carrier())
    number, next_number = new_number(), new_number()
    held = rig.phone(plan, plan.prefix + number, Phone(talk=6000))
    await eventually(lambda: rig.group_count(plan) == 1)

    rig.change(plan, with_login(plan, "an0ther"))
    await eventually(lambda: has_login(rig, plan), what="the entry with its login")

    assert rig.group_count(plan) == 1
    passed = rig.phone(plan, plan.prefix + next_number, Phone(talk=500))
    assert await passed.succeeded(), passed.complaints
    assert await held.succeeded(), held.complaints
    (leg,) = journal.legs(rig.journal, number)
    assert abs(talk_of(leg) - 6.0) <= SECOND
    rig.change(plan, plan)


def with_login(plan: Plan, secret: str) -> Plan:
    first, *others = plan.carriers
    return replace(plan, carriers=(replace(first, login=Login("us", secret)), *others))


def has_login(rig: Rig, plan: Plan) -> bool:
    peer = peer_name(plan, 0)
    if plan.technology is Technology.SIP:
        return "us" in rig.asterisk.ask(f"sip show peer {peer}").split()
    return "an0ther" in rig.asterisk.ask(f"pjsip show auth {peer}-auth")
