"""What a rate sheet changes, in words."""

from __future__ import annotations

from dataclasses import dataclass

from services.gateway.portal.figures import unit_price
from services.gateway.portal.prices import direction_name
from veneer.billing.v1 import cost_book_service_pb2 as books_pb
from veneer.billing.v1 import rate_sheet_service_pb2 as pb

_CHANGE = pb.ImportRateSheetResponse.Change
# What happens to a cost, and whether that is good or bad.
_KINDS: dict[int, tuple[str, str]] = {
    _CHANGE.ADDED: ("new", ""),
    _CHANGE.REMOVED: ("no cost any more", "bad"),
    _CHANGE.UP: ("dearer", "bad"),
    _CHANGE.DOWN: ("cheaper", "good"),
    _CHANGE.MIXED: ("dearer and cheaper", ""),
}


@dataclass(frozen=True, slots=True)
class ChangeText:
    """What becomes of the cost of one class of calls."""

    calls: str
    kind: str
    tone: str
    before: str
    after: str


def change_texts(told: pb.ImportRateSheetResponse) -> list[ChangeText]:
    """Puts the changes of a sheet into words."""
    currency = told.cost_book.currency_code
    return [
        ChangeText(
            class_text(each.zone, each.direction),
            *_KINDS.get(each.kind, ("", "")),
            _cost(each.before, currency) if each.HasField("before") else "",
            _cost(each.after, currency) if each.HasField("after") else "",
        )
        for each in told.changes
    ]


def class_text(zone: str, direction: int) -> str:
    """Names a class of calls: US, outbound."""
    parts = (zone or "everywhere", direction_name(direction))
    return ", ".join(part for part in parts if part)


def _cost(cost: books_pb.CostBook.Cost, currency: str) -> str:
    tariff = cost.duration_tariff
    increments = f"{tariff.first_increment_seconds}/{tariff.next_increment_seconds}"
    told = unit_price(cost.unit_cost, currency)
    return f"{told} by {increments} s" if cost.HasField("duration_tariff") else told
