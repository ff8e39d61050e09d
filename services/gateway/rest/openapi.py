"""OpenAPI 3.1 of a listener's routes, from the same descriptors that route them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson
from google.api.httpbody_pb2 import HttpBody
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from services.gateway.rest import json_form
from services.gateway.rest.comments import Comments
from services.gateway.rest.contracts import Contracts, Route
from services.gateway.rest.openapi_schemas import Schema, Schemas, is_required

_VARIABLE = re.compile(r"\{([a-z][a-z0-9_.]*)(?:=([^}]+))?\}")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DEPTH_MAX = 3
_INITIALISMS = {"api": "API", "did": "DID"}
_ABOUT = (
    "Send a key in the header `Authorization: Bearer <key>`. Instants are UTC, amounts and "
    "quantities are exact decimals, 64-bit numbers are texts. Lists come in pages: repeat the "
    "request with `pageToken` set to the `nextPageToken` of the answer before."
)
_ERROR: Schema = {
    "type": "object",
    "description": "Why a request was refused.",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "integer", "description": "The HTTP status."},
                "message": {"type": "string", "description": "What is wrong, for a developer."},
                "status": {"type": "string", "description": "The kind, such as `NOT_FOUND`."},
                "details": {
                    "type": "array",
                    "description": "The reason, the fields that are wrong, when to try again.",
                    "items": {"type": "object"},
                },
            },
            "required": ["code", "message", "status"],
        }
    },
    "required": ["error"],
}


class OpenApi:
    """The description of one listener's API; made once, given the brand's name for each host."""

    def __init__(self, contracts: Contracts) -> None:
        self._comments = Comments(contracts.files)
        self._schemas = Schemas(self._comments)
        self._schemas.found["Error"] = _ERROR
        self._tags: dict[str, str] = {}
        self._paths: dict[str, dict[str, Any]] = {}
        for route in contracts.routes:
            path, parameters = self._path(route)
            operation = self._operation(route, parameters)
            self._paths.setdefault(path, {})[route.http_method.lower()] = operation

    def document(self, title: str, server_url: str) -> dict[str, Any]:
        """Gives the document; `server_url` is what stands before its paths."""
        return {
            "openapi": "3.1.0",
            "info": {"title": title, "version": "v1", "description": _ABOUT},
            "servers": [{"url": server_url}],
            "security": [{"apiKey": []}],
            "tags": [{"name": name, "description": text} for name, text in self._tags.items()],
            "paths": self._paths,
            "components": {
                "schemas": dict(sorted(self._schemas.found.items())),
                "securitySchemes": {"apiKey": {"type": "http", "scheme": "bearer"}},
            },
        }

    def json(self, title: str, server_url: str) -> bytes:
        """Gives the document as JSON."""
        return orjson.dumps(self.document(title, server_url))

    def _path(self, route: Route) -> tuple[str, list[Schema]]:
        """Spells `{name=tenants/*/calls/*}` out, since OpenAPI's variables are one segment each."""
        parameters: list[Schema] = []

        def spelled(found: re.Match[str]) -> str:
            return "/".join(_segments(found.group(2) or "*", found.group(1), parameters))

        return _VARIABLE.sub(spelled, route.path), parameters

    def _operation(self, route: Route, parameters: list[Schema]) -> Schema:
        service, method = route.method.containing_service, route.method
        tag = _plural(_WORDS.split(service.name.removesuffix("Service")))
        self._tags.setdefault(tag, self._comments.of(service.full_name))
        text = self._comments.of(method.full_name)
        operation: Schema = {
            "operationId": method.name,
            "tags": [tag],
            "summary": text.split(". ")[0].split("\n")[0].rstrip("."),
            "description": f"{text}\n\nNeeds the permission `{route.permission}`.".strip(),
            "parameters": parameters + list(self._query(route)),
            "responses": {"200": self._answer(route), "default": _ERROR_ANSWER},
        }
        if route.body:
            schema, is_needed = self._body(route)
            content: Schema = {"application/json": {"schema": schema}}
            if route.takes_stream:
                content = {"application/octet-stream": {}}
            operation["requestBody"] = {"content": content, "required": is_needed}
        return operation

    def _query(self, route: Route) -> Iterator[Schema]:
        if route.body == "*":
            return
        bound = {variable.field_path for variable in route.template.variables} | {route.body}
        fields = [field for field in route.method.input_type.fields if field.name not in bound]
        for field, name, top in _leaves(fields):
            described = self._schemas.of_field(field)
            parameter: Schema = {"name": name, "in": "query", "schema": described}
            texts = [described.pop("description", ""), self._comments.of(top.full_name)]
            # What the date is for says its own comment, not that of its year.
            if text := " ".join(dict.fromkeys(reversed(texts))).strip():
                parameter["description"] = text
            if is_required(field) and "." not in name:
                parameter["required"] = True
            yield parameter

    def _body(self, route: Route) -> tuple[Schema, bool]:
        message: Descriptor = route.method.input_type
        if route.body != "*":
            field = message.fields_by_name[route.body]
            return self._schemas.of_field(field), is_required(field)
        bound = {variable.field_path for variable in route.template.variables}
        fields = [field for field in message.fields if field.name not in bound]
        required = [field.json_name for field in fields if is_required(field)]
        schema: Schema = {
            "type": "object",
            "properties": {field.json_name: self._schemas.of_field(field) for field in fields},
        }
        return ({**schema, "required": required}, True) if required else (schema, False)

    def _answer(self, route: Route) -> Schema:
        if route.method.output_type.full_name == HttpBody.DESCRIPTOR.full_name:
            return {"description": "The file.", "content": {"*/*": {}}}
        schema = self._schemas.of_message(route.method.output_type)
        return {"description": "Done.", "content": {"application/json": {"schema": schema}}}


_ERROR_ANSWER: Schema = {
    "description": "Refused.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}


def _segments(pattern: str, field_path: str, parameters: list[Schema]) -> Iterator[str]:
    collection = ""
    for segment in pattern.split("/"):
        if segment != "*":
            collection = segment
            yield segment
            continue
        name = _singular(collection) if collection else field_path
        parameters.append(
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        )
        yield f"{{{name}}}"


def _leaves(
    fields: list[FieldDescriptor],
) -> Iterator[tuple[FieldDescriptor, str, FieldDescriptor]]:
    """Messages have no place in a query, their fields have: startDate.year."""
    pending = [(field, field.json_name, field, 0) for field in reversed(fields)]
    while pending:
        field, name, top, depth = pending.pop()
        message = field.message_type
        if message is None or message.full_name in json_form.TEXT_MESSAGES:
            yield field, name, top
        elif not field.is_repeated and depth < _DEPTH_MAX:
            pending += [
                (inner, f"{name}.{inner.json_name}", top, depth + 1)
                for inner in reversed(message.fields)
            ]


def _singular(collection: str) -> str:
    if collection.endswith("ies"):
        return collection[:-3] + "y"
    return collection.removesuffix("s")


def _plural(words: list[str]) -> str:
    """Names a group of operations after its service: API keys, usage summaries."""
    told = [_INITIALISMS.get(word.lower(), word.lower()) for word in words]
    last = told[-1]
    told[-1] = last[:-1] + "ies" if re.search(r"[^aeiou]y\Z", last) else last + "s"
    text = " ".join(told)
    return text[0].upper() + text[1:]
