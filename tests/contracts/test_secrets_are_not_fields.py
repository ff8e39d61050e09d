"""Law 4: what only the operator may know is no field of a message that a client can get."""

from __future__ import annotations

import re
from collections.abc import Iterator

from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor

from tests.support.contracts import methods, rule_of

_SECRET = re.compile(
    r"cost|margin|profit|vendor|carrier|supplier|markup|wholesale|server|cluster|"
    r"(^|_)host($|_id)|internal_notes|route"
)


def _fields(message: Descriptor, seen: set[str]) -> Iterator[FieldDescriptor]:
    if message.full_name in seen:
        return
    seen.add(message.full_name)
    for field in message.fields:
        yield field
        if field.message_type is not None:
            yield from _fields(field.message_type, seen)


def _client_methods() -> list[MethodDescriptor]:
    return [method for method in methods() if rule_of(method).audience in ("CLIENT", "PUBLIC")]


def _reachable() -> set[FieldDescriptor]:
    seen: set[str] = set()
    messages = [m for method in _client_methods() for m in (method.input_type, method.output_type)]
    return {field for message in messages for field in _fields(message, seen)}


def test_no_message_that_a_client_can_reach_has_a_field_for_a_secret() -> None:
    """Cost, margin, vendor, carrier, route and server cannot even be said to a client."""
    secret = sorted(field.full_name for field in _reachable() if _SECRET.search(field.name))

    assert secret == []


def test_the_search_sees_through_nested_messages() -> None:
    """The search would find a field at any depth: lines of a statement are two messages down."""
    names = {field.full_name for field in _reachable()}

    assert "veneer.billing.v1.ChargeLine.unit_price" in names


def test_the_search_would_find_the_operators_figures() -> None:
    """The operator's messages are full of what is searched for."""
    operators = [method for method in methods() if rule_of(method).audience == "OPERATOR"]
    seen: set[str] = set()
    fields = {f.name for method in operators for f in _fields(method.output_type, seen)}

    assert {"cost", "profit", "margin_percent", "carrier", "internal_notes"} <= fields
