"""What is paid whatever happens, as it is typed: a line each, and the people who support."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.gateway.portal.amounts import typed_amount, typed_count
from services.gateway.portal.figures import typed_amount as as_typed
from services.gateway.portal.visit import Visit
from services.kit.errors import InvalidRequest
from veneer.billing.v1 import overhead_book_service_pb2 as pb

_LINES_MAX = 50


def typed_fixed_costs(text: str, currency_code: str) -> list[pb.FixedCost]:
    """Reads lines such as `Servers 2000`; empty ones are passed over."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > _LINES_MAX:
        raise InvalidRequest.at("fixed_costs", f"Must be at most {_LINES_MAX} lines.")
    return [_fixed_cost(line, currency_code) for line in lines]


def typed_support_staff(form: Mapping[str, str], currency_code: str) -> pb.SupportStaff | None:
    """Reads who supports the clients; None if neither field was filled in."""
    per_person, cost = form.get("clients_per_person", ""), form.get("cost_per_person", "")
    if not per_person.strip() and not cost.strip():
        return None
    return pb.SupportStaff(
        clients_per_person=typed_count(per_person, "clients_per_person"),
        cost_per_person=typed_amount(cost, currency_code, "cost_per_person"),
    )


def as_form(book: pb.OverheadBook | None) -> dict[str, str]:
    """Writes a book as one would have typed it; nothing if there is none."""
    if book is None:
        return {}
    costs = [f"{each.display_name} {as_typed(each.monthly_cost)}" for each in book.fixed_costs]
    form = {"fixed_costs": "\n".join(costs)}
    if book.HasField("support_staff"):
        staff = book.support_staff
        form["clients_per_person"] = str(staff.clients_per_person)
        form["cost_per_person"] = as_typed(staff.cost_per_person)
    currency = _currency_of(book)
    return {**form, "currency": currency} if currency else form


async def latest_overheads(visit: Visit) -> pb.OverheadBook | None:
    """Gives the overhead book with the latest date; None to who may not see it."""
    if not visit.caller.may("costs.read"):
        return None
    answer = await visit.services.overhead_books.ListOverheadBooks(
        pb.ListOverheadBooksRequest(page_size=1), metadata=visit.metadata
    )
    return answer.overhead_books[0] if answer.overhead_books else None


def _fixed_cost(line: str, currency_code: str) -> pb.FixedCost:
    name, _, cost = line.rpartition(" ")
    if not name:
        raise InvalidRequest.at("fixed_costs", f"“{line[:40]}” must be a name and an amount.")
    return pb.FixedCost(
        display_name=name.strip(), monthly_cost=typed_amount(cost, currency_code, "fixed_costs")
    )


def _currency_of(book: pb.OverheadBook) -> str:
    amounts: Iterable[str] = (each.monthly_cost.currency_code for each in book.fixed_costs)
    return next(iter(amounts), book.support_staff.cost_per_person.currency_code)
