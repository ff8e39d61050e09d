"""Single values: from JSON, and from the text of a path or a query."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from services.gateway.rest import json_form

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,19})\Z")
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})\Z")
_DURATION = re.compile(r"-?\d{1,12}(?:\.\d{1,9})?s\Z")
_ENUM_CHOICES_SHOWN = 12


class Unfit(Exception):
    """A value that its field cannot hold; the text says what it can."""


def read_scalar(field: FieldDescriptor, value: Any) -> Any:
    """Turns a JSON value into one of the field's type; raises Unfit."""
    if field.enum_type is not None:
        return _enum(field, value)
    if field.type == FieldDescriptor.TYPE_STRING:
        if not isinstance(value, str):
            raise Unfit("Must be a text.")
        return value
    if field.type == FieldDescriptor.TYPE_BOOL:
        return _bool(value)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _bytes(value)
    if field.type in json_form.INTEGERS:
        return _integer(field, value)
    raise Unfit("Cannot be set here.")


def read_parameter(field: FieldDescriptor, text: str) -> Any:
    """Turns the text of a path or query into a value of the field's type; raises Unfit."""
    if field.type == FieldDescriptor.TYPE_BOOL:
        if text not in ("true", "false"):
            raise Unfit("Must be true or false.")
        return text == "true"
    if field.enum_type is not None and _INTEGER.match(text):
        return _enum(field, int(text))
    return read_scalar(field, text)


def read_text_message(message: Message, value: Any) -> None:
    """Reads a Timestamp, Duration or FieldMask from its text; raises Unfit."""
    name = message.DESCRIPTOR.full_name
    if not isinstance(value, str):
        raise Unfit("Must be a text.")
    wanted, pattern = {
        json_form.TIMESTAMP: ("an instant such as 2026-11-01T00:00:00Z", _TIMESTAMP),
        json_form.DURATION: ("a duration such as 1.5s", _DURATION),
        json_form.FIELD_MASK: ("a list of fields such as a,b.c", re.compile(r"[A-Za-z0-9_.,]*\Z")),
    }[name]
    if not pattern.match(value):
        raise Unfit(f"Must be {wanted}.")
    try:
        message.FromJsonString(value)  # type: ignore[attr-defined]
    except ValueError:
        raise Unfit(f"Must be {wanted}.") from None


def _enum(field: FieldDescriptor, value: Any) -> int:
    enum = field.enum_type
    assert enum is not None
    if isinstance(value, str) and value in enum.values_by_name:
        return int(enum.values_by_name[value].number)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if is_number and value in enum.values_by_number:
        return int(value)
    names = [choice.name for choice in enum.values if choice.number != 0]
    raise Unfit(f"Must be one of {', '.join(names[:_ENUM_CHOICES_SHOWN])}.")


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("Must be true or false.")
    return value


def _bytes(value: Any) -> bytes:
    if not isinstance(value, str):
        raise Unfit("Must be base64 text.")
    standard = value.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise Unfit("Must be base64 text.") from None


def _integer(field: FieldDescriptor, value: Any) -> int:
    bits = 32 if field.type in json_form.INT32 | json_form.UINT32 else 64
    is_signed = field.type in json_form.INT32 | json_form.INT64
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if is_signed else (0, 2**bits - 1)
    number = _whole(value)
    if number is None or not low <= number <= high:
        raise Unfit(f"Must be a whole number from {low} to {high}.")
    return number


def _whole(value: Any) -> int | None:
    """Reads 5, 5.0 and "5", as proto3's JSON allows."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, str) and _INTEGER.match(value):
        return int(value)
    return None
