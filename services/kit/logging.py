"""Logs: one JSON object a line, with trace ids, without secrets."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from functools import cache
from typing import Any

import structlog
from google.protobuf.descriptor import Descriptor
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from opentelemetry import trace

from veneer.access.v1 import access_pb2

REDACTED = "[redacted]"

_SECRET_KEY = re.compile(
    r"password|passwd|secret|authorization|api_?key|token|cookie|private_?key|x-principal|credential",
    re.I,
)
_DEEPEST = 6


def configure_logging(service: str, level: str = "INFO") -> None:
    """Sends every log of this process, the libraries' too, to standard output as JSON."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _add_trace,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    output = logging.StreamHandler(sys.stdout)
    output.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _named(service),
                _redact,
                structlog.processors.JSONRenderer(serializer=_dumps),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [output]
    root.setLevel(level)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Gives a logger whose calls take an event and keys: `log.info("refused", reason=...)`."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger


def redacted(message: Message) -> dict[str, Any]:
    """Gives a message as a dictionary in which confidential fields are replaced."""
    clean = type(message)()
    clean.CopyFrom(message)
    _strip(clean)
    shown: dict[str, Any] = MessageToDict(clean, preserving_proto_field_name=True)
    shown.update(dict.fromkeys(_set_and_confidential(message), REDACTED))
    return shown


def _strip(message: Message) -> None:
    for field in _confidential(message.DESCRIPTOR):
        message.ClearField(field)
    for descriptor, value in message.ListFields():
        if descriptor.message_type is None:
            continue
        if descriptor.message_type.GetOptions().map_entry:
            if descriptor.message_type.fields_by_name["value"].message_type is not None:
                for item in value.values():
                    _strip(item)
        elif descriptor.is_repeated:
            for item in value:
                _strip(item)
        else:
            _strip(value)


def _set_and_confidential(message: Message) -> list[str]:
    confidential = _confidential(message.DESCRIPTOR)
    return [field.name for field, _ in message.ListFields() if field.name in confidential]


@cache
def _confidential(descriptor: Descriptor) -> frozenset[str]:
    return frozenset(
        field.name
        for field in descriptor.fields
        if field.GetOptions().Extensions[access_pb2.confidential] or _SECRET_KEY.search(field.name)
    )


def _named(service: str) -> Any:
    def add(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        return event

    return add


def _add_trace(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"] = f"{span.trace_id:032x}"
        event["span_id"] = f"{span.span_id:016x}"
    return event


def _redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: _shown(key, value, _DEEPEST) for key, value in event.items()}


def _shown(key: object, value: Any, depth: int) -> Any:
    if isinstance(key, str) and _SECRET_KEY.search(key):
        return REDACTED
    if isinstance(value, Message):
        return redacted(value)
    if isinstance(value, Mapping):
        if depth == 0:
            return "..."
        return {str(inner): _shown(inner, item, depth - 1) for inner, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_shown(None, item, depth - 1) for item in value] if depth else "..."
    return value


def _dumps(event: Any, **options: Any) -> str:
    return json.dumps(event, default=str, ensure_ascii=False)
