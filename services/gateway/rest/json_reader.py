"""JSON to messages; says of everything that does not fit where it stands and what fits."""

from __future__ import annotations

from typing import Any

import orjson
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from services.gateway.rest import json_form
from services.gateway.rest.scalars import Unfit, read_scalar, read_text_message
from services.kit.errors import FieldViolation, InvalidRequest

_DEPTH_MAX = 32
_VIOLATIONS_MAX = 20
_NAME_SHOWN_MAX = 80


def parse_json(body: bytes) -> Any:
    """Reads JSON; refuses with INVALID_REQUEST at `body`."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InvalidRequest.at("body", f"This is not JSON: {where}.") from None


def read_message(value: Any, message: Message, path: str = "") -> None:
    """Reads a JSON value into a message; refuses with INVALID_REQUEST and all that is wrong.

    `path` is where the value stands in the request, empty for the request itself.
    """
    reading = _Reading()
    reading.message(value, message, path, 0)
    if reading.violations:
        raise InvalidRequest(reading.violations)


class _Reading:
    """One value on its way into a message, and what was found wrong with it."""

    def __init__(self) -> None:
        self.violations: list[FieldViolation] = []

    def message(self, value: Any, message: Message, path: str, depth: int) -> None:
        if message.DESCRIPTOR.full_name in json_form.TEXT_MESSAGES:
            self._text_message(value, message, path)
        elif not isinstance(value, dict):
            self._refuse(path or "body", f"Must be an object, not {_kind(value)}.")
        elif depth > _DEPTH_MAX:
            self._refuse(path, "Is nested too deeply.")
        else:
            self._fields(value, message, path, depth)

    def _fields(self, value: dict[str, Any], message: Message, path: str, depth: int) -> None:
        seen: set[str] = set()
        for name, item in value.items():
            shown = name[:_NAME_SHOWN_MAX]
            where = f"{path}.{shown}" if path else shown
            field = json_form.field_named(json_form.descriptor_of(message), name)
            if field is None:
                self._refuse(where, "There is no such field.")
            elif field.name in seen:
                self._refuse(where, "Stands here twice.")
            elif item is not None:
                seen.add(field.name)
                self._field(item, message, field, where, depth)

    def _field(
        self, value: Any, message: Message, field: FieldDescriptor, path: str, depth: int
    ) -> None:
        if json_form.is_map(field):
            self._map(value, message, field, path)
        elif field.is_repeated:
            self._list(value, message, field, path, depth)
        elif field.message_type is not None:
            inner = getattr(message, field.name)
            inner.SetInParent()
            self.message(value, inner, path, depth + 1)
        else:
            self._scalar(value, message, field, path)

    def _list(
        self, value: Any, message: Message, field: FieldDescriptor, path: str, depth: int
    ) -> None:
        if not isinstance(value, list):
            self._refuse(path, f"Must be a list, not {_kind(value)}.")
            return
        items = getattr(message, field.name)
        for index, item in enumerate(value):
            where = f"{path}[{index}]"
            if field.message_type is not None:
                self.message(item, items.add(), where, depth + 1)
                continue
            try:
                items.append(read_scalar(field, item))
            except Unfit as unfit:
                self._refuse(where, str(unfit))

    def _map(self, value: Any, message: Message, field: FieldDescriptor, path: str) -> None:
        key_field, value_field = json_form.map_parts(field)
        if not isinstance(value, dict):
            self._refuse(path, f"Must be an object, not {_kind(value)}.")
            return
        entries = getattr(message, field.name)
        for key, item in value.items():
            where = f"{path}[{key[:_NAME_SHOWN_MAX]}]"
            try:
                entries[read_scalar(key_field, key)] = read_scalar(value_field, item)
            except Unfit as unfit:
                self._refuse(where, str(unfit))

    def _scalar(self, value: Any, message: Message, field: FieldDescriptor, path: str) -> None:
        try:
            setattr(message, field.name, read_scalar(field, value))
        except Unfit as unfit:
            self._refuse(path, str(unfit))

    def _text_message(self, value: Any, message: Message, path: str) -> None:
        try:
            read_text_message(message, value)
        except Unfit as unfit:
            self._refuse(path or "body", str(unfit))

    def _refuse(self, path: str, description: str) -> None:
        if len(self.violations) < _VIOLATIONS_MAX:
            self.violations.append(FieldViolation(path, description))


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a text", list: "a list"}
    return names.get(type(value), "an object")


def check_readable(descriptor: Descriptor, seen: set[str] | None = None) -> None:
    """Raises ValueError if a message of this type could hold what is not read here."""
    seen = set() if seen is None else seen
    if descriptor.full_name in seen or descriptor.full_name in json_form.TEXT_MESSAGES:
        return
    seen.add(descriptor.full_name)
    json_form.check_supported(descriptor)
    for field in descriptor.fields:
        if field.type in json_form.FLOATS:
            raise ValueError(f"{field.full_name}: floats have no place in these contracts.")
        if field.message_type is None:
            continue
        if json_form.is_map(field):
            if json_form.map_parts(field)[1].message_type is not None:
                raise ValueError(f"{field.full_name}: a map of messages is not read here.")
        else:
            check_readable(field.message_type, seen)
