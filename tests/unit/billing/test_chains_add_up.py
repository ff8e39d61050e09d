"""What the levels of a chain keep is what its ends pay beyond the costs, whatever the prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.billing.domain.chain import (
    Chain,
    ChainBroken,
    Terms,
    check_chain,
    levels_of,
)
from services.billing.domain.costs import costs_of
from services.billing.domain.dues import PriceMissing
from services.billing.domain.item import Item
from services.billing.domain.payees import Payees
from services.billing.domain.quantities import MonthQuantities, merged
from services.billing.domain.tree import Tree
from services.kit.money import Money
from tests.support.builders.billing import (
    PER_CALL,
    PER_PERIOD,
    a_cost_book,
    a_month,
    a_price_book,
    a_span,
)

SELLER = "northgate"
NAMES = ("a", "b", "c", "d", "e", "f")
AMOUNTS = st.decimals("0", "9.999", places=3).map(str)


@dataclass(frozen=True, slots=True)
class _World:
    terms: Terms
    parts: Mapping[str, MonthQuantities]

    def chain(self) -> Chain:
        levels = levels_of(SELLER, "a", self.terms, self.parts)
        payees = Payees([a_cost_book()], {})
        costs = costs_of(payees, merged(list(self.parts.values())), "USD")
        zero = Money.zero("USD")
        return Chain(levels, sum((each.amount for each in costs.values()), zero), zero)


@st.composite
def worlds(draw: st.DrawFn) -> _World:
    """A tree of one to six tenants below the first, each with prices and usage of its own."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    sellers = [(names[0], SELLER)]
    sellers += [(name, draw(st.sampled_from(names[:i]))) for i, name in enumerate(names) if i]
    books, parts = {}, {}
    for name in names:
        words = ("platform", "minute", "did", "gigabyte", "hour", "peak_seat")
        prices = {word: draw(AMOUNTS) for word in words}
        tariff = draw(st.sampled_from([PER_PERIOD, PER_CALL]))
        books[name] = [replace(a_price_book(prices, tariff=tariff), tenant_id=name)]
        calls = draw(
            st.dictionaries(
                st.tuples(st.sampled_from(["r1", "r2"]), st.integers(0, 400)),
                st.integers(1, 5000),
                max_size=4,
            )
        )
        hours = str(draw(st.decimals("0", "9", places=2)))
        used = a_month(a_span(calls, hours), dids=draw(st.integers(0, 9)), gigabytes=hours)
        parts[name] = replace(used, peak_seat_count=draw(st.integers(0, 20)))
    return _World(Terms(Tree.of(sellers), books, {}), parts)


@settings(deadline=None, max_examples=60)
@given(worlds())
def test_margins_are_what_the_ends_pay_beyond_the_costs(world: _World) -> None:
    chain = world.chain()

    check_chain(chain, world.parts)

    kept = sum(chain.margins.values(), Money.zero("USD"))
    assert kept == chain.end_charges - chain.cost
    assert {level.tenant_id for level in chain.levels} == world.parts.keys()


@settings(deadline=None, max_examples=60)
@given(worlds())
def test_a_margin_is_what_is_charged_less_what_is_paid(world: _World) -> None:
    """Told level by level, in another way than the chain does."""
    chain = world.chain()
    charges = {level.tenant_id: level.charge for level in chain.levels}

    for seller, kept in chain.margins.items():
        clients = world.terms.tree.clients_of(seller)
        earned = total = Money.zero("USD")
        for client in clients:
            total += charges[client]
        earned = total - (chain.cost if seller == SELLER else charges[seller])
        assert kept == earned


@settings(deadline=None, max_examples=30)
@given(worlds())
def test_usage_that_gets_lost_between_levels_is_noticed(world: _World) -> None:
    chain = world.chain()
    last = chain.levels[-1]
    more = replace(last.quantities, did_count=last.quantities.did_count + 1)
    broken = Chain([*chain.levels[:-1], replace(last, quantities=more)], chain.cost, chain.cost)

    with pytest.raises(ChainBroken):
        check_chain(broken, world.parts)


def test_a_level_without_a_price_refuses_and_names_itself() -> None:
    tree = Tree.of([("a", SELLER), ("b", "a"), ("c", "b")])
    used = a_month(a_span({("r1", 60): 1}))
    books = {name: [replace(a_price_book(), tenant_id=name)] for name in ("a", "c")}
    books["b"] = [replace(a_price_book({"platform": "1"}), tenant_id="b")]

    with pytest.raises(PriceMissing) as raised:
        levels_of(SELLER, "a", Terms(tree, books, {}), dict.fromkeys("abc", used))

    assert raised.value.metadata["tenant"] == "tenants/b"
    assert raised.value.metadata["level"] == "2"
    assert raised.value.metadata["item"] == Item.MINUTES


def test_the_same_calls_are_everybodys() -> None:
    """Three levels, one end: 100 minutes are bought at 1.00 and sold at 2.50 and 5.00."""
    tree = Tree.of([("a", SELLER), ("b", "a")])
    books = {
        "a": [replace(a_price_book({"platform": "0", "minute": "0.025"}), tenant_id="a")],
        "b": [replace(a_price_book({"platform": "0", "minute": "0.05"}), tenant_id="b")],
    }
    parts = {"a": a_month(), "b": a_month(a_span({("r1", 60): 100}))}

    levels = levels_of(SELLER, "a", Terms(tree, books, {}), parts)
    chain = Chain(levels, Money(Decimal("1.00"), "USD"), Money.zero("USD"))

    assert [str(each.charge.amount) for each in levels] == ["2.50", "5.00"]
    assert {seller: str(kept.amount) for seller, kept in chain.margins.items()} == {
        SELLER: "1.50",
        "a": "2.50",
    }
