"""The one statement of how messages look as JSON.

The form is proto3's JSON with these choices, the same as the options of a transcoder that reads
the same annotations: `always_print_primitive_fields: true`, `always_print_enums_as_ints: false`,
`preserve_proto_field_names: false`, no added white space. So a client finds every plain field and
every list even when it is empty, names are lowerCamelCase, enums are names, 64-bit integers are
strings, bytes are base64. Requests may also use the names of the contract (snake_case).
"""

from __future__ import annotations

from typing import cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

PRINT_OPTIONS = {
    "always_print_primitive_fields": True,
    "always_print_enums_as_ints": False,
    "preserve_proto_field_names": False,
    "add_whitespace": False,
}

TIMESTAMP = "google.protobuf.Timestamp"
DURATION = "google.protobuf.Duration"
FIELD_MASK = "google.protobuf.FieldMask"
# Messages that JSON writes as one text.
TEXT_MESSAGES = frozenset({TIMESTAMP, DURATION, FIELD_MASK})
# What a deletion answers: an object without fields.
EMPTY = "google.protobuf.Empty"
_UNSUPPORTED_PACKAGE = "google.protobuf"

INT32 = frozenset(
    {FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_SINT32, FieldDescriptor.TYPE_SFIXED32}
)
UINT32 = frozenset({FieldDescriptor.TYPE_UINT32, FieldDescriptor.TYPE_FIXED32})
INT64 = frozenset(
    {FieldDescriptor.TYPE_INT64, FieldDescriptor.TYPE_SINT64, FieldDescriptor.TYPE_SFIXED64}
)
UINT64 = frozenset({FieldDescriptor.TYPE_UINT64, FieldDescriptor.TYPE_FIXED64})
INTEGERS = INT32 | UINT32 | INT64 | UINT64
LONG_INTEGERS = INT64 | UINT64
FLOATS = frozenset({FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT})


def check_supported(descriptor: Descriptor) -> None:
    """Raises ValueError on a message whose JSON form is not known here (Any, Struct, wrappers)."""
    name = descriptor.full_name
    package = descriptor.file.package
    if package == _UNSUPPORTED_PACKAGE and name not in TEXT_MESSAGES | {EMPTY}:
        raise ValueError(f"{name} has no JSON form here.")


def is_map(field: FieldDescriptor) -> bool:
    """Tells whether a repeated field is a map."""
    message = field.message_type
    return bool(message is not None and message.GetOptions().map_entry)


def map_parts(field: FieldDescriptor) -> tuple[FieldDescriptor, FieldDescriptor]:
    """Gives the fields of a map's keys and of its values."""
    entry = field.message_type
    assert entry is not None, f"{field.full_name} is no map"
    return entry.fields_by_name["key"], entry.fields_by_name["value"]


def descriptor_of(message: Message) -> Descriptor:
    """Gives a message's descriptor; the runtime has its own class for the same thing."""
    return cast(Descriptor, message.DESCRIPTOR)


def field_named(descriptor: Descriptor, name: str) -> FieldDescriptor | None:
    """Finds a field by its JSON name or its name in the contract."""
    return descriptor.fields_by_camelcase_name.get(name) or descriptor.fields_by_name.get(name)
