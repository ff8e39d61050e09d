"""LossPolicyService and RateSheetService: nothing is sold below cost unseen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
import pytest_asyncio
from google.type.decimal_pb2 import Decimal as WireDecimal

from tests.support.billing import PER_CALL, Billing, a_date, a_request_id, refused
from tests.support.builders.billing import COSTS, PRICES
from tests.support.costs import a_name
from veneer.billing.v1 import (
    disallowed_carrier_service_pb2,
    loss_policy_service_pb2,
    price_pb2,
    rate_sheet_service_pb2,
)

NEXT_MONTH = date(2025, 12, 1)
HEADINGS = "Prefix,Rate,Increments\n"
Change = rate_sheet_service_pb2.ImportRateSheetResponse.Change


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def costs(own_billing: Billing) -> None:
    """The seed's costs from January 2025 on."""
    await own_billing.set_costs(COSTS)


@pytest_asyncio.fixture(loop_scope="session")
async def warning(own_billing: Billing) -> AsyncIterator[Billing]:
    """The policy as it is before anything was set, afterwards too."""
    yield own_billing
    await own_billing.costs.set_policy(own_billing.operator, "WARN")


async def send(billing: Billing, carrier: str, rows: str, **more: Any) -> Any:
    """Sends a sheet that holds from December on."""
    usual = {"effective_date": a_date(NEXT_MONTH)}
    return await billing.costs.send_sheet(
        billing.operator, carrier, HEADINGS + rows, **{**usual, **more}
    )


async def check(billing: Billing, tenant_id: str) -> loss_policy_service_pb2.LossCheck:
    request = loss_policy_service_pb2.CheckLossesRequest(
        parent=f"tenants/{tenant_id}", request_id=a_request_id()
    )
    found: loss_policy_service_pb2.LossCheck = await billing.costs.losses.CheckLosses(
        request, metadata=billing.operator
    )
    return found


def losses(found: Any) -> list[tuple[str, str, str]]:
    """Zone, carrier and reason of each loss."""
    return [(each.zone, each.carrier, each.reason) for each in found if each.is_loss]


async def test_a_price_below_cost_is_told_and_taken(warning: Billing) -> None:
    """Before anything was set."""
    tenant_id = await warning.a_client({**PRICES, "did": "0.5"})

    found = await check(warning, tenant_id)

    (loss,) = (each for each in found.findings if each.is_loss)
    assert (loss.item, loss.unit_price.value, loss.unit_cost.value) == (price_pb2.DIDS, "0.5", "1")
    assert loss.worst_loss.value == "0.5"


async def test_a_price_below_cost_can_be_blocked(warning: Billing) -> None:
    """With the worst of it in the refusal."""
    await warning.costs.set_policy(warning.operator, "BLOCK")
    tenant_id = await warning.a_client(prices=None)

    problem = await refused(warning.set_prices(tenant_id, {**PRICES, "minute": "0.009"}))

    assert problem.reason == "PRICE_BELOW_COST"
    assert problem.metadata["item"] == "MINUTES"
    await warning.set_prices(tenant_id, PRICES)


async def test_a_repeated_request_is_answered_even_if_it_would_be_blocked_by_now(
    warning: Billing,
) -> None:
    """It was taken before the policy was."""
    tenant_id, request_id = await warning.a_client(prices=None), a_request_id()
    below = {**PRICES, "minute": "0.009"}
    first = await warning.set_prices(tenant_id, below, request_id=request_id)
    await warning.costs.set_policy(warning.operator, "BLOCK")

    assert await warning.set_prices(tenant_id, below, request_id=request_id) == first


async def test_a_sheet_shows_what_it_would_do_and_does_nothing(warning: Billing) -> None:
    """Changes, clients under water, and the prices that would keep them afloat."""
    blue = a_name("blue")
    await send(warning, blue, "1,0.004,6/6\n44,0.02,6/6", effective_date=a_date(date(2025, 1, 1)))
    tenant_id = await warning.a_client()
    await warning.costs.set_route(a_name("r"), blue, tenant_id)

    found = await send(
        warning,
        blue,
        "1,0.03,60/60\n",
        validate_only=True,
        keep_margin_percent=WireDecimal(value="60"),
    )

    assert {(each.zone, each.kind) for each in found.changes} == {
        ("US", Change.UP),
        ("GB", Change.REMOVED),
    }
    assert losses(found.findings) == [("US", blue, "PRICE_BELOW_COST")]
    (proposed,) = (each for each in found.proposed_prices if each.tenant == f"tenants/{tenant_id}")
    assert float(proposed.proposed_unit_price.value) > 0.03 / 0.4
    again = await send(warning, blue, "1,0.03,60/60\n")
    assert again.cost_book.name == f"costBooks/{blue}.2025-12-01"


