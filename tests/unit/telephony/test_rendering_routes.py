"""A tenant's carrier entry: what it holds, and what no value can make of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.errors import InvalidRequest
from services.telephony.domain.dialplan.entry import SHARED_CONTEXT, carrier_entry
from services.telephony.domain.dialplan.plan import (
    Carrier,
    Login,
    Plan,
    Technology,
    checked,
    clashing_prefixes,
)
from services.telephony.domain.dialplan.platform import Platform, pjsip_global, sip_general

PLAN = Plan(
    code="t17",
    technology=Technology.PJSIP,
    brand="ABC Solar & Sons",
    prefix="717",
    three_way_prefix="8846129017",
    campaigns=frozenset({"ABCSOL1", "ABCSOL2"}),
    caller_ids=("18005550100", "18005550177"),
    calls_max=20,
    carriers=(Carrier("abc1", "203.0.113.7"), Carrier("abc2", "sip.carrier.example", 5080)),
    platform_header="ABC Solar",
    journal="/var/spool/legs/dialer-1",
    dids=("13125550017",),
)
# What ends a line, an argument or a string in the dialer's files, or starts something in them.
BREAKERS = list('\n\r\t,;|"()[]{}$\\=^<>`#%!?*\x00\u2028é')


@pytest.mark.parametrize("breaker", BREAKERS)
@pytest.mark.parametrize(
    "field", ["code", "brand", "prefix", "three_way_prefix", "platform_header", "journal",
              "inbound_context"]
)  # fmt: skip
def test_no_text_breaks_out(field: str, breaker: str) -> None:
    """A value with a sign that means something to the dialer is refused, wherever the sign is."""
    value = getattr(PLAN, field)
    for text in (breaker + value, value[:2] + breaker + value[2:], value + breaker):
        assert _refused(**{field: text}) == {field}


@pytest.mark.parametrize("breaker", BREAKERS)
@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("campaigns", lambda sign: frozenset({f"ABC{sign}"})),
        ("caller_ids", lambda sign: (f"1800555{sign}100",)),
        ("dids", lambda sign: (f"1800555{sign}100",)),
        ("call_log", lambda sign: f"agi://127.0.0.1:4577/call_log{sign}"),
        ("carriers[0].host", lambda sign: (Carrier("abc1", f"a{sign}b"),)),
        ("carriers[0].route_code", lambda sign: (Carrier(f"abc{sign}", "a.example"),)),
        (
            "carriers[0].login.secret",
            lambda sign: (Carrier("abc1", "a.example", login=Login("u", f"s{sign}")),),
        ),
    ],
)
def test_no_member_breaks_out(field: str, make: Any, breaker: str) -> None:
    """The same is so of what stands in lists."""
    name = re.sub(r"\[.*", "", field)

    assert _refused(**{name: make(breaker)}) == {field}


@given(st.text(max_size=60))
def test_a_brand_is_one_line_of_plain_signs_or_refused(text: str) -> None:
    """Whatever is typed: what is let through is in the entry once, as it is, on its line."""
    plan = replace(PLAN, brand=text)
    try:
        entry = carrier_entry(plan)
    except InvalidRequest:
        return
    step = f" same => n,Set(CONNECTEDLINE(name,i)={text})"
    assert entry.dialplan_entry.split("\n").count(step) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"prefix": "71799"}, "prefix"),
        ({"prefix": ""}, "prefix"),
        ({"three_way_prefix": "7171234"}, "three_way_prefix"),
        ({"journal": "/var/../etc"}, "journal"),
        ({"journal": "legs"}, "journal"),
        ({"calls_max": -1}, "calls_max"),
        ({"caller_ids": ()}, "caller_ids"),
        ({"carriers": ()}, "carriers"),
        ({"carriers": PLAN.carriers * 2}, "carriers"),
        ({"campaigns": frozenset({"NINECHARS"})}, "campaigns"),
        ({"campaigns": frozenset({"ABC-ALL"})}, "campaigns"),
        ({"carriers": (Carrier("abc1", "a.example", 0),)}, "carriers[0].port"),
        ({"call_log": "http://127.0.0.1/"}, "call_log"),
    ],
)
def test_what_the_dialer_could_not_hold_is_refused(change: dict[str, Any], field: str) -> None:
    """Widths and forms of the dialer's columns, of prefixes and of paths."""
    assert _refused(**change) == {field}


