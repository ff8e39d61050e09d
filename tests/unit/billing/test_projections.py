"""Profit and loss: of months that were, of months that might be, and of one unit."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from services.billing.domain.item import Item
from services.billing.domain.margin import Earnings, Margin, MarginLine
from services.billing.domain.overheads import FixedCost, OverheadBook, SupportStaff
from services.billing.domain.profit_and_loss import (
    Scenario,
    UnitEconomics,
    UnitUse,
    profit_and_loss,
    project,
)
from services.kit.money import Money
from tests.support.builders.billing import BEFORE, OCTOBER
from tests.support.golden import exactly, golden

AT_25 = golden("cost_structure_at_25_clients")


def usd(figure: str | int) -> Money:
    return Money(exactly(figure), "USD")


def fixed_costs() -> tuple[FixedCost, ...]:
    """The seed's, without their sum."""
    named = {name: cost for name, cost in AT_25["fixed"].items() if name != "total"}
    return tuple(FixedCost(name, usd(cost)) for name, cost in named.items())


def staff() -> SupportStaff:
    of = AT_25["support"]
    return SupportStaff(of["clients_per_person"], usd(of["cost_per_person"]))


def at_25_clients() -> Scenario:
    """The seed's cost structure, from its parts."""
    each = AT_25["per_client"]
    uses = (
        UnitUse(Item.MINUTES, exactly(each["minutes"]), exactly(each["minute_cost"])),
        UnitUse(Item.DIDS, exactly(each["dids"]), exactly(each["did_cost"])),
        UnitUse(Item.DATA_GIGABYTES, exactly(each["storage_gb"]), exactly(each["gb_cost"])),
    )
    return Scenario(25, usd("4000"), fixed_costs(), uses, staff())


def test_the_seeds_cost_structure_comes_out() -> None:
    """Every figure of it."""
    result, per_client = project(at_25_clients())

    assert result.fixed_cost == usd(AT_25["fixed"]["total"])
    assert per_client == usd(AT_25["per_client"]["total"])
    assert result.support_person_count == AT_25["support"]["people"]
    assert result.support_cost == usd(AT_25["support"]["total"])
    assert result.cost == usd(AT_25["total"])
    assert result.revenue == usd(AT_25["revenue"])
    assert result.profit == usd(AT_25["profit"])
    assert result.margin_percent is not None
    rounded = result.margin_percent.quantize(Decimal(1), ROUND_HALF_UP)
    assert rounded == exactly(AT_25["margin_percent_rounded"])


@pytest.mark.parametrize("projection", golden("projections").values(), ids=golden("projections"))
def test_the_seeds_projections_come_out(projection: dict[str, Any]) -> None:
    """Revenue by clients, less the costs that it names."""
    costs = (FixedCost("all", usd(projection["costs"])),)
    revenue = usd(projection["revenue_per_client"])

    result, _ = project(Scenario(projection["clients"], revenue, costs, (), None))

    assert result.revenue == usd(projection["revenue"])
    assert result.profit == usd(projection["profit"])


@pytest.mark.parametrize("unit", golden("unit_economics").values(), ids=golden("unit_economics"))
def test_the_seeds_unit_economics_come_out(unit: dict[str, str]) -> None:
    """Set-up included; what costs nothing has no mark-up in percent."""
    result = UnitEconomics(exactly(unit["cost"]), exactly(unit["price"]))

    assert result.profit == exactly(unit["profit"])
    if "markup_percent" in unit:
        assert result.markup_percent == exactly(unit["markup_percent"])
    assert (result.markup_percent is None) == (unit["cost"] == "0")


@pytest.mark.parametrize(("clients", "people"), [(0, 0), (1, 1), (15, 1), (16, 2), (31, 3)])
def test_support_comes_by_whole_people(clients: int, people: int) -> None:
    """One for the first client, one more for each fifteen."""
    assert staff().people(clients) == people


def a_margin(tenant_id: str, charge: str, cost: str, item: Item = Item.MINUTES) -> Margin:
    line = MarginLine(item, Decimal(1), usd(charge), Decimal(1), usd(cost))
    told = Earnings((line,), usd(charge), usd(cost))
    return Margin(tenant_id, tenant_id, OCTOBER, BEFORE, told, "")


def overheads(with_staff: bool = True) -> OverheadBook:
    who = staff() if with_staff else None
    return OverheadBook(date(2025, 1, 1), "USD", fixed_costs(), who, BEFORE)


def test_a_month_adds_up_over_its_clients() -> None:
    """Two clients, one of whom cannot be told: it is supported all the same."""
    untold = Margin("c", "c", OCTOBER, BEFORE, None, "PRICE_MISSING")
    margins = [a_margin("a", "5000.00", "512.00"), a_margin("b", "9000.00", "500.00"), untold]

    told = profit_and_loss(OCTOBER, margins, overheads())

    assert told.result.revenue == usd("14000.00")
    assert told.result.variable_cost == usd("1012.00")
    assert told.result.support_person_count == 1
    assert told.result.profit == usd("14000.00") - usd("1012.00") - usd("3800") - usd("4000")
    assert told.problems == {"c": "PRICE_MISSING"}


def test_support_is_paid_once() -> None:
    """By the people, or else by the hour."""
    margins = [a_margin("a", "500.00", "185.00", Item.SUPPORT_HOURS)]

    by_people = profit_and_loss(OCTOBER, margins, overheads()).result
    by_hour = profit_and_loss(OCTOBER, margins, overheads(with_staff=False)).result

    assert (by_people.variable_cost, by_people.support_cost) == (usd("0"), usd("4000"))
    assert (by_hour.variable_cost, by_hour.support_cost) == (usd("185.00"), usd("0"))
