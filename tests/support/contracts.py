"""The project's own contracts, read from the compiled descriptors."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from google.api import annotations_pb2
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import Descriptor, MethodDescriptor, ServiceDescriptor

import veneer
from veneer.access.v1 import access_pb2


@dataclass(frozen=True, slots=True)
class DeclaredRule:
    """Who may call one RPC, as its contract says it."""

    method: str
    audience: str
    permission: str
    callers: tuple[str, ...]


@cache
def _files() -> tuple[str, ...]:
    root = Path(veneer.__path__[0])
    modules = (path.relative_to(root.parent).with_suffix("") for path in root.rglob("*_pb2.py"))
    names = sorted(".".join(module.parts) for module in modules)
    return tuple(importlib.import_module(name).DESCRIPTOR.name for name in names)


def services() -> Iterator[ServiceDescriptor]:
    """Gives every service of ours."""
    for name in _files():
        file = descriptor_pool.Default().FindFileByName(name)
        yield from file.services_by_name.values()


def methods() -> Iterator[MethodDescriptor]:
    """Gives every RPC of ours."""
    for service in services():
        yield from service.methods


def rule_of(method: MethodDescriptor) -> DeclaredRule:
    """Gives the rule that an RPC declares."""
    rule = method.GetOptions().Extensions[access_pb2.rule]
    return DeclaredRule(
        method.full_name,
        access_pb2.Audience.Name(rule.audience),
        rule.permission,
        tuple(rule.callers),
    )


def rules() -> list[DeclaredRule]:
    """Gives the rules of all RPCs."""
    return [rule_of(method) for method in methods()]


def has_route(method: MethodDescriptor) -> bool:
    """Tells whether an RPC can be reached by REST."""
    return bool(method.GetOptions().HasExtension(annotations_pb2.http))


def messages() -> Iterator[Descriptor]:
    """Gives every message of ours, nested ones too."""
    for name in _files():
        file = descriptor_pool.Default().FindFileByName(name)
        pending = list(file.message_types_by_name.values())
        while pending:
            message = pending.pop()
            pending += message.nested_types
            yield message
