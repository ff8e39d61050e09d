"""Who may call each method, as its contract declares it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

from veneer.access.v1 import access_pb2


class RuleMissing(Exception):
    """A contract that does not say, or not sensibly, who may call it: the server must not start."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call one method."""

    audience: access_pb2.Audience.ValueType
    permission: str
    callers: frozenset[str]


def rules_of(services: Iterable[ServiceDescriptor]) -> dict[str, Rule]:
    """Gives the rule of every method by its path; raises RuleMissing with all that is wrong."""
    rules: dict[str, Rule] = {}
    faults: list[str] = []
    for service in services:
        for method in service.methods:
            rule = _rule(method)
            faults += [f"{method.full_name} {fault}" for fault in _faults(rule)]
            rules[f"/{service.full_name}/{method.name}"] = rule
    if faults:
        raise RuleMissing("; ".join(faults))
    return rules


def _rule(method: MethodDescriptor) -> Rule:
    declared = method.GetOptions().Extensions[access_pb2.rule]
    return Rule(declared.audience, declared.permission, frozenset(declared.callers))


def _faults(rule: Rule) -> Iterator[str]:
    people = rule.audience in (access_pb2.CLIENT, access_pb2.OPERATOR)
    programs = rule.audience == access_pb2.INTERNAL
    if rule.audience == access_pb2.AUDIENCE_UNSPECIFIED:
        yield "declares no audience"
        return
    if people and not rule.permission:
        yield "declares no permission"
    if not people and rule.permission:
        yield "declares a permission that nobody could have"
    if programs and not rule.callers:
        yield "declares no callers"
    if rule.callers and not programs and rule.audience != access_pb2.OPERATOR:
        yield "declares callers that its audience does not have"
