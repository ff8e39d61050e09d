"""The form by which a client is signed: what was typed, and what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import FormData

from services.gateway.portal.calendar import typed_day
from services.gateway.rest.errors import Problem
from services.kit.errors import FieldViolation, InvalidRequest
from veneer.tenancy.v1 import onboarding_service_pb2 as pb
from veneer.tenancy.v1 import tenant_service_pb2 as tenants_pb

TIERS: Final = {"BRONZE": "Bronze", "SILVER": "Silver", "GOLD": "Gold", "ENTERPRISE": "Enterprise"}
LIMITS: Final = {
    "max_concurrent_calls": "Calls at once",
    "max_agents": "Agents",
    "max_campaigns": "Campaigns",
    "max_dids": "Numbers",
    "max_storage_gigabytes": "Storage, GB",
}
_WHOLE: Final = re.compile(r"[0-9]{1,7}", re.ASCII)
_COUNTS: Final = ("agent_count", "billing_anchor_day", "max_requests_per_minute", *LIMITS)
_BETWEEN: Final = re.compile(r"[,;\n]")
_PUNCTUATION: Final = re.compile(r"[+() .\-]")
# Where fields of the request stand in the form, if not under the last part of their name.
_FIELDS: Final = {
    "owner.email": "owner_email",
    "user.email": "owner_email",
    "user.display_name": "owner_display_name",
    "tenant.brand.display_name": "display_name",
}
# What refusals without fields are about, by their reason and what they name.
_ABOUT: Final = {
    ("RESOURCE_ALREADY_EXISTS", "resource"): "tenant_id",
    ("RESOURCE_ALREADY_EXISTS", "host_name"): "host_names",
    ("RESOURCE_ALREADY_EXISTS", "email"): "owner_email",
    ("RESOURCE_NOT_FOUND", "resource"): "plan_version",
}
_REASONS: Final = {"PASSWORD_TOO_WEAK": "owner_password", "SELLER_CANNOT_SELL": "parent"}
_TEXTS: Final = {"RESOURCE_NOT_FOUND": "There is no such version of a plan."}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed; the password apart, which is never shown again."""

    texts: dict[str, str] = field(default_factory=dict)
    routes: tuple[str, ...] = ()
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, form: FormData) -> Typed:
        """Reads the form."""
        texts = {name: each.strip() for name, each in form.items() if isinstance(each, str)}
        password = form.get("owner_password", "")
        texts.pop("owner_password", None)
        routes = tuple(str(each) for each in form.getlist("route") if each)
        return cls(texts, routes, password if isinstance(password, str) else "")

    def get(self, name: str, default: str = "") -> str:
        """Gives a text."""
        return self.texts.get(name, default)


def request_of(typed: Typed) -> pb.StartOnboardingRequest:
    """Gives what is asked for; refuses with all that cannot be read."""
    counts, violations = _counts(typed)
    request = pb.StartOnboardingRequest(
        tenant_id=typed.get("tenant_id"),
        tenant=_tenant(typed, counts),
        owner=pb.StartOnboardingRequest.Owner(
            email=typed.get("owner_email"),
            display_name=typed.get("owner_display_name"),
            password=typed.password,
        ),
        setup=pb.OnboardingRun.Setup(
            plan_version=typed.get("plan_version"),
            campaign_name=typed.get("campaign_name"),
            agent_count=counts.get("agent_count", 0),
            caller_ids=[_PUNCTUATION.sub("", each) for each in _listed(typed.get("caller_ids"))],
            routes=typed.routes,
        ),
        request_id=typed.get("request_id"),
    )
    if typed.get("effective_date"):
        try:
            day = typed_day(typed.get("effective_date"), "effective_date")
            request.setup.effective_date.CopyFrom(day)
        except InvalidRequest as refusal:
            violations += refusal.violations
    if typed.get("tier") not in TIERS:
        violations.append(FieldViolation("tier", "Choose one of those offered."))
    if violations:
        raise InvalidRequest(violations)
    return request


def wrong_of(problem: Problem | None) -> dict[str, str]:
    """Gives what is wrong by the form's fields; empty if the whole of it is."""
    if problem is None:
        return {}
    wrong: dict[str, str] = {}
    for path, text in problem.field_violations:
        name = _field_of(path)
        if text not in wrong.get(name, ""):
            wrong[name] = f"{wrong[name]} {text}" if name in wrong else text
    if wrong:
        return wrong
    text = _TEXTS.get(problem.reason, problem.message)
    places = ((problem.reason, key) for key in problem.metadata)
    about = next((_ABOUT[each] for each in places if each in _ABOUT), "")
    about = about or _REASONS.get(problem.reason, "")
    return {about: text} if about else {}


def _field_of(path: str) -> str:
    bare = path.partition("[")[0]
    return _FIELDS.get(bare, bare.rpartition(".")[2])


def _counts(typed: Typed) -> tuple[dict[str, int], list[FieldViolation]]:
    told = {name: typed.get(name) for name in _COUNTS if typed.get(name)}
    violations = [
        FieldViolation(name, "Must be a whole number such as 25.")
        for name, text in told.items()
        if not _WHOLE.fullmatch(text)
    ]
    return {name: int(text) for name, text in told.items() if _WHOLE.fullmatch(text)}, violations


def _tenant(typed: Typed, counts: dict[str, int]) -> tenants_pb.Tenant:
    tier = typed.get("tier")
    tenant = tenants_pb.Tenant(
        display_name=typed.get("display_name"),
        parent=typed.get("parent"),
        tier=tenants_pb.Tenant.Tier.Value(tier if tier in TIERS else "TIER_UNSPECIFIED"),
        time_zone=typed.get("time_zone"),
        host_names=[each.lower() for each in _listed(typed.get("host_names"))],
        contact_email=typed.get("contact_email") or typed.get("owner_email"),
        internal_notes=typed.get("internal_notes"),
        billing_anchor_day=counts.get("billing_anchor_day", 0),
        max_requests_per_minute=counts.get("max_requests_per_minute"),
    )
    if typed.get("tagline") or typed.get("primary_color"):
        tenant.brand.display_name = typed.get("display_name")
        tenant.brand.tagline = typed.get("tagline")
        tenant.brand.primary_color = typed.get("primary_color").lower()
    for name in LIMITS:
        if name in counts:
            setattr(tenant.limits, name, counts[name])
    return tenant


def _listed(text: str) -> list[str]:
    return [each.strip() for each in _BETWEEN.split(text) if each.strip()]
