"""AIP-203, 202 and 4231: what the annotations of a request demand, checked and told all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from google.api import field_behavior_pb2, field_info_pb2, resource_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from services.kit.aip import formats, resource_types
from services.kit.errors import FieldViolation, InvalidRequest
from veneer.access.v1 import access_pb2

# More would not fit into the trailing metadata of an answer.
MOST_VIOLATIONS = 20

_Check = Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    is_required: bool
    is_repeated: bool
    has_presence: bool
    checks: tuple[_Check, ...]
    nested: Descriptor | None
    is_patch: bool


def check(message: Message) -> None:
    """Refuses a message that its annotations forbid, with every violation."""
    violations = list(violations_of(message))
    if violations:
        raise InvalidRequest(violations[:MOST_VIOLATIONS])


def violations_of(message: Message) -> Iterator[FieldViolation]:
    """Gives what the annotations of the message and of the messages in it forbid."""
    yield from _violations(message, "", is_patch=False)


def prepare(descriptor: Descriptor) -> None:
    """Reads the annotations now, so that the first request does not wait for it."""
    seen: set[str] = set()
    pending = [descriptor]
    while pending:
        reached = pending.pop()
        if reached.full_name not in seen:
            seen.add(reached.full_name)
            pending += [field.nested for field in _plan(reached) if field.nested is not None]


def _violations(message: Message, path: str, *, is_patch: bool) -> Iterator[FieldViolation]:
    for field in _plan(message.DESCRIPTOR):
        where = f"{path}{field.name}"
        if field.has_presence:
            if not message.HasField(field.name):
                if field.is_required and not is_patch:
                    yield FieldViolation(where, "Is required.")
                continue
            value = getattr(message, field.name)
        else:
            value = getattr(message, field.name)
            if not value:
                if field.is_required and not is_patch:
                    yield FieldViolation(where, "Is required.")
                continue
        if field.is_repeated:
            for index, item in enumerate(value):
                yield from _of_value(field, item, f"{where}[{index}]")
        else:
            yield from _of_value(field, value, where)


def _of_value(field: _Field, value: Any, where: str) -> Iterator[FieldViolation]:
    for complains in field.checks:
        complaint = complains(value)
        if complaint is not None:
            yield FieldViolation(where, complaint)
    if field.nested is not None:
        yield from _violations(value, f"{where}.", is_patch=field.is_patch)


@cache
def _plan(descriptor: Descriptor) -> tuple[_Field, ...]:
    # In an update the resource holds only what changes: nothing of it is required by itself.
    is_update = "update_mask" in descriptor.fields_by_name
    fields = (_field(field, is_update) for field in descriptor.fields)
    return tuple(field for field in fields if field.is_required or field.checks or field.nested)


def _field(field: FieldDescriptor, is_update: bool) -> _Field:
    options = field.GetOptions()
    behaviors = options.Extensions[field_behavior_pb2.field_behavior]
    is_map = field.message_type is not None and field.message_type.GetOptions().map_entry
    # What is in the others is their method's own affair.
    is_walked = not is_map and not options.Extensions[access_pb2.bulk]
    nested = field.message_type if is_walked and _is_ours(field.message_type) else None
    return _Field(
        name=field.name,
        is_required=field_behavior_pb2.REQUIRED in behaviors,
        is_repeated=field.is_repeated,
        has_presence=field.has_presence,
        checks=tuple(_checks(field)) if is_walked else (),
        nested=nested,
        is_patch=is_update and nested is not None,
    )


def _is_ours(descriptor: Descriptor | None) -> bool:
    return descriptor is not None and not descriptor.full_name.startswith("google.protobuf.")


def _checks(field: FieldDescriptor) -> Iterator[_Check]:
    options = field.GetOptions()
    if field.type == FieldDescriptor.TYPE_STRING:
        yield formats.storable_text
        if options.Extensions[field_info_pb2.field_info].format == field_info_pb2.FieldInfo.UUID4:
            yield formats.uuid4
        if options.HasExtension(resource_pb2.resource_reference):
            yield resource_types.reference(field)
    elif field.enum_type is not None:
        known = frozenset(field.enum_type.values_by_number)
        yield lambda number: None if number in known else "Is not a known value."
    elif field.message_type is not None:
        yield from formats.of_known_type(field.message_type.full_name)
