"""The resource names of usage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.kit.aip.resource_name import Pattern, ResourceName


@dataclass(frozen=True, slots=True)
class CallName(ResourceName):
    """`tenants/{tenant}/calls/{call}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/calls/{call}")

    tenant: str
    call: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class UsageSummaryName(ResourceName):
    """`tenants/{tenant}/usageSummaries/{usage_summary}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/usageSummaries/{usage_summary}")

    tenant: str
    usage_summary: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class MeasurementName(ResourceName):
    """`tenants/{tenant}/measurements/{measurement}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/measurements/{measurement}")

    tenant: str
    measurement: str

    __str__ = ResourceName.__str__
