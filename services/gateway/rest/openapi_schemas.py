"""Messages and enums as JSON Schemas, in the form that rest/json_form.py states."""

from __future__ import annotations

from typing import Any

from google.api import field_behavior_pb2, field_info_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from services.gateway.rest import json_form
from services.gateway.rest.comments import Comments

Schema = dict[str, Any]

_TEXTS: dict[str, Schema] = {
    json_form.TIMESTAMP: {"type": "string", "format": "date-time"},
    json_form.DURATION: {"type": "string", "pattern": r"^-?\d+(\.\d{1,9})?s$"},
    json_form.FIELD_MASK: {"type": "string"},
}


class Schemas:
    """The schemas that have been referred to, by their short names."""

    def __init__(self, comments: Comments) -> None:
        self._comments = comments
        self._names: dict[str, str] = {}
        self.found: dict[str, Schema] = {}

    def of_message(self, descriptor: Descriptor) -> Schema:
        """Gives a reference to a message's schema, or the schema itself of what is one text."""
        if descriptor.full_name in _TEXTS:
            return dict(_TEXTS[descriptor.full_name])
        name = self._short_name(descriptor)
        if name not in self.found:
            self.found[name] = {}
            self.found[name] = self._object(descriptor)
        return {"$ref": f"#/components/schemas/{name}"}

    def of_field(self, field: FieldDescriptor) -> Schema:
        """Gives the schema of a field with what its comment and annotations say."""
        if json_form.is_map(field):
            value = self._single(json_form.map_parts(field)[1])
            schema: Schema = {"type": "object", "additionalProperties": value}
        elif field.is_repeated:
            schema = {"type": "array", "items": self._single(field)}
        else:
            schema = self._single(field)
        return {**schema, **self._described(field)}

    def _object(self, descriptor: Descriptor) -> Schema:
        schema: Schema = {
            "type": "object",
            "properties": {field.json_name: self.of_field(field) for field in descriptor.fields},
        }
        required = [field.json_name for field in descriptor.fields if is_required(field)]
        if required:
            schema["required"] = required
        description = self._comments.of(descriptor.full_name)
        return {"description": description, **schema} if description else schema

    def _single(self, field: FieldDescriptor) -> Schema:
        if field.message_type is not None:
            return self.of_message(field.message_type)
        if field.enum_type is not None:
            return self._enum(field.enum_type)
        if field.type in json_form.LONG_INTEGERS:
            return {"type": "string", "format": "int64"}
        if field.type in json_form.INTEGERS:
            return {"type": "integer", "format": "int32"}
        if field.type == FieldDescriptor.TYPE_BOOL:
            return {"type": "boolean"}
        if field.type == FieldDescriptor.TYPE_BYTES:
            return {"type": "string", "contentEncoding": "base64"}
        info = field.GetOptions().Extensions[field_info_pb2.field_info]
        is_uuid = info.format == field_info_pb2.FieldInfo.UUID4
        return {"type": "string", "format": "uuid"} if is_uuid else {"type": "string"}

    def _enum(self, enum: EnumDescriptor) -> Schema:
        name = self._short_name(enum)
        if name not in self.found:
            told = [
                f"- `{value.name}`: {text}"
                for value in enum.values
                if (text := self._comments.of(f"{enum.full_name}.{value.name}"))
            ]
            description = "\n".join([self._comments.of(enum.full_name), "", *told]).strip()
            names = [value.name for value in enum.values]
            self.found[name] = {"type": "string", "enum": names, "description": description}
        return {"$ref": f"#/components/schemas/{name}"}

    def _described(self, field: FieldDescriptor) -> Schema:
        described: Schema = {}
        text = self._comments.of(field.full_name)
        if text:
            described["description"] = text
        behaviors = set(field.GetOptions().Extensions[field_behavior_pb2.field_behavior])
        if behaviors & {field_behavior_pb2.OUTPUT_ONLY, field_behavior_pb2.IDENTIFIER}:
            described["readOnly"] = True
        if field_behavior_pb2.INPUT_ONLY in behaviors:
            # Not `writeOnly`: answers have every field, and this one empty.
            described["description"] = f"{text} Empty in answers.".strip()
        return described

    def _short_name(self, descriptor: Descriptor | EnumDescriptor) -> str:
        """Joins the names of nested messages; raises ValueError if two would be called alike."""
        parts = [descriptor.name]
        outer = descriptor.containing_type
        while outer is not None:
            parts.insert(0, outer.name)
            outer = outer.containing_type
        name = "".join(parts)
        if self._names.setdefault(name, descriptor.full_name) != descriptor.full_name:
            raise ValueError(f"{descriptor.full_name} and {self._names[name]} have one name.")
        return name


def is_required(field: FieldDescriptor) -> bool:
    """Tells whether a request without the field is refused."""
    behaviors = field.GetOptions().Extensions[field_behavior_pb2.field_behavior]
    return field_behavior_pb2.REQUIRED in behaviors
