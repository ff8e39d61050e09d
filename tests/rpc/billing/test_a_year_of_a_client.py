"""A client from its signing to its last invoice: everything that can become of it, in date order.

After each step the ledger balances and the account is what was billed less what was paid; at the
end every month came to what its usage and prices say, however late and in how many pieces.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from tests.rpc.billing.test_discounts_and_taxes import give, issue, percent, redeem
from tests.rpc.billing.test_price_notices import acknowledge, listed
from tests.rpc.billing.test_wallets import agree as agree_on_wallet
from tests.support.a_years_client import YearsClient, decimal_of, what_changed
from tests.support.billing import Billing, a_request_id, figures, refused
from tests.support.builders.billing import an_id
from tests.support.owed import Prices, cents, owed
from tests.support.paying import money
from veneer.billing.v1 import price_pb2
from veneer.billing.v1 import wallet_service_pb2 as wallets

MONTHS = ["2025-12", *(f"2026-{month:02}" for month in range(1, 12))]
SET_UP = Decimal(250)
SILVER = Prices(date(2025, 12, 1), platform="499", minute="0.025", number="3", hour="100")
GOLD = Prices(date(2026, 2, 20), "999", "0.02", "2", "100", by_days=True)
DEARER = Prices(date(2026, 7, 1), "1049", "0.023", "2.25", "110")
NOTHING_MORE = Prices(date(2026, 11, 16), "0", "0.023", "0", "110", by_days=True)


async def test_a_year_of_a_client(own_billing: Billing) -> None:
    """Trial, upgrade, disputes, late calls, notice of prices, dunning, and the end."""
    client = YearsClient(own_billing, own_billing.directory.add(an_id()))
    await is_signed_for_a_trial(client)
    await pays_its_first_invoice(client)
    await loses_a_dispute_about_its_second(client)
    await changes_its_plan_in_mid_month(client)
    await wins_a_dispute_about_its_third(client)
    await gets_a_credit_note(client)
    await is_told_of_new_prices(client)
    await does_not_pay_and_is_suspended(client)
    await pays_ahead(client)
    await goes_on(client, "2026-08", "2026-09", "2026-10")
    await leaves(client)
    was_billed_what_it_owed(client)


async def is_signed_for_a_trial(client: YearsClient) -> None:
    """Silver with a set-up fee; the first month's platform for nothing, then cheaper minutes."""
    billing = client.billing
    client.on("2025-12-01")
    await client.agree(SILVER, "silver.1", setup=f"{SET_UP}")
    trial = await issue(
        billing,
        description="Trial",
        reduction=percent("100", price_pb2.PLATFORM_LICENSE),
        month_count=1,
    )
    await redeem(billing, trial, client.tenant_id, "2025-12")
    await give(
        billing,
        client.tenant_id,
        "welcome",
        reduction=percent("10", price_pb2.MINUTES),
        first_month="2026-01",
        month_count=2,
    )
    client.hold_numbers("2025-12", 10)
    client.call("2025-12-09", 61, 500)
    client.call("2025-12-30", 600, 10)


async def pays_its_first_invoice(client: YearsClient) -> None:
    """By bank; the set-up fee is in it, and never again."""
    first = await client.close("2025-12")

    assert figures(first.lines) == [
        ("Platform license", "1", "499", "499.00 USD"),
        ("Minutes", "609", "0.025", "15.23 USD"),
        ("Phone numbers (DIDs)", "10", "3", "30.00 USD"),
        ("Set-up fee", "1", "250", "250.00 USD"),
        ("Trial, 100%", "1", "-499", "-499.00 USD"),
    ]
    client.on("2026-01-09")
    await client.transfer("2025-12")


async def loses_a_dispute_about_its_second(client: YearsClient) -> None:
    """What was paid by card is due again, and paid by bank before anybody reminds it."""
    client.hold_numbers("2026-01", 12)
    client.call("2026-01-20", 127, 900)
    await client.close("2026-01")
    await client.put_on_file()
    client.on("2026-02-03")
    payment = await client.charge("2026-01")

    await client.dispute(payment, "lost")

    assert (await client.state("2026-01"))[0] == "ISSUED"
    assert await client.gate() == "OPEN"
    await client.transfer("2026-01")


async def changes_its_plan_in_mid_month(client: YearsClient) -> None:
    """Nothing dearer without notice, unless it wants it; late calls come in, and one is not its."""
    client.on("2026-02-20")
    assert (await refused(client.agree(GOLD, "gold.1"))).reason == "PRICE_NOTICE_TOO_SHORT"
    await client.agree(GOLD, "gold.1", reason="It wanted Gold at once.")
    client.call("2026-01-31", 3601, 3)
    client.call("2025-12-30", 600, -1)
    client.hold_numbers("2026-02", 15)
    client.call("2026-02-19", 95, 100)
    client.call("2026-02-20", 95, 100)
    client.be_helped("2026-02-24", "1.5")

    third = await client.close("2026-02")

    assert figures(third.lines)[:2] == [
        ("Platform license, February 1 to 19", "0.678571", "499", "338.61 USD"),
        ("Platform license, February 20 to 28", "0.321429", "999", "321.11 USD"),
    ]
    assert what_changed(third) == [
        ("December 2025: Minutes", "-0.25"),
        ("January 2026: Minutes", "4.52"),
        ("January 2026: Welcome, 10%", "-0.46"),
    ]


