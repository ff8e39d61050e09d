"""Path variables and query parameters to fields of a request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import parse_qsl

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from services.gateway.rest import json_form
from services.gateway.rest.paths import Variable
from services.gateway.rest.scalars import Unfit, read_parameter, read_text_message
from services.kit.errors import FieldViolation, InvalidRequest

_PARAMETERS_MAX = 100
_NAME_SHOWN_MAX = 80
_DEPTH_MAX = 8


def bind_path(message: Message, variables: Sequence[Variable], segments: list[str]) -> None:
    """Sets the fields that stand in the path; refuses with INVALID_REQUEST."""
    for variable in variables:
        try:
            value = variable.value(segments)
        except UnicodeDecodeError:
            raise InvalidRequest.at(variable.field_path, "Is not UTF-8.") from None
        owner, field, _ = _locate(message, variable.field_path)
        assert field is not None, f"{variable.field_path} is no field of {message.DESCRIPTOR.name}"
        _set(owner, field, value, variable.field_path)


def bind_query(message: Message, query: bytes, bound: frozenset[str]) -> None:
    """Sets fields from a query string; refuses with INVALID_REQUEST and all that is wrong.

    `bound` are the top-level fields that the path or the body has set; `*` stands for all of them.
    """
    if not query:
        return
    violations = []
    written: set[str] = set()
    for name, text in _pairs(query):
        shown = name[:_NAME_SHOWN_MAX]
        try:
            _bind_parameter(message, name, text, bound, written)
        except Unfit as unfit:
            violations.append(FieldViolation(shown, str(unfit)))
    if violations:
        raise InvalidRequest(violations)


def _pairs(query: bytes) -> Iterable[tuple[str, str]]:
    try:
        return parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=False,
            errors="strict",
            max_num_fields=_PARAMETERS_MAX,
        )
    except UnicodeDecodeError:
        raise InvalidRequest.at("query", "Is not UTF-8.") from None
    except ValueError:
        raise InvalidRequest.at("query", f"Has more than {_PARAMETERS_MAX} parameters.") from None


def _bind_parameter(
    message: Message, name: str, text: str, bound: frozenset[str], written: set[str]
) -> None:
    owner, field, place = _locate(message, name)
    if field is None or "*" in bound:
        raise Unfit("There is no such parameter.")
    top = json_form.field_named(json_form.descriptor_of(message), name.split(".")[0])
    if top is not None and top.name in bound:
        raise Unfit("Is told by the path or the body already.")
    if field.is_repeated:
        if field.message_type is not None:
            raise Unfit("Cannot be told in a query.")
        getattr(owner, field.name).append(read_parameter(field, text))
    elif place in written:
        raise Unfit("Stands here twice.")
    else:
        written.add(place)
        _set_value(owner, field, text)


def _locate(message: Message, name: str) -> tuple[Any, FieldDescriptor | None, str]:
    """Walks a dotted path of JSON names or contract names to the message that has the field.

    Gives the message, the field, and the path in the names of the contract.
    """
    parts = name.split(".")
    if len(parts) > _DEPTH_MAX:
        return message, None, ""
    owner: Any = message
    place: list[str] = []
    for part in parts[:-1]:
        field = json_form.field_named(owner.DESCRIPTOR, part)
        if field is None or field.message_type is None or field.is_repeated:
            return owner, None, ""
        owner = getattr(owner, field.name)
        place.append(field.name)
        if owner.DESCRIPTOR.full_name in json_form.TEXT_MESSAGES:
            return owner, None, ""
    last = json_form.field_named(owner.DESCRIPTOR, parts[-1])
    return owner, last, ".".join([*place, last.name if last else ""])


def _set(owner: Any, field: FieldDescriptor, text: str, path: str) -> None:
    try:
        _set_value(owner, field, text)
    except Unfit as unfit:
        raise InvalidRequest.at(path, str(unfit)) from None


def _set_value(owner: Any, field: FieldDescriptor, text: str) -> None:
    if field.message_type is None:
        setattr(owner, field.name, read_parameter(field, text))
    elif field.message_type.full_name in json_form.TEXT_MESSAGES:
        read_text_message(getattr(owner, field.name), text)
    else:
        raise Unfit("Has parts; tell each of them, as in start_date.year=2026.")