def test_an_entry_that_would_be_cut_is_refused() -> None:
    """The table's columns cut in silence, in the middle of a dialplan."""
    numbers = tuple(str(18005550000 + number) for number in range(2000))

    with pytest.raises(InvalidRequest) as refusal:
        carrier_entry(replace(PLAN, caller_ids=numbers))

    assert [violation.field for violation in refusal.value.violations] == ["caller_ids"]


@pytest.mark.parametrize("technology", Technology)
def test_the_next_entry_is_where_it_was(technology: Technology) -> None:
    """An entry opens contexts of its own and ends in the one that the generator goes on with."""
    lines = carrier_entry(replace(PLAN, technology=technology)).dialplan_entry.splitlines()

    contexts = re.findall(r"^\[(.*)\]$", "\n".join(lines), re.M)
    assert all(name.startswith("t17") for name in contexts)
    assert lines[-1] == f"[{SHARED_CONTEXT}](+)"


def test_the_limits_are_globals() -> None:
    """They change in a running dialer without a reload; the row is what a reload comes back to."""
    assert carrier_entry(PLAN).globals_string.splitlines() == [
        "T17CAP=20",
        "T17OPEN=1",
        "T17JOURNAL=/var/spool/legs/dialer-1",
        "T17VERSION=0",
    ]
    assert "T17OPEN=0" in carrier_entry(PLAN, is_open=False).globals_string.splitlines()


@pytest.mark.parametrize("technology", Technology)
def test_a_brand_is_never_in_an_expression(technology: Technology) -> None:
    """Expressions are the one place where a plain sign like & still means something."""
    dialplan = carrier_entry(replace(PLAN, technology=technology)).dialplan_entry

    assert not [line for line in dialplan.splitlines() if "$[" in line and PLAN.brand in line]


def test_the_call_log_is_told_first() -> None:
    """The dialer's own row of the call, and the campaign that the guard asks for, come from it."""
    entry = carrier_entry(replace(PLAN, call_log="agi://127.0.0.1:4577/call_log"))

    firsts = re.findall(r"^exten => _.*$", entry.dialplan_entry, re.M)
    assert firsts == [
        f"exten => _{prefix}X.,1,AGI(agi://127.0.0.1:4577/call_log)"
        for prefix in (PLAN.prefix, PLAN.three_way_prefix)
    ]


def test_a_login_goes_to_the_account_alone() -> None:
    """A carrier's secret is nowhere in the dialplan, which shows in consoles and logs."""
    login = Login("northgate", "s3cret_Value")
    for technology in Technology:
        plan = replace(
            PLAN, technology=technology, carriers=(Carrier("abc1", "a.example", login=login),)
        )
        entry = carrier_entry(plan)
        assert login.secret in entry.account_entry
        assert login.secret not in entry.dialplan_entry + entry.globals_string


def test_prefixes_that_begin_alike_clash() -> None:
    """In one shared context the longer pattern would take calls of the shorter one's tenant."""
    other = replace(PLAN, code="t18", prefix="71", three_way_prefix="7177000000")

    assert clashing_prefixes([PLAN]) == []
    assert clashing_prefixes([PLAN, other]) == [
        ("71", "717"),
        ("71", "7177000000"),
        ("717", "7177000000"),
    ]


@pytest.mark.parametrize("text", ["", "Voice\nallowguest=yes", "a;b", "x" * 41])
def test_a_platform_is_plain_text(text: str) -> None:
    """What the dialer says of itself is held to the same rule."""
    for render in (sip_general, pjsip_global):
        with pytest.raises(InvalidRequest):
            render(Platform(user_agent=text, realm="voice"))


def _refused(**change: Any) -> set[str]:
    """The fields that a plan with this change is refused for."""
    with pytest.raises(InvalidRequest) as refusal:
        checked(replace(PLAN, **change))
    return {violation.field for violation in refusal.value.violations}
