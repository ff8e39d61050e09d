"""What a new cost book changes against the one before, class by class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from services.billing.domain.books import CostBook, CostKey, Terms
from services.billing.domain.loss import worst_call
from services.billing.domain.loss_findings import cost_price
from services.billing.domain.payees import CallTerms


class ChangeKind(StrEnum):
    """What happens to a cost; MIXED is dearer for some durations and cheaper for others."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    UP = "UP"
    DOWN = "DOWN"
    MIXED = "MIXED"


@dataclass(frozen=True, slots=True)
class CostChange:
    """A cost before and after; None where there was or is none."""

    kind: ChangeKind
    key: CostKey
    before: Terms | None
    after: Terms | None


def with_unnamed(book: CostBook, before: CostBook | None) -> CostBook:
    """Gives the book with what it does not name as it was before."""
    return replace(book, costs={**before.costs, **book.costs}) if before else book


def changes_of(book: CostBook, before: CostBook | None) -> Iterator[CostChange]:
    """Gives what changes, in the order of the classes; what costs the same is left out."""
    earlier = before.costs if before else {}
    for key in sorted({*earlier, *book.costs}):
        old, new = earlier.get(key), book.costs.get(key)
        kind = _kind(key, old, new)
        if kind is not None:
            yield CostChange(kind, key, old, new)


def _kind(key: CostKey, old: Terms | None, new: Terms | None) -> ChangeKind | None:
    if old is None:
        return ChangeKind.ADDED
    if new is None:
        return ChangeKind.REMOVED
    was, becomes = (cost_price(CallTerms("", key.calls, terms, "")) for terms in (old, new))
    is_up, is_down = worst_call(was, becomes), worst_call(becomes, was)
    if is_up and is_down:
        return ChangeKind.MIXED
    return ChangeKind.UP if is_up else ChangeKind.DOWN if is_down else None
