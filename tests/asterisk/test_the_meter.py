"""The journal holds each carrier leg once, with the seconds that the carrier saw it talk."""

from __future__ import annotations

import pytest

from dev.asterisk_manager import manager
from services.telephony.domain.dialplan.plan import Technology
from services.telephony.domain.leg import JournalLeg
from tests.asterisk import journal
from tests.asterisk.rig import CODE, ROOM, Rig, new_number
from tests.asterisk.scenarios import Carrier, Phone
from tests.support.eventually import eventually

SECOND = 1.0

# What the carrier does, what the phone does, seconds of talk, causes of the hang-up.
CASES = {
    "answered, the carrier hangs up": (Carrier(ring=1500, talk=3000), Phone(), 3.0, {16}),
    "answered, the phone hangs up": (Carrier(ring=1500), Phone(talk=3000), 3.0, {16}),
    "early media": (Carrier(ring=2500, is_early=True, talk=2000), Phone(), 2.0, {16}),
    "busy": (Carrier(code=486, ring=500, cause=17), Phone(code=486), 0.0, {17}),
    "rejected": (Carrier(code=603, ring=500, cause=21), Phone(code=403), 0.0, {21}),
    "cancelled": (Carrier(code=0), Phone(cancel=1000), 0.0, {0, 16, 26, 127}),
}


def talk_of(leg: JournalLeg) -> float:
    """Seconds from answer to end; 0 without an answer."""
    if not leg.answer_time_millis:
        return 0.0
    return (leg.end_time_millis - leg.answer_time_millis) / 1000


@pytest.mark.parametrize("technology", Technology)
@pytest.mark.parametrize("case", CASES)
async def test_talk_is_metered(rig: Rig, technology: Technology, case: str) -> None:
    """A leg's answered time is the carrier's, within a second, whoever ends it and however."""
    carrier_does, phone_does, talk, causes = CASES[case]
    plan, number = rig.tenants["one", technology], new_number()
    carrier = await rig.carrier(plan, carrier_does)

    phone = rig.phone(plan, plan.prefix + number, phone_does)

    assert await phone.succeeded(), phone.complaints
    leg = await _only_leg(rig, number)
    assert leg.route_code == plan.carriers[0].route_code
    assert talk_of(leg) == pytest.approx(talk, abs=SECOND)
    assert talk_of(leg) == pytest.approx(carrier.talks.get(number, 0.0), abs=SECOND)
    assert len(journal.answers(rig.journal, number)) == bool(talk)
    assert leg.hangup_cause in causes


@pytest.mark.parametrize("technology", Technology)
async def test_a_call_that_nobody_takes_costs_nothing(rig: Rig, technology: Technology) -> None:
    """The dialer gives up after the seconds it was told; the caller hears no answer."""
    plan, number = rig.tenants["one", technology], new_number()
    await rig.carrier(plan, Carrier(code=0))

    phone = rig.phone(plan, plan.prefix + number, Phone(code=480), ring="2")

    assert await phone.succeeded(), phone.complaints
    leg = await _only_leg(rig, number)
    assert talk_of(leg) == 0
    assert leg.end_time_millis - leg.created_seconds * 1000 == pytest.approx(2500, abs=1000)


@pytest.mark.parametrize("technology", Technology)
async def test_a_failing_carrier_is_followed_by_the_second(
    rig: Rig, technology: Technology
) -> None:
    """Each leg is written with the route of its own carrier; only the answered one talks."""
    plan, number = rig.tenants["two", technology], new_number()
    await rig.carrier(plan, Carrier(code=503, cause=42))
    second = await rig.carrier(plan, Carrier(ring=500, talk=2000), number=1)

    phone = rig.phone(plan, plan.prefix + number, Phone())

    assert await phone.succeeded(), phone.complaints
    legs = await eventually(lambda: _legs(rig, number, 2))
    assert [leg.route_code for leg in legs] == [carrier.route_code for carrier in plan.carriers]
    assert talk_of(legs[0]) == 0
    assert talk_of(legs[1]) == pytest.approx(second.talks[number], abs=SECOND)
    assert talk_of(legs[1]) == pytest.approx(2.0, abs=SECOND)


@pytest.mark.parametrize("technology", Technology)
async def test_a_second_carrier_is_not_asked_about_a_busy_number(
    rig: Rig, technology: Technology
) -> None:
    """What the first carrier says of the number, the second one would say as well."""
    plan, number = rig.tenants["two", technology], new_number()
    await rig.carrier(plan, Carrier(code=486, cause=17))
    second = await rig.carrier(plan, Carrier(talk=1000), number=1)

    phone = rig.phone(plan, plan.prefix + number, Phone(code=486))

    assert await phone.succeeded(), phone.complaints
    await _only_leg(rig, number)
    assert "INVITE" not in second.received


