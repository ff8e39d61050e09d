"""The resource names of telephony."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.kit.aip.resource_name import Pattern, ResourceName
from services.kit.errors import NotFound

# What a bigint holds.
_NUMBER_MAX = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class RouteName(ResourceName):
    """`routes/{route}`."""

    pattern: ClassVar[Pattern] = Pattern("routes/{route}")

    route: str


@dataclass(frozen=True, slots=True)
class CarrierName(ResourceName):
    """`carriers/{carrier}`."""

    pattern: ClassVar[Pattern] = Pattern("carriers/{carrier}")

    carrier: str


@dataclass(frozen=True, slots=True)
class QuarantinedLineName(ResourceName):
    """`quarantinedLines/{quarantined_line}`."""

    pattern: ClassVar[Pattern] = Pattern("quarantinedLines/{quarantined_line}")

    quarantined_line: str

    def number(self) -> int:
        """The line's number; refuses with RESOURCE_NOT_FOUND what none can be."""
        text = self.quarantined_line
        if not (text.isascii() and text.isdecimal()) or int(text) > _NUMBER_MAX:
            raise NotFound(resource=f"quarantinedLines/{text}")
        return int(text)


@dataclass(frozen=True, slots=True)
class CampaignName(ResourceName):
    """`tenants/{tenant}/campaigns/{campaign}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/campaigns/{campaign}")

    tenant: str
    campaign: str


@dataclass(frozen=True, slots=True)
class AgentName(ResourceName):
    """`tenants/{tenant}/agents/{agent}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/agents/{agent}")

    tenant: str
    agent: str


@dataclass(frozen=True, slots=True)
class ReportName(ResourceName):
    """`tenants/{tenant}/reports/{report}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/reports/{report}")

    tenant: str
    report: str


@dataclass(frozen=True, slots=True)
class ProvisioningRunName(ResourceName):
    """`tenants/{tenant}/provisioningRuns/{provisioning_run}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/provisioningRuns/{provisioning_run}")

    tenant: str
    provisioning_run: str


@dataclass(frozen=True, slots=True)
class SqlAccessName(ResourceName):
    """`tenants/{tenant}/sqlAccess`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/sqlAccess")

    tenant: str


@dataclass(frozen=True, slots=True)
class ServiceStateName(ResourceName):
    """`tenants/{tenant}/serviceState`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/serviceState")

    tenant: str


@dataclass(frozen=True, slots=True)
class LeadListName(ResourceName):
    """`tenants/{tenant}/leadLists/{lead_list}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/leadLists/{lead_list}")

    tenant: str
    lead_list: str


@dataclass(frozen=True, slots=True)
class LeadUploadName(ResourceName):
    """`tenants/{tenant}/leadLists/{lead_list}/uploads/{upload}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/leadLists/{lead_list}/uploads/{upload}")

    tenant: str
    lead_list: str
    upload: str


@dataclass(frozen=True, slots=True)
class LeadName(ResourceName):
    """`tenants/{tenant}/leadLists/{lead_list}/leads/{lead}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/leadLists/{lead_list}/leads/{lead}")

    tenant: str
    lead_list: str
    lead: str


@dataclass(frozen=True, slots=True)
class RecordingName(ResourceName):
    """`tenants/{tenant}/recordings/{recording}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/recordings/{recording}")

    tenant: str
    recording: str


@dataclass(frozen=True, slots=True)
class DidName(ResourceName):
    """`tenants/{tenant}/dids/{did}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/dids/{did}")

    tenant: str
    did: str


@dataclass(frozen=True, slots=True)
class StockNumberName(ResourceName):
    """`stockNumbers/{stock_number}`."""

    pattern: ClassVar[Pattern] = Pattern("stockNumbers/{stock_number}")

    stock_number: str


@dataclass(frozen=True, slots=True)
class CallName(ResourceName):
    """`tenants/{tenant}/calls/{call}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/calls/{call}")

    tenant: str
    call: str