async def wins_a_dispute_about_its_third(client: YearsClient) -> None:
    """It stays paid; the processor's fee is the operator's."""
    client.on("2026-03-03")
    payment = await client.charge("2026-02")

    await client.dispute(payment, "won")

    assert await client.state("2026-02") == ("PAID", "0.00 USD")
    assert (await client.trial_balance())["dispute"] == "0.00 USD"


async def gets_a_credit_note(client: YearsClient) -> None:
    """For a number of a paid invoice; what it has on account goes to the next one."""
    client.hold_numbers("2026-03", 15)
    client.call("2026-03-11", 33, 4001)
    march = await client.close("2026-03")
    client.on("2026-04-10")
    await client.transfer("2026-03")
    (numbers,) = (at for at, line in enumerate(march.lines) if line.item == price_pb2.DIDS)

    note = await client.credit("2026-03", {numbers + 1: "2"})
    client.credited += decimal_of(note.total)
    await client.settle_up()

    assert await client.balance() == ("0.00 USD", "2.00 USD")
    client.call("2026-04-15", 240, 800)
    client.hold_numbers("2026-04", 15)
    april = await client.close("2026-04")
    assert (await client.state("2026-04"))[0] == "PARTLY_PAID"
    assert decimal_of((await client.invoice("2026-04")).amount_due) == decimal_of(april.total) - 2


async def is_told_of_new_prices(client: YearsClient) -> None:
    """Thirty days ahead, and it says that it has seen it."""
    billing = client.billing
    client.on("2026-05-20")
    soon = Prices(date(2026, 6, 15), "1049", "0.023", "2.25", "110")
    assert (await refused(client.agree(soon))).reason == "PRICE_NOTICE_TOO_SHORT"
    await client.agree(DEARER)

    (notice,) = (
        each
        for each in await listed(billing, client.tenant_id, client.client)
        if each.name.endswith("/2026-07-01")
    )
    seen = await acknowledge(billing, notice.name, client.client)

    assert seen.HasField("acknowledge_time")


async def does_not_pay_and_is_suspended(client: YearsClient) -> None:
    """April is due on May 16: step by step it is shut, and open as soon as it has paid."""
    gates = []
    for day in ("2026-05-21", "2026-05-26"):
        client.on(day)
        gates.append(await client.gate())
    client.call("2026-05-22", 61, 999)
    client.hold_numbers("2026-05", 15)
    await client.close("2026-05")
    for day in ("2026-06-05", "2026-06-15"):
        client.on(day)
        gates.append(await client.gate())
    assert gates == ["OPEN", "NO_NEW_CAMPAIGNS", "OUTBOUND_BLOCKED", "SUSPENDED"]

    await client.transfer("2026-04")

    assert await client.gate() == "OPEN"
    await client.transfer("2026-05")


async def pays_ahead(client: YearsClient) -> None:
    """What is in its wallet goes to the next invoice; the card pays the rest."""
    await goes_on(client, "2026-06")
    client.on("2026-07-10")
    await agree_on_wallet(
        client.billing, client.tenant_id, mode=wallets.Wallet.POSTPAID, credit_limit=money("5000")
    )
    request = wallets.TopUpWalletRequest(
        name=f"{client.name}/wallet", amount=money("200"), request_id=a_request_id()
    )
    await client.billing.wallets.TopUpWallet(request, metadata=client.client)
    await client.work_off()
    client.paid += 200
    await client.settle_up()
    assert await client.balance() == ("0.00 USD", "200.00 USD")

    await goes_on(client, "2026-07")

    assert await client.balance() == ("0.00 USD", "0.00 USD")


async def goes_on(client: YearsClient, *months: str) -> None:
    """It calls, is billed, and pays by card."""
    for month in months:
        client.hold_numbers(month, 15)
        client.call(f"{month}-14", 77, 1234)
        client.be_helped(f"{month}-20", "0.75")
        await client.close(month)
        await client.charge(month)
        assert await client.gate() == "OPEN"


async def leaves(client: YearsClient) -> None:
    """In mid-November; its last invoice is for the days it was there, and for what came late."""
    client.hold_numbers("2026-11", 15)
    client.call("2026-11-13", 59, 300)
    client.on("2026-11-15")
    await client.agree(NOTHING_MORE, reason="It leaves after today.")
    client.call("2026-10-31", 61, 59)

    last = await client.close("2026-11")

    assert what_changed(last) == [("October 2026: Minutes", "1.38")]
    await client.transfer("2026-11")
    assert await client.balance() == ("0.00 USD", "0.00 USD")
    assert await client.gate() == "OPEN"


def was_billed_what_it_owed(client: YearsClient) -> None:
    """Month by month, and all in all."""
    expected = {}
    for month in MONTHS:
        items = owed(client.used, client.prices, date.fromisoformat(f"{month}-01"))
        expected[month] = sum(items.values())
        if month == "2025-12":
            expected[month] += SET_UP - items["platform"]
        if month in ("2026-01", "2026-02"):
            expected[month] -= cents(Fraction(items["minutes"]) / 10)
    assert {month: client.billed_for(month) for month in MONTHS} == expected
    everything = sum(decimal_of(each.total) for each in client.invoices.values())
    assert everything == sum(expected.values()) == client.paid + client.credited
    numbers = [each.number for each in client.invoices.values()]
    assert numbers[0] == "2026-000001"
    assert numbers == sorted(set(numbers))