@pytest.mark.parametrize("technology", Technology)
async def test_an_automatic_call_is_metered_through_its_redirect(
    rig: Rig, technology: Technology
) -> None:
    """The dialer takes the answered channel away from Dial; its meter goes with it."""
    plan, number = rig.tenants["one", technology], new_number()
    carrier = await rig.carrier(plan, Carrier(ring=1000, talk=4000))

    await rig.dial_automatically(plan, number)

    leg = await _only_leg(rig, number)
    assert leg.call_code == CODE
    assert talk_of(leg) == pytest.approx(carrier.talks[number], abs=SECOND)
    assert talk_of(leg) == pytest.approx(4.0, abs=SECOND)


@pytest.mark.parametrize("technology", Technology)
async def test_a_blind_transfer_is_a_leg_of_its_own(rig: Rig, technology: Technology) -> None:
    """The customer's leg goes on while the leg to the third party comes and goes."""
    plan, customer, third = rig.tenants["one", technology], new_number(), new_number()
    carrier = await rig.carrier(plan, Carrier(ring=500, talk=5000))
    channel = await rig.dial_automatically(plan, customer)

    async with manager(rig.asterisk) as client:
        await client.redirect(channel, plan.prefix + third)

    first, second = await _only_leg(rig, customer), await _only_leg(rig, third)
    assert talk_of(first) == pytest.approx(carrier.talks[customer], abs=SECOND)
    assert talk_of(second) == pytest.approx(carrier.talks[third], abs=SECOND)
    assert 1.0 < talk_of(second) < talk_of(first)
    assert second.caller_channel == first.uniqueid


@pytest.mark.parametrize("technology", Technology)
async def test_a_third_party_is_metered(rig: Rig, technology: Technology) -> None:
    """A three-way call comes from the agent's conference, without a campaign."""
    plan, number = rig.tenants["one", technology], new_number()
    carrier = await rig.carrier(plan, Carrier(ring=1500, talk=2500))
    code = "DC183010W0000004711W"

    async with manager(rig.asterisk) as client:
        await client.originate(
            f"Local/{ROOM}@default/n",
            plan.three_way_prefix + number,
            f'"{code}" <{plan.caller_ids[0]}>',
        )

    leg = await _only_leg(rig, number)
    assert leg.call_code == code
    assert talk_of(leg) == pytest.approx(carrier.talks[number], abs=SECOND)
    assert talk_of(leg) == pytest.approx(2.5, abs=SECOND)


@pytest.mark.parametrize("technology", Technology)
async def test_a_call_to_a_did_is_metered(rig: Rig, technology: Technology) -> None:
    """An incoming leg is written with the DID as its number and the route it came by."""
    plan = rig.tenants["one", technology]

    caller = rig.outside(plan, plan.dids[0], talk=2500)

    assert await caller.succeeded(), caller.complaints
    leg = await _only_leg(rig, plan.dids[0])
    assert (leg.direction, leg.route_code) == ("i", plan.carriers[0].route_code)
    assert leg.caller_number == "12125559999"
    assert talk_of(leg) == pytest.approx(2.5, abs=SECOND)


@pytest.mark.parametrize("technology", Technology)
async def test_the_callers_number_is_one_of_the_tenants(rig: Rig, technology: Technology) -> None:
    """A phone cannot show a number that is not its tenant's: the first one stands in."""
    plan, number = rig.tenants["one", technology], new_number()
    carrier = await rig.carrier(plan, Carrier(talk=500))

    phone = rig.phone(plan, plan.prefix + number, Phone())

    assert await phone.succeeded(), phone.complaints
    leg = await _only_leg(rig, number)
    assert leg.caller_number == plan.caller_ids[0]
    assert f'From: "{plan.brand}" <sip:{plan.caller_ids[0]}@' in carrier.received


def _legs(rig: Rig, number: str, count: int) -> list[JournalLeg]:
    legs = journal.legs(rig.journal, number)
    return legs if len(legs) >= count else []


async def _only_leg(rig: Rig, number: str) -> JournalLeg:
    legs = await eventually(lambda: _legs(rig, number, 1), 15, f"a leg to {number}")
    assert len(legs) == 1
    return legs[0]
