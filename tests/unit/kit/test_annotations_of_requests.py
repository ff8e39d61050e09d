"""What a contract says of its fields is so: required, formats, references, known values."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from services.kit.aip import required_fields
from services.kit.errors import InvalidRequest
from tests.support.probe import pb


def a_creation(**fields: Any) -> Any:
    whole = {
        "parent": "tenants/abc",
        "probe": pb.Probe(display_name="Deep", color="RED"),
        "many": [pb.Depth(metres=1)],
    }
    return pb.CreateProbeRequest(**(whole | fields))


def violations_of(request: Any) -> list[tuple[str, str]]:
    return [(each.field, each.description) for each in required_fields.violations_of(request)]


def test_a_whole_request_passes() -> None:
    """And what is optional may be left out."""
    assert violations_of(a_creation()) == []


def test_everything_that_is_wrong_is_told_at_once() -> None:
    """Nobody has to ask three times."""
    request = pb.CreateProbeRequest(probe=pb.Probe(color=7), request_id="1", colors=[1, 9])

    with pytest.raises(InvalidRequest) as raised:
        required_fields.check(request)

    assert [(each.field, each.description) for each in raised.value.violations] == [
        ("parent", "Is required."),
        ("probe.display_name", "Is required."),
        ("probe.color", "Is not a known value."),
        ("request_id", "Must be a random UUID (version 4)."),
        ("colors[1]", "Is not a known value."),
        ("many", "Is required."),
    ]


def test_the_parents_form_follows_from_its_childrens() -> None:
    """`child_type` is enough."""
    assert violations_of(a_creation(parent="abc")) == [
        ("parent", "Must be of the form tenants/{tenant}.")
    ]


def test_an_update_requires_nothing_of_what_it_does_not_change() -> None:
    """The resource in it is a patch; what is set must still be right."""
    patch = pb.UpdateProbeRequest(probe=pb.Probe(depth=pb.Depth(measured_by="x")))

    assert violations_of(patch) == [
        ("probe.depth.measured_by", "Must be of the form tenants/{tenant}/probes/{probe}.")
    ]
    assert violations_of(pb.UpdateProbeRequest()) == [("probe", "Is required.")]


@pytest.mark.parametrize(
    ("request_id", "is_right"),
    [
        ("0b1f3f6e-6b0e-4c7e-9d59-3a4c0a3d2f11", True),
        ("0B1F3F6E-6B0E-4C7E-9D59-3A4C0A3D2F11", True),
        ("0b1f3f6e-6b0e-1c7e-9d59-3a4c0a3d2f11", False),
        ("0b1f3f6e6b0e4c7e9d593a4c0a3d2f11", False),
        ("{0b1f3f6e-6b0e-4c7e-9d59-3a4c0a3d2f11}", False),
    ],
)
def test_a_request_id_is_a_random_uuid(request_id: str, is_right: bool) -> None:
    """Of version 4, with hyphens."""
    assert (violations_of(a_creation(request_id=request_id)) == []) is is_right


@pytest.mark.parametrize(
    ("fields", "is_right"),
    [
        ({"date": Date(year=2024, month=2, day=29)}, True),
        ({"date": Date(year=2025, month=2, day=29)}, False),
        ({"date": Date(year=2025, month=13, day=1)}, False),
        ({"date": Date(year=2025, month=2)}, False),
        ({"time": Timestamp(seconds=253402300799, nanos=999_999_999)}, True),
        ({"time": Timestamp(seconds=253402300800)}, False),
        ({"time": Timestamp(nanos=-1)}, False),
        ({"span": Duration(seconds=-1, nanos=-5)}, True),
        ({"span": Duration(seconds=1, nanos=-5)}, False),
        ({"span": Duration(seconds=10**12)}, False),
    ],
)
def test_times_are_those_of_the_calendar(fields: dict[str, Any], is_right: bool) -> None:
    """What no date or datetime can hold never reaches a method."""
    assert (violations_of(a_creation(**fields)) == []) is is_right


def test_text_that_no_database_holds_is_refused() -> None:
    """PostgreSQL has no U+0000."""
    request = a_creation(probe=pb.Probe(display_name="a\0b", color="RED", labels=["x", "\0"]))

    assert [field for field, _ in violations_of(request)] == [
        "probe.display_name",
        "probe.labels[1]",
    ]


def test_a_bulk_field_is_its_methods_own_affair() -> None:
    """Walking into ten thousand messages would cost more than storing them."""
    request = a_creation(many=[pb.Depth(measured_by="x")])

    assert violations_of(request) == []
