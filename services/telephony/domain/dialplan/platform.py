"""What both SIP stacks say of themselves whoever calls; set once a dialer, not once a tenant."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.kit.errors import FieldViolation, InvalidRequest


@dataclass(frozen=True, slots=True)
class Platform:
    """How the dialer introduces itself: its user agent, and the realm of its challenges."""

    user_agent: str
    realm: str


def sip_general(platform: Platform) -> str:
    """Options to go into the [general] section of chan_sip."""
    _check(platform)
    return "\n".join(
        [
            f"useragent={platform.user_agent}",
            f"realm={platform.realm}",
            "sdpsession=-",
            "sdpowner=-",
            # Who asks whether a carrier is there; its default is the product's name.
            "callerid=unknown",
            "allowguest=no",
            "alwaysauthreject=yes",
            "directmedia=no",
            "use_q850_reason=no",
            "srvlookup=no",
            # It takes a near carrier's round trip for its T1 and repeats an INVITE after 100 ms.
            "t1min=500",
        ]
    )


def pjsip_global(platform: Platform) -> str:
    """The [global] section of PJSIP."""
    _check(platform)
    return "\n".join(
        [
            "[global]",
            "type=global",
            f"user_agent={platform.user_agent}",
            f"default_realm={platform.realm}",
            "default_from_user=unknown",
            # Names in a From header prove nothing; addresses of carriers do.
            "endpoint_identifier_order=ip,username",
        ]
    )


def _check(platform: Platform) -> None:
    violations = [
        FieldViolation(field, "Must be 1 to 40 letters, digits and . / -")
        for field in ("user_agent", "realm")
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9./-]{0,39}", getattr(platform, field))
    ]
    if violations:
        raise InvalidRequest(violations)
