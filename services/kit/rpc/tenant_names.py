"""Finds the tenants that a request names, wherever in it they are named."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from google.api import resource_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

_COLLECTION = "tenants/"
_NAMING = frozenset({"name", "parent", "tenant"})


class _Plan(NamedTuple):
    names: tuple[str, ...]
    lists_of_names: tuple[str, ...]
    nested: tuple[str, ...]
    lists_of_nested: tuple[str, ...]
    maps_of_nested: tuple[str, ...]


def foreign_name(message: Message, tenant_id: str) -> str | None:
    """Gives the first resource name in a request that is of another tenant, or None."""
    for name in _names_in(message):
        if name.startswith(_COLLECTION) and name.split("/", 2)[1] != tenant_id:
            return name
    return None


def _names_in(message: Message) -> Iterator[str]:
    plan = _plan(message.DESCRIPTOR)
    for field in plan.names:
        yield getattr(message, field)
    for field in plan.lists_of_names:
        yield from getattr(message, field)
    for field in plan.nested:
        if message.HasField(field):
            yield from _names_in(getattr(message, field))
    for field in plan.lists_of_nested:
        for item in getattr(message, field):
            yield from _names_in(item)
    for field in plan.maps_of_nested:
        for item in getattr(message, field).values():
            yield from _names_in(item)


@cache
def _plan(descriptor: Descriptor) -> _Plan:
    names = [field for field in descriptor.fields if _is_name(field)]
    nested = [field for field in descriptor.fields if _holds_names(field)]
    maps = [field for field in nested if _is_map(field)]
    lists = [field for field in nested if field.is_repeated and not _is_map(field)]
    return _Plan(
        names=tuple(field.name for field in names if not field.is_repeated),
        lists_of_names=tuple(field.name for field in names if field.is_repeated),
        nested=tuple(field.name for field in nested if not field.is_repeated),
        lists_of_nested=tuple(field.name for field in lists),
        maps_of_nested=tuple(field.name for field in maps),
    )


def _is_name(field: FieldDescriptor) -> bool:
    if field.type != FieldDescriptor.TYPE_STRING:
        return False
    refers = field.GetOptions().HasExtension(resource_pb2.resource_reference)
    return refers or field.name in _NAMING


def _holds_names(field: FieldDescriptor) -> bool:
    """Tells whether a name can be anywhere below, so that the rest is never walked."""
    if field.message_type is None:
        return False
    seen: set[str] = set()
    pending: list[Any] = [_value_of(field)]
    while pending:
        reached = pending.pop()
        if reached is None or reached.full_name in seen:
            continue
        seen.add(reached.full_name)
        if any(_is_name(below) for below in reached.fields):
            return True
        pending += [below.message_type for below in reached.fields]
    return False


def _value_of(field: FieldDescriptor) -> Any:
    entry = field.message_type
    return entry.fields_by_name["value"].message_type if entry and _is_map(field) else entry


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)
