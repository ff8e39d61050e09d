"""A chain of sellers: what each level is charged for the same usage, and what it keeps of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from services.billing.domain.books import PriceBook, books_of_month
from services.billing.domain.charges import charge_lines, total_of
from services.billing.domain.discounts import Discount, discounted
from services.billing.domain.dues import PriceMissing
from services.billing.domain.quantities import MonthQuantities, merged
from services.billing.domain.tree import Tree
from services.kit.errors import Kind, Refusal
from services.kit.money import Money


class ChainBroken(Refusal):
    """What the levels of a chain keep does not add up to what its ends pay beyond its costs."""

    kind = Kind.FAILED_PRECONDITION
    reason = "CHAIN_BROKEN"


@dataclass(frozen=True, slots=True)
class Level:
    """What a seller charges one client for all that it and everybody below it used.

    Before taxes and without what is charged once; `depth` is 1 for clients of the first seller.
    """

    tenant_id: str
    seller_id: str
    depth: int
    charge: Money
    quantities: MonthQuantities


@dataclass(frozen=True, slots=True)
class Chain:
    """One client of a seller with everybody below it, and what that client costs the seller.

    The levels are in order, each seller before its clients; there is at least one. `cost_rounding`
    is what the costs of each single tenant come to beyond the cost of all.
    """

    levels: Sequence[Level]
    cost: Money
    cost_rounding: Money

    @property
    def margins(self) -> Mapping[str, Money]:
        """Gives what each seller charges its clients, less what it is charged or pays itself."""
        first = self.levels[0]
        found = {first.seller_id: Money.zero(self.cost.currency_code) - self.cost}
        for level in self.levels:
            found[level.seller_id] += level.charge
            if self._sells(level):
                found[level.tenant_id] = Money.zero(self.cost.currency_code) - level.charge
        return found

    @property
    def end_charges(self) -> Money:
        """Gives what those are charged who sell to nobody."""
        ends = (level.charge for level in self.levels if not self._sells(level))
        return sum(ends, Money.zero(self.cost.currency_code))

    def _sells(self, level: Level) -> bool:
        return any(each.seller_id == level.tenant_id for each in self.levels)


@dataclass(frozen=True, slots=True)
class Terms:
    """What each tenant of a chain is charged by."""

    tree: Tree
    books: Mapping[str, Sequence[PriceBook]]
    discounts: Mapping[str, Sequence[Discount]]


def levels_of(
    seller_id: str, tenant_id: str, terms: Terms, parts: Mapping[str, MonthQuantities]
) -> list[Level]:
    """Prices a tenant and everybody below it, each by its own book.

    `parts` are what each used itself. Refuses with PRICE_MISSING, which names tenant and level,
    and with CURRENCY_MISMATCH by a discount.
    """
    found: list[Level] = []
    waiting = [(seller_id, tenant_id, 1)]
    for seller, tenant, depth in waiting:
        quantities = merged([parts[each] for each in terms.tree.below(tenant)])
        books = books_of_month(terms.books.get(tenant, ()), quantities.month)
        try:
            charged = charge_lines(tenant, books, quantities)
        except PriceMissing as refusal:
            raise PriceMissing(str(refusal), **{**refusal.metadata, "level": depth}) from refusal
        lines = discounted(quantities.month, charged, terms.discounts.get(tenant, ()))
        found.append(Level(tenant, seller, depth, total_of(lines), quantities))
        waiting += [(tenant, client, depth + 1) for client in terms.tree.clients_of(tenant)]
    return found


def check_chain(chain: Chain, parts: Mapping[str, MonthQuantities]) -> None:
    """Refuses with CHAIN_BROKEN if money or usage gets lost or is made between the levels.

    Refuses with CURRENCY_MISMATCH if the levels are not in one currency.
    """
    kept = reduce(Money.__add__, chain.margins.values())
    owed = chain.end_charges - chain.cost
    if kept != owed:
        raise ChainBroken(
            f"The levels keep {kept.amount:f}, and the ends pay {owed.amount:f} beyond the costs.",
            tenant=f"tenants/{chain.levels[0].tenant_id}",
        )
    for level in chain.levels:
        clients = [each for each in chain.levels if each.seller_id == level.tenant_id]
        below = [parts[level.tenant_id], *(each.quantities for each in clients)]
        if merged(below) != level.quantities:
            raise ChainBroken(
                "A level is not charged for what its clients and it itself used.",
                tenant=f"tenants/{level.tenant_id}",
                level=level.depth,
            )
