"""Overheads and what months come to, from the domain and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.billing.domain.overheads import FixedCost, OverheadBook, SupportStaff
from services.billing.rpc.wire import date_from_wire, date_to_wire, timestamp
from services.kit.errors import InvalidRequest
from services.kit.money_wire import money_from_wire, money_to_wire
from veneer.billing.v1 import overhead_book_service_pb2 as pb


def overhead_book(book: OverheadBook) -> pb.OverheadBook:
    """Writes an overhead book."""
    staff = book.support_staff
    return pb.OverheadBook(
        name=f"overheadBooks/{book.effective_date.isoformat()}",
        effective_date=date_to_wire(book.effective_date),
        fixed_costs=map(fixed_cost, book.fixed_costs),
        support_staff=pb.SupportStaff(
            clients_per_person=staff.clients_per_person,
            cost_per_person=money_to_wire(staff.cost_per_person),
        )
        if staff
        else None,
        create_time=timestamp(book.create_time),
    )


def overhead_book_from_wire(wire: pb.OverheadBook, now: datetime) -> OverheadBook:
    """Reads a new overhead book; whether it makes sense is the domain's affair."""
    fixed_costs = fixed_costs_from_wire(wire.fixed_costs)
    staff = staff_from_wire(wire.support_staff) if wire.HasField("support_staff") else None
    codes = [each.monthly_cost.currency_code for each in fixed_costs]
    if staff is not None:
        codes.append(staff.cost_per_person.currency_code)
    if not codes:
        raise InvalidRequest.at("overhead_book.fixed_costs", "Is required without support staff.")
    return OverheadBook(date_from_wire(wire.effective_date), codes[0], fixed_costs, staff, now)


def fixed_cost(each: FixedCost) -> pb.FixedCost:
    """Writes a fixed cost."""
    return pb.FixedCost(
        display_name=each.display_name, monthly_cost=money_to_wire(each.monthly_cost)
    )


def fixed_costs_from_wire(wires: Sequence[pb.FixedCost]) -> tuple[FixedCost, ...]:
    """Reads fixed costs."""
    return tuple(FixedCost(wire.display_name, money_from_wire(wire.monthly_cost)) for wire in wires)


def staff_from_wire(wire: pb.SupportStaff) -> SupportStaff:
    """Reads the people who support."""
    return SupportStaff(wire.clients_per_person, money_from_wire(wire.cost_per_person))
