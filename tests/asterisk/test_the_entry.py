"""What Asterisk made of the carrier entries: asked of it, not assumed."""

from __future__ import annotations

import re

import pytest

from services.telephony.domain.dialplan.accounts import peer_name
from services.telephony.domain.dialplan.entry import SHARED_CONTEXT
from services.telephony.domain.dialplan.guard import open_variable
from services.telephony.domain.dialplan.meter import cap_variable, journal_variable
from services.telephony.domain.dialplan.plan import Technology
from tests.asterisk.rig import Rig


def test_nothing_was_complained_about(rig: Rig) -> None:
    """Asterisk reads on past what it does not understand, and only says so in its log."""
    complaints = re.findall(
        r"^.*(?:WARNING|ERROR)\[\d+\]: (?:pbx_config|config|config_options|res_sorcery\w*)\.c.*$",
        rig.asterisk.process.log_path.read_text(),
        re.M,
    )

    assert complaints == []


def test_the_next_carriers_extensions_are_in_the_shared_context(rig: Rig) -> None:
    """Entries are written one behind the other; the last of ours is followed by somebody's."""
    assert "'8399'" in rig.asterisk.ask(f"dialplan show 8399@{SHARED_CONTEXT}")


@pytest.mark.parametrize("technology", Technology)
def test_accounts_and_globals_are_there(rig: Rig, technology: Technology) -> None:
    """Each carrier of each tenant has its account, and each tenant its limits."""
    plans = [plan for plan in rig.tenants.values() if plan.technology is technology]
    show = "sip show peers" if technology is Technology.SIP else "pjsip show endpoints"
    accounts = rig.asterisk.ask(show)
    variables = rig.asterisk.ask("dialplan show globals")

    for plan in plans:
        for number in range(len(plan.carriers)):
            assert re.search(rf"\b{peer_name(plan, number)}\b", accounts)
        assert f"{cap_variable(plan)}={plan.calls_max}" in variables
        assert f"{open_variable(plan)}=1" in variables
        assert f"{journal_variable(plan)}={plan.journal}" in variables


def test_a_cap_can_be_set_anew_and_comes_back(rig: Rig) -> None:
    """A share of a cluster's cap moves in the running dialer; a reload takes the row's value."""
    plan = rig.tenants["many", Technology.SIP]
    name = cap_variable(plan)

    rig.asterisk.ask(f"dialplan set global {name} 7")
    assert f"{name}=7" in rig.asterisk.ask("dialplan show globals")

    rig.asterisk.ask("dialplan reload")
    assert f"{name}={plan.calls_max}" in rig.asterisk.ask("dialplan show globals")
