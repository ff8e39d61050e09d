"""No carrier's name comes in, and none of ours goes out."""

from __future__ import annotations

import re

import pytest

from dev.asterisk_manager import manager
from services.telephony.domain.dialplan.plan import Technology
from tests.asterisk import journal
from tests.asterisk.rig import CODE, Rig, new_number
from tests.asterisk.scenarios import NAMES, Carrier, Phone, is_clean
from tests.support.eventually import eventually

# The other end must learn neither what we run nor who the client is beyond its brand.
_OURS = re.compile(r"vicidial|asterisk|veneer|\bt1\d[ab]?\b|CAMP\d|" + CODE[1:] + "|8600051", re.I)
# chan_sip puts its product's name into each BYE, and no option takes it out (decision 0040).
_CHAN_SIP = re.compile(r"^X-Asterisk-HangupCause(Code)?:.*$", re.M)


def test_the_check_for_names_finds_them() -> None:
    """What guards all the other tests sees what they plant."""
    assert not any(is_clean(f"<sip:x@{name.upper()}.example>") for name in NAMES)


@pytest.mark.parametrize("technology", Technology)
@pytest.mark.parametrize(
    ("carrier_does", "phone_does"),
    [
        (Carrier(ring=500, is_early=True, talk=1000), Phone()),
        (Carrier(ring=500), Phone(talk=1000)),
        (Carrier(code=486, cause=17), Phone(code=486)),
        (Carrier(code=603, cause=21), Phone(code=403)),
        (Carrier(code=500, cause=38), Phone(code=503)),
        (Carrier(code=302), Phone(code=503)),
    ],
    ids=["early, then answered", "answered", "busy", "declined", "broken", "sent elsewhere"],
)
async def test_no_name_reaches_the_agent(
    rig: Rig, technology: Technology, carrier_does: Carrier, phone_does: Phone
) -> None:
    """Every header, display name, SDP line and reason of the carrier stays on its side."""
    plan, number = rig.tenants["one", technology], new_number()
    carrier = await rig.carrier(plan, carrier_does)

    phone = rig.phone(plan, plan.prefix + number, phone_does)

    assert await phone.succeeded(), phone.complaints
    assert "INVITE" in carrier.received
    assert is_clean(phone.received)
    await eventually(lambda: journal.legs(rig.journal, number))
    assert is_clean(journal.text(rig.journal))


@pytest.mark.parametrize("technology", Technology)
async def test_no_name_is_on_a_channel(rig: Rig, technology: Technology) -> None:
    """The dialer copies names and numbers of channels into its tables while a call is up."""
    plan, number = rig.tenants["one", technology], new_number()
    await rig.carrier(plan, Carrier(is_early=True))
    phone = rig.phone(plan, plan.prefix + number, Phone(talk=1500))
    await eventually(lambda: journal.answers(rig.journal, number))

    async with manager(rig.asterisk) as client:
        channels = await client.channels()

    assert any(channel["Channel"].startswith(f"{technology.value}/t1") for channel in channels)
    assert is_clean(str(channels))
    assert await phone.succeeded(), phone.complaints


@pytest.mark.parametrize("technology", Technology)
async def test_no_name_comes_with_a_call_to_a_did(rig: Rig, technology: Technology) -> None:
    """The caller's number comes in; what the carrier calls itself, or the caller, does not."""
    plan = rig.tenants["one", technology]
    count = len(journal.answers(rig.journal))
    caller = rig.outside(plan, plan.dids[1], talk=1500)
    await eventually(lambda: len(journal.answers(rig.journal)) > count)

    async with manager(rig.asterisk) as client:
        channels = await client.channels()

    assert {channel["CallerIDName"] for channel in channels} == {"12125559999"}
    assert is_clean(str(channels))
    assert await caller.succeeded(), caller.complaints


@pytest.mark.parametrize("technology", Technology)
@pytest.mark.parametrize("talk", [None, 1000], ids=["we hang up", "the carrier hangs up"])
async def test_the_called_side_sees_the_brand_alone(
    rig: Rig, technology: Technology, talk: int | None
) -> None:
    """No product, tenant code, campaign, call code or agent's room is in what the carrier gets."""
    plan, number = rig.tenants["one", technology], new_number()
    carrier = await rig.carrier(plan, Carrier(talk=talk))

    phone = rig.phone(plan, plan.prefix + number, Phone(talk=None if talk else 1000))

    assert await phone.succeeded(), phone.complaints
    await eventually(lambda: journal.legs(rig.journal, number))
    seen = _CHAN_SIP.sub("", carrier.received) if technology is Technology.SIP else carrier.received
    assert _OURS.findall(seen) == []
    assert f'From: "{plan.brand}" <sip:{plan.caller_ids[0]}@' in seen
    assert f"X-Platform: {plan.platform_header}" in seen
    assert f"INVITE sip:{number}@" in seen
