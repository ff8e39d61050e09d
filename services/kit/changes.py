"""Changes as the audit log tells them: what was done to which resource, before and after."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Final

_ACTION = re.compile(r"[a-z][A-Za-z]{1,39}\.[a-z][A-Za-z]{1,39}")
_VALUE_LENGTH_MAX: Final = 2000

Facts = Mapping[str, str]
"""What a resource is at one moment: its fields by name, in words."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field as it was and as it is; empty where it was not, or is no more."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be noted: whose log it belongs to, what was done, to which resource.

    `before` and `after` are what the tenant itself may know of the resource, in words, without
    secrets; before is left out for what is new, after for what is gone. `actor` is only given
    where no principal is there to tell it.
    """

    tenant_id: str
    action: str
    resource: str
    before: Facts = field(default_factory=dict)
    after: Facts = field(default_factory=dict)
    actor: str = ""

    def __post_init__(self) -> None:
        assert _ACTION.fullmatch(self.action), f"{self.action!r} is not <collection>.<verb>"

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What is not as it was, by the name of the field."""
        return tuple(
            Difference(name, before, after)
            for name in sorted({*self.before, *self.after})
            for before in [_value(self.before, name)]
            for after in [_value(self.after, name)]
            if before != after
        )


def facts_of(resource: Any, *names: str) -> Facts:
    """Gives these fields of a resource in words; nothing of None."""
    return {} if resource is None else {name: words_of(getattr(resource, name)) for name in names}


def words_of(value: Any) -> str:
    """Says a value as people read it; nothing for None."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value)
        case datetime():
            return time_text(value)
        case date():
            return value.isoformat()
        case list() | tuple() | set() | frozenset():
            return ", ".join(words_of(each) for each in value)
        case _:
            return str(value)


def time_text(instant: datetime) -> str:
    """Writes an instant in one way only: UTC with six digits of a second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _value(facts: Facts, name: str) -> str:
    return facts.get(name, "")[:_VALUE_LENGTH_MAX]
