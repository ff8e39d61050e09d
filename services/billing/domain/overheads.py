"""Overheads: what the operator pays each month whether or not anybody calls."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.billing.domain.entry_rules import currency_decimals, of_book
from services.kit.errors import FieldViolation, InvalidRequest, Kind, Refusal
from services.kit.money import Money, round_money

_FIXED_COSTS_MAX = 50
_NAME_MAX = 80
_CLIENTS_MAX = 10_000


class OverheadBookOverlaps(Refusal):
    """There is an overhead book of that effective date already."""

    kind = Kind.ALREADY_EXISTS
    reason = "OVERHEAD_BOOK_OVERLAPS"


@dataclass(frozen=True, slots=True)
class FixedCost:
    """Something paid for each month."""

    display_name: str
    monthly_cost: Money


@dataclass(frozen=True, slots=True)
class SupportStaff:
    """The people who support the clients: one for the first, one more for each so many."""

    clients_per_person: int
    cost_per_person: Money

    def people(self, client_count: int) -> int:
        """Gives how many people so many clients need."""
        return -(-client_count // self.clients_per_person)

    def cost(self, client_count: int) -> Money:
        """Gives what they cost in a month."""
        return self.cost_per_person * self.people(client_count)


@dataclass(frozen=True, slots=True)
class OverheadBook:
    """What is paid each month from a date on, in one currency; staff is None if there is none."""

    effective_date: date
    currency_code: str
    fixed_costs: tuple[FixedCost, ...]
    support_staff: SupportStaff | None
    create_time: datetime

    @property
    def dated_terms(self) -> Hashable:
        # Nothing of it is charged by the day.
        return None

    @property
    def fixed_cost(self) -> Money:
        """Gives the sum of the fixed costs."""
        return total(self.fixed_costs, self.currency_code)


def total(fixed_costs: Sequence[FixedCost], currency_code: str) -> Money:
    """Gives the sum of fixed costs."""
    return sum((each.monthly_cost for each in fixed_costs), Money.zero(currency_code))


def check_overheads(
    fixed_costs: Sequence[FixedCost], staff: SupportStaff | None, currency_code: str, field: str
) -> None:
    """Refuses overheads that make no sense, with every violation; `field` is whose they are."""
    violations = list(_violations(fixed_costs, staff, currency_code, field))
    if violations:
        raise InvalidRequest(violations)


def check_overhead_book(book: OverheadBook, others: Sequence[OverheadBook], field: str) -> None:
    """Refuses a book that makes no sense, or that another one does not allow."""
    violations = [
        *of_book(field, book.effective_date, book.currency_code),
        *_violations(book.fixed_costs, book.support_staff, book.currency_code, f"{field}."),
    ]
    if violations:
        raise InvalidRequest(violations)
    if any(other.effective_date == book.effective_date for other in others):
        raise OverheadBookOverlaps(
            "There is an overhead book of this date already.",
            effective_date=book.effective_date.isoformat(),
        )


def _violations(
    fixed_costs: Sequence[FixedCost], staff: SupportStaff | None, currency_code: str, field: str
) -> Iterator[FieldViolation]:
    if len(fixed_costs) > _FIXED_COSTS_MAX:
        yield FieldViolation(f"{field}fixed_costs", f"Must be at most {_FIXED_COSTS_MAX}.")
    for index, each in enumerate(fixed_costs):
        where = f"{field}fixed_costs[{index}]"
        if len(each.display_name) > _NAME_MAX:
            yield FieldViolation(f"{where}.display_name", f"Must be at most {_NAME_MAX} long.")
        yield from of_money(each.monthly_cost, currency_code, f"{where}.monthly_cost")
    if staff is not None:
        where = f"{field}support_staff"
        if not 1 <= staff.clients_per_person <= _CLIENTS_MAX:
            wanted = f"Must be 1 to {_CLIENTS_MAX}."
            yield FieldViolation(f"{where}.clients_per_person", wanted)
        yield from of_money(staff.cost_per_person, currency_code, f"{where}.cost_per_person")


def of_money(money: Money, currency_code: str, field: str) -> Iterator[FieldViolation]:
    """Gives what is wrong with an amount that is to be of a currency."""
    if money.currency_code != currency_code or currency_decimals(currency_code) is None:
        yield FieldViolation(field, "Must be of the same, existing currency as all the others.")
    elif money.amount < 0:
        yield FieldViolation(field, "Must not be negative.")
    elif round_money(money.amount, currency_code) != money:
        yield FieldViolation(field, "Must be of whole minor units of the currency.")
