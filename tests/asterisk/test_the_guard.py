"""A prefix serves its own tenant, digits, and nobody who has been suspended."""

from __future__ import annotations

import pytest

from dev.asterisk_manager import manager
from services.telephony.domain.dialplan.guard import open_variable
from services.telephony.domain.dialplan.plan import Technology
from tests.asterisk import journal
from tests.asterisk.rig import Rig, new_number
from tests.asterisk.scenarios import Carrier, Phone
from tests.support.eventually import eventually

FORBIDDEN = 403
INCOMPLETE = 484


@pytest.mark.parametrize("technology", Technology)
@pytest.mark.parametrize("kind", ["prefix", "three_way_prefix"])
@pytest.mark.parametrize("campaign", ["CAMP99", "CAMP1", "CAMP11-", "n", "%22CAMP11"])
async def test_another_tenants_campaign_is_refused(
    rig: Rig, technology: Technology, kind: str, campaign: str
) -> None:
    """Whatever prefix it knows: a campaign that is not the tenant's gets no leg."""
    plan, number = rig.tenants["one", technology], new_number()
    carrier = await rig.carrier(plan, Carrier(talk=500))

    phone = rig.phone(plan, getattr(plan, kind) + number, Phone(FORBIDDEN), campaign=campaign)

    assert await phone.succeeded(), phone.complaints
    assert "INVITE" not in carrier.received
    assert journal.legs(rig.journal, number) == []


@pytest.mark.parametrize("technology", Technology)
async def test_a_leg_is_not_sent_on_through_another_tenant(
    rig: Rig, technology: Technology
) -> None:
    """A customer's channel carries no campaign; it may go on by its own tenant's prefix alone."""
    plan, other = rig.tenants["one", technology], rig.tenants["few", technology]
    customer, number = new_number(), new_number()
    await rig.carrier(plan, Carrier(talk=8000))
    carrier = await rig.carrier(other, Carrier(talk=500))
    channel = await rig.dial_automatically(plan, customer)

    async with manager(rig.asterisk) as client:
        await client.redirect(channel, other.prefix + number)

    await eventually(lambda: journal.legs(rig.journal, customer))
    assert journal.legs(rig.journal, number) == []
    assert "INVITE" not in carrier.received


@pytest.mark.parametrize("technology", Technology)
async def test_a_call_without_campaign_needs_the_secret_prefix(
    rig: Rig, technology: Technology
) -> None:
    """Three-way calls carry no campaign; what lets them through is a prefix nobody guesses."""
    plan, number = rig.tenants["one", technology], new_number()
    await rig.carrier(plan, Carrier(talk=500))

    refused = rig.phone(plan, plan.prefix + number, Phone(FORBIDDEN), campaign="")
    assert await refused.succeeded(), refused.complaints
    assert journal.legs(rig.journal, number) == []

    passed = rig.phone(plan, plan.three_way_prefix + number, Phone(), campaign="")
    assert await passed.succeeded(), passed.complaints
    await eventually(lambda: journal.legs(rig.journal, number))


@pytest.mark.parametrize("technology", Technology)
@pytest.mark.parametrize("number", ["12125&8368", "1212555", "1212555010012345"])
async def test_only_a_number_is_dialled(rig: Rig, technology: Technology, number: str) -> None:
    """What a browser sends as a number cannot name a second channel, an option or a way out."""
    plan = rig.tenants["one", technology]
    carrier = await rig.carrier(plan, Carrier(talk=500))
    is_number = number == "1212555"

    phone = rig.phone(plan, plan.prefix + number, Phone() if is_number else Phone(INCOMPLETE))

    assert await phone.succeeded(), phone.complaints
    assert ("INVITE" in carrier.received) == is_number


@pytest.mark.parametrize("technology", Technology)
async def test_a_suspended_tenant_calls_nobody(rig: Rig, technology: Technology) -> None:
    """One global closes both prefixes at once, and opens them again; no reload is needed."""
    plan, number = rig.tenants["one", technology], new_number()
    await rig.carrier(plan, Carrier(talk=500))
    rig.asterisk.ask(f"dialplan set global {open_variable(plan)} 0")
    try:
        for prefix in (plan.prefix, plan.three_way_prefix):
            phone = rig.phone(plan, prefix + number, Phone(FORBIDDEN))
            assert await phone.succeeded(), phone.complaints
    finally:
        rig.asterisk.ask(f"dialplan set global {open_variable(plan)} 1")

    phone = rig.phone(plan, plan.prefix + number, Phone())
    assert await phone.succeeded(), phone.complaints


@pytest.mark.parametrize("technology", Technology)
async def test_a_number_of_somebody_else_is_not_answered(rig: Rig, technology: Technology) -> None:
    """A carrier brings calls to the tenant's DIDs; anything else it asks for is not there."""
    plan = rig.tenants["one", technology]
    before = len(journal.answers(rig.journal))

    for wrong in (rig.tenants["two", technology].dids[0], plan.prefix + new_number(), "8368"):
        assert not await rig.outside(plan, wrong, talk=500).succeeded()

    assert len(journal.answers(rig.journal)) == before