async def test_a_sheet_with_a_bad_row_is_not_taken_at_all(warning: Billing) -> None:
    """Every bad line is named."""
    blue = a_name("blue")

    found = await send(warning, blue, "1,0.01,6/6\n44,cheap,6/6\n4x,0.01,6/6\n")

    assert [row.line for row in found.bad_rows] == [3, 4]
    assert not found.HasField("cost_book")
    assert (await send(warning, blue, "1,0.01,6/6\n")).HasField("cost_book")


async def test_a_sheet_that_loses_is_blocked_unless_losses_are_allowed(warning: Billing) -> None:
    """What a vendor charges is so, whatever the policy."""
    blue = a_name("blue")
    await send(warning, blue, "1,0.004,6/6", effective_date=a_date(date(2025, 1, 1)))
    tenant_id = await warning.a_client()
    await warning.costs.set_route(a_name("r"), blue, tenant_id)
    await warning.costs.set_policy(warning.operator, "BLOCK")

    problem = await refused(send(warning, blue, "1,0.04,60/60\n"))

    assert problem.reason == "PRICE_BELOW_COST"
    assert (await send(warning, blue, "1,0.04,60/60\n", allow_loss=True)).cost_book.name


async def test_a_carrier_that_costs_more_than_the_price_can_be_kept_off(warning: Billing) -> None:
    """Told to telephony as long as the policy caps, and as long as it loses."""
    blue, red = a_name("blue"), a_name("red")
    early = a_date(date(2025, 1, 1))
    await send(warning, blue, "1,0.004,1/1", effective_date=early)
    await send(warning, red, "1,0.05,6/6", effective_date=early)
    tenant_id = await warning.a_client()
    await warning.costs.set_route(a_name("r"), blue, tenant_id)
    await warning.costs.set_route(a_name("r"), red, tenant_id)
    await warning.costs.set_policy(warning.operator, "CAP")
    await warning.costs.checks.run_due()

    request = disallowed_carrier_service_pb2.ListDisallowedCarriersRequest()
    capped = await warning.costs.disallowed.ListDisallowedCarriers(request)
    await warning.costs.set_policy(warning.operator, "WARN")
    warned = await warning.costs.disallowed.ListDisallowedCarriers(request)

    of_tenant = [
        each.carrier for each in capped.disallowed_carriers if each.tenant == f"tenants/{tenant_id}"
    ]
    assert of_tenant == [red]
    assert not warned.disallowed_carriers


async def test_saving_a_book_has_it_checked(warning: Billing) -> None:
    """The latest check of each client is listed."""
    tenant_id = await warning.a_client({**PRICES, "did": "0.5"})
    await warning.costs.checks.run_due()

    request = loss_policy_service_pb2.ListLossChecksRequest(findings_only=True, page_size=500)
    page = await warning.costs.losses.ListLossChecks(request, metadata=warning.operator)

    (found,) = (c for c in page.loss_checks if c.name.startswith(f"tenants/{tenant_id}/"))
    assert [each.item for each in found.findings if each.is_loss] == [price_pb2.DIDS]


@pytest.mark.parametrize(("minute", "is_loss"), [("0.012", False), ("0.009", True)])
async def test_by_usual_calls_the_calls_that_were_made_decide(
    warning: Billing, minute: str, is_loss: bool
) -> None:
    """Long calls make good for short ones, if the price is above the cost at all."""
    await warning.costs.set_policy(warning.operator, "WARN", "USUAL_CALLS")
    blue = a_name("blue")
    await send(warning, blue, "1,0.01,60/60", effective_date=a_date(date(2025, 1, 1)))
    tenant_id = await warning.a_client(prices=None)
    await warning.set_prices(tenant_id, {**PRICES, "minute": minute}, tariff=PER_CALL)
    await warning.costs.set_route(a_name("r"), blue, tenant_id)
    warning.usage.store_calls(tenant_id, date(2025, 11, 1), seconds=600, count=10)
    warning.usage.store_calls(tenant_id, date(2025, 11, 1), seconds=6, count=1)

    found = await check(warning, tenant_id)

    (finding,) = (each for each in found.findings if each.zone == "US")
    assert finding.is_loss == is_loss
    assert finding.worst_duration_seconds
    assert finding.HasField("observed_loss")
