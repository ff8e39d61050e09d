"""What follows when an invoice is not paid, and that all of it is taken back when it is."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from services.billing.usecases.dun import dun_everybody
from tests.rpc.billing.test_wallets import gate
from tests.support.billing import Billing, a_date, refused
from tests.support.paying import OCTOBER, Payer, a_payer
from veneer.billing.v1 import dunning_service_pb2 as pb


async def events(billing: Billing, payer: Payer) -> list[str]:
    """Gives what was done, first thing first."""
    found = await billing.dunning.ListDunningEvents(
        pb.ListDunningEventsRequest(parent=payer.name), metadata=billing.operator
    )
    return [pb.DunningAction.Name(each.action) for each in reversed(found.dunning_events)]


async def cases(billing: Billing) -> dict[str, str]:
    """Gives the clients that are overdue, and the step that each has come to."""
    found = await billing.dunning.ListDunningCases(
        pb.ListDunningCasesRequest(), metadata=billing.operator
    )
    return {each.name: pb.DunningAction.Name(each.action) for each in found.dunning_cases}


async def pass_days(billing: Billing, days: int) -> None:
    """Lets time pass, and the clock of dunning strike."""
    billing.clock.advance(days=days)
    await dun_everybody(billing.desk)


async def hold(
    billing: Billing, payer: Payer, days: int, reason: str = "Cheque is on its way."
) -> Any:
    """Holds the case for so many days."""
    until = a_date((billing.clock.now().date()).fromordinal(billing.clock.now().toordinal() + days))
    return await billing.dunning.HoldDunningCase(
        pb.HoldDunningCaseRequest(
            name=f"{payer.name}/dunningCase", hold_until_date=until, reason=reason
        ),
        metadata=billing.operator,
    )


async def test_an_unpaid_invoice_is_gone_after_step_by_step(own_billing: Billing) -> None:
    """Due after 14 days; the steps 3, 10, 20 and 30 days later, each told once."""
    billing = own_billing
    payer = await a_payer(billing, OCTOBER)
    await pass_days(billing, 16)
    assert await gate(billing, payer.tenant_id) == ("OPEN", "")
    assert await events(billing, payer) == []

    gates = []
    for days in (1, 7, 10, 10):
        await pass_days(billing, days)
        await dun_everybody(billing.desk)
        gates.append((await gate(billing, payer.tenant_id))[0])

    assert gates == ["OPEN", "NO_NEW_CAMPAIGNS", "OUTBOUND_BLOCKED", "SUSPENDED"]
    assert await events(billing, payer) == [
        "REMIND",
        "STOP_NEW_CAMPAIGNS",
        "BLOCK_OUTBOUND",
        "SUSPEND",
    ]
    await billing.letters.run_due()
    told = [each for each in billing.notices.of(payer.tenant_id) if "number" in each.values]
    assert len(told) == 4
    assert {each.values["due"] for each in told} == {"530 USD"}
    assert (await cases(billing))[f"{payer.name}/dunningCase"] == "SUSPEND"


async def test_paying_opens_everything_at_once(own_billing: Billing) -> None:
    billing = own_billing
    payer = await a_payer(billing, OCTOBER)
    await pass_days(billing, 50)
    assert await gate(billing, payer.tenant_id) == ("SUSPENDED", "PAYMENT_OVERDUE")

    await payer.record("529.99")
    await dun_everybody(billing.desk)
    assert (await gate(billing, payer.tenant_id))[0] == "SUSPENDED"
    await payer.record("0.01")
    await dun_everybody(billing.desk)

    assert await gate(billing, payer.tenant_id) == ("OPEN", "")
    assert f"{payer.name}/dunningCase" not in await cases(billing)
    assert (await events(billing, payer))[-1] == "DUNNING_ACTION_UNSPECIFIED"


async def test_what_was_paid_and_taken_back_begins_anew(own_billing: Billing) -> None:
    """Nobody is suspended at once because its bank takes a payment of long ago back."""
    billing = own_billing
    payer = await a_payer(billing, OCTOBER)
    await pass_days(billing, 18)
    payment = await payer.record("530")
    await pass_days(billing, 60)
    await payer.reverse(payment)

    gates = []
    for days in (16, 1, 7, 10, 10):
        await pass_days(billing, days)
        gates.append((await gate(billing, payer.tenant_id))[0])

    assert gates == ["OPEN", "OPEN", "NO_NEW_CAMPAIGNS", "OUTBOUND_BLOCKED", "SUSPENDED"]
    await billing.letters.run_due()
    told = [each for each in billing.notices.of(payer.tenant_id) if "number" in each.values]
    assert sorted(Counter(each.values["due_date"] for each in told).values()) == [1, 4]


async def test_a_part_that_is_taken_back_changes_nothing(own_billing: Billing) -> None:
    """It was never paid in whole."""
    billing = own_billing
    payer = await a_payer(billing, OCTOBER)
    payment = await payer.record("1")
    await pass_days(billing, 34)
    await payer.reverse(payment)

    await pass_days(billing, 1)

    assert (await gate(billing, payer.tenant_id))[0] == "OUTBOUND_BLOCKED"


async def test_a_held_case_waits_until_its_day(own_billing: Billing) -> None:
    billing = own_billing
    payer = await a_payer(billing, OCTOBER)
    await pass_days(billing, 40)
    assert (await gate(billing, payer.tenant_id))[0] == "OUTBOUND_BLOCKED"

    held = await hold(billing, payer, 10)
    assert held.HasField("hold_until_date")
    assert await gate(billing, payer.tenant_id) == ("OPEN", "")
    await pass_days(billing, 9)
    assert await gate(billing, payer.tenant_id) == ("OPEN", "")
    await pass_days(billing, 2)

    assert (await gate(billing, payer.tenant_id))[0] == "SUSPENDED"


async def test_who_owes_nothing_has_no_case(own_billing: Billing) -> None:
    payer = await a_payer(own_billing)

    problem = await refused(hold(own_billing, payer, 3))

    assert problem.reason == "RESOURCE_NOT_FOUND"


async def test_a_seller_has_a_policy_of_its_own(own_billing: Billing) -> None:
    billing = own_billing
    payer = await a_payer(billing, OCTOBER)
    wanted = pb.DunningPolicy(
        name="tenants/northgate/dunningPolicy",
        payment_days=1,
        steps=[pb.DunningPolicy.Step(days_overdue=1, action=pb.SUSPEND)],
    )
    usual = await billing.dunning.GetDunningPolicy(
        pb.GetDunningPolicyRequest(name=wanted.name), metadata=billing.operator
    )
    request = pb.SetDunningPolicyRequest(dunning_policy=wanted)
    assert await billing.dunning.SetDunningPolicy(request, metadata=billing.operator) == wanted

    await pass_days(billing, 2)

    assert (await gate(billing, payer.tenant_id))[0] == "SUSPENDED"
    assert (usual.payment_days, len(usual.steps)) == (14, 4)


@pytest.mark.parametrize(
    "policy",
    [
        pb.DunningPolicy(payment_days=400),
        pb.DunningPolicy(steps=[pb.DunningPolicy.Step(days_overdue=0, action=pb.REMIND)]),
        pb.DunningPolicy(steps=[pb.DunningPolicy.Step(days_overdue=1)]),
    ],
)
async def test_a_policy_that_cannot_be_is_refused(
    own_billing: Billing, policy: pb.DunningPolicy
) -> None:
    policy.name = "tenants/northgate/dunningPolicy"
    request = pb.SetDunningPolicyRequest(dunning_policy=policy)

    problem = await refused(
        own_billing.dunning.SetDunningPolicy(request, metadata=own_billing.operator)
    )

    assert problem.reason == "INVALID_REQUEST"


async def test_a_hold_needs_a_reason(own_billing: Billing) -> None:
    payer = await a_payer(own_billing, OCTOBER)

    problem = await refused(hold(own_billing, payer, 3, reason=" "))

    assert problem.reason == "INVALID_REQUEST"
