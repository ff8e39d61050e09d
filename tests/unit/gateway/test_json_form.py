"""JSON is proto3's own, with the options that json_form.py states."""

from __future__ import annotations

from typing import Any

import orjson
from google.protobuf import json_format
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as some

from services.gateway.rest.json_reader import read_message
from services.gateway.rest.json_writer import to_json
from veneer.billing.v1 import statement_service_pb2
from veneer.tenancy.v1 import tenant_service_pb2
from veneer.usage.v1 import call_service_pb2, usage_summary_service_pb2

EARLIEST, LATEST = -62_135_596_800, 253_402_300_799
instants = some.builds(
    Timestamp,
    seconds=some.integers(EARLIEST, LATEST),
    nanos=some.sampled_from([0, 1, 1_000, 500_000_000, 123_456_789, 120_000]),
)
calls = some.builds(
    call_service_pb2.Call,
    name=some.text(max_size=20),
    direction=some.integers(0, 2),
    billable_seconds=some.integers(-(2**31), 2**31 - 1),
    start_time=instants,
    answer_time=some.none() | instants,
    local_date=some.fixed_dictionaries({"year": some.integers(0, 9999), "month": some.just(2)}),
)
summaries = some.builds(
    usage_summary_service_pb2.UsageSummary,
    name=some.text(max_size=20),
    call_count=some.integers(-(2**63), 2**63 - 1),
    days=some.lists(
        some.builds(usage_summary_service_pb2.UsageSummary.Day, call_count=some.integers(0, 2**62)),
        max_size=3,
    ),
    as_of_time=some.none() | instants,
)
tenants = some.builds(
    tenant_service_pb2.Tenant,
    host_names=some.lists(some.text(max_size=5), max_size=3),
    limits=some.none() | some.fixed_dictionaries({}, optional={"max_agents": some.integers(0, 9)}),
    brand=some.none() | some.fixed_dictionaries({"logo": some.binary(max_size=9)}),
    state=some.integers(0, 3),
)
messages = calls | summaries | tenants


def _as_the_library(message: Any) -> Any:
    return json_format.MessageToDict(message, always_print_fields_with_no_presence=True)


@given(messages)
def test_messages_are_written_as_the_library_writes_them(message: Any) -> None:
    """Every plain field and list, even an empty one; no message that is not set."""
    assert orjson.loads(to_json(message)) == _as_the_library(message)


@given(messages)
def test_what_was_written_is_read_again(message: Any) -> None:
    """To the last bit."""
    read = type(message)()

    read_message(orjson.loads(to_json(message)), read)

    assert read == message


@given(messages)
def test_names_of_the_contract_are_read_too(message: Any) -> None:
    """As proto3's JSON demands of a reader."""
    written = json_format.MessageToDict(message, preserving_proto_field_name=True)
    read = type(message)()

    read_message(written, read)

    assert read == message


def test_plain_fields_are_there_when_they_are_empty() -> None:
    """A reader need not know which fields may be missing."""
    written = orjson.loads(to_json(statement_service_pb2.Statement()))

    assert written == {"name": "", "lines": [], "isFinal": False}


def test_an_enum_value_of_tomorrow_is_a_number() -> None:
    """A newer service must not break an older gateway."""
    message = call_service_pb2.Call.FromString(b"\x10\x4d")

    assert orjson.loads(to_json(message))["direction"] == 77


def test_instants_durations_and_masks_are_texts() -> None:
    """In the forms that proto3's JSON gives them."""
    assert to_json(Timestamp(seconds=1, nanos=500_000_000)) == b'"1970-01-01T00:00:01.500Z"'
    assert to_json(Duration(seconds=-1, nanos=-250_000)) == b'"-1.000250s"'
    assert to_json(FieldMask(paths=["a_b.c_d", "e"])) == b'"aB.cD,e"'
