"""Seats and API calls: readings that services hand in, and what a month makes of them."""

from __future__ import annotations

from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

from tests.rpc.usage.conftest import Usage
from tests.rpc.usage.test_reading_usage import END, FIRST, a_reading
from veneer.usage.v1 import measurement_service_pb2 as measurements_pb
from veneer.usage.v1 import meter_service_pb2 as meters_pb
from veneer.usage.v1 import quantity_service_pb2 as quantities_pb


async def test_seats_and_requests_are_metered(usage: Usage, tenant: str) -> None:
    """Handed in by those who count: the most of a day, different agents, the sum of all."""
    fourth = {"date": Date(year=2025, month=11, day=4)}
    peak, api = {"meter": measurements_pb.PEAK_SEATS}, {"meter": measurements_pb.API_CALLS}
    readings = [
        a_reading("a", meter=measurements_pb.NAMED_SEATS),
        a_reading("b", meter=measurements_pb.NAMED_SEATS, **fourth),
        a_reading("east", **peak, quantity=Decimal(value="7")),
        a_reading("west", **peak, quantity=Decimal(value="2")),
        a_reading("east", **peak, **fourth, quantity=Decimal(value="8")),
        a_reading("api/1", **api, quantity=Decimal(value="40")),
        a_reading("api/2", **api, quantity=Decimal(value="2")),
    ]
    request = meters_pb.RecordReadingsRequest(parent=f"tenants/{tenant}", measurements=readings)
    for _ in range(2):
        await usage.meters.RecordReadings(request)

    found = await usage.quantities.ReadQuantities(
        quantities_pb.ReadQuantitiesRequest(
            tenant=f"tenants/{tenant}", start_date=FIRST, end_date=END
        )
    )

    assert [
        (total.meter, total.subject_count, total.sum.value, total.greatest_day.value)
        for total in found.meter_totals
    ] == [
        (measurements_pb.NAMED_SEATS, 2, "2", "1"),
        (measurements_pb.PEAK_SEATS, 2, "17", "9"),
        (measurements_pb.API_CALLS, 2, "42", "42"),
    ]
