"""What is rendered for one tenant, and what no value of it may look like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

from services.kit.errors import FieldViolation, InvalidRequest

_DIGITS = re.compile(r"[0-9]{7,15}")
# A dialplan has no way to quote: what could end an argument or start a variable is not let in.
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .&'-]{0,38}[A-Za-z0-9.])?")


class Technology(StrEnum):
    """Which of the dialer's two SIP stacks talks to the carrier."""

    SIP = "SIP"
    PJSIP = "PJSIP"


class CallerIdFormat(StrEnum):
    """How a carrier wants the caller's number."""

    COUNTRY_CODE = "COUNTRY_CODE"
    PLUS = "PLUS"
    NATIONAL = "NATIONAL"


@dataclass(frozen=True, slots=True)
class Login:
    """What a carrier wants to see of us where our address is not enough."""

    user: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Carrier:
    """One way out. `route_code` is what the journals call calls that went this way.

    `calls_max` is how many calls of all tenants may be on it at once, 0 for any number; they are
    counted under `group`, a neutral name that is the same in all plans.
    """

    route_code: str
    host: str
    port: int = 5060
    login: Login | None = None
    codecs: tuple[str, ...] = ("ulaw",)
    caller_id_format: CallerIdFormat = CallerIdFormat.COUNTRY_CODE
    calls_max: int = 0
    group: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that one tenant has in a dialer's carrier table, as one entry.

    `code` is the neutral name of everything (t17). `three_way_prefix` lets calls through that
    carry no campaign, so it must not be guessed. The first caller id stands in for any other than
    these. The second carrier, if any, is tried when the first one fails. `answering` is the
    FastAGI address of the dialer's own call log, None where nothing listens.
    """

    code: str
    technology: Technology
    brand: str
    prefix: str
    three_way_prefix: str
    campaigns: frozenset[str]
    caller_ids: tuple[str, ...]
    calls_max: int
    carriers: tuple[Carrier, ...]
    platform_header: str
    journal: str
    dids: tuple[str, ...] = ()
    call_log: str | None = None
    inbound_context: str = "trunkinbound"


def checked(plan: Plan) -> Plan:
    """Gives the plan; refuses with INVALID_REQUEST, field by field, what could break out of it."""
    violations = [FieldViolation(name, text) for name, text in _faults(plan)]
    if violations:
        raise InvalidRequest(violations)
    return plan


def clashing_prefixes(plans: Iterable[Plan]) -> list[tuple[str, str]]:
    """Gives the pairs of prefixes of which one begins with the other.

    All plans share one context, where the longer pattern would take the shorter one's calls.
    """
    prefixes = [prefix for plan in plans for prefix in (plan.prefix, plan.three_way_prefix)]
    return [
        (one, other)
        for one, other in combinations(sorted(prefixes), 2)
        if one.startswith(other) or other.startswith(one)
    ]


def _faults(plan: Plan) -> Iterator[tuple[str, str]]:
    for name, form, text in (
        ("code", r"t[0-9]{1,6}", "Must be t and 1 to 6 digits."),
        ("prefix", r"[0-9]{1,4}", "Must be 1 to 4 digits."),
        ("three_way_prefix", r"[0-9]{8,16}", "Must be 8 to 16 digits."),
        ("journal", r"(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*){1,12}", "Must be an absolute path."),
        ("inbound_context", r"[a-z][a-z0-9-]{0,39}", "Must be the name of a context."),
    ):
        if not re.fullmatch(form, getattr(plan, name)):
            yield name, text
    for name in ("brand", "platform_header"):
        if not _NAME.fullmatch(getattr(plan, name)):
            yield name, "Must be 1 to 40 letters, digits, spaces and . & ' -"
    if plan.call_log is not None and not re.fullmatch(
        r"agi://[a-z0-9.-]{1,60}(?::[0-9]{1,5})?/[a-z_]{1,30}", plan.call_log
    ):
        yield "call_log", "Must be a FastAGI address."
    # A host without a share of the cap refuses every call.
    if not 0 <= plan.calls_max <= 100_000:
        yield "calls_max", "Must be 0 to 100,000."
    yield from _faults_in_lists(plan)
    if not 1 <= len(plan.carriers) <= 2:
        yield "carriers", "Must be one or two."
    for number, carrier in enumerate(plan.carriers):
        yield from _faults_of_carrier(f"carriers[{number}]", carrier)


def _faults_in_lists(plan: Plan) -> Iterator[tuple[str, str]]:
    for campaign in sorted(plan.campaigns):
        if not re.fullmatch(r"[A-Za-z0-9_]{2,8}", campaign):
            yield "campaigns", "Must be 2 to 8 letters, digits and underscores each."
    if not plan.caller_ids:
        yield "caller_ids", "Must be at least one."
    for name in ("caller_ids", "dids"):
        if not all(_DIGITS.fullmatch(number) for number in getattr(plan, name)):
            yield name, "Must be 7 to 15 digits each, country code first."


def _faults_of_carrier(place: str, carrier: Carrier) -> Iterator[tuple[str, str]]:
    if not re.fullmatch(r"[a-z0-9]{1,16}", carrier.route_code):
        yield f"{place}.route_code", "Must be 1 to 16 lower-case letters and digits."
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]{0,98}[a-z0-9])?", carrier.host):
        yield f"{place}.host", "Must be a host name or an IPv4 address."
    if not 1 <= carrier.port <= 65_535:
        yield f"{place}.port", "Must be 1 to 65535."
    if not carrier.codecs or not all(re.fullmatch(r"[a-z0-9]{1,9}", c) for c in carrier.codecs):
        yield f"{place}.codecs", "Must be names of codecs."
    if carrier.calls_max and not re.fullmatch(r"c[a-z0-9]{1,12}", carrier.group):
        yield f"{place}.group", "Must be c and 1 to 12 letters and digits."
    if carrier.login is not None:
        for name in ("user", "secret"):
            if not re.fullmatch(r"[A-Za-z0-9._+@-]{1,64}", getattr(carrier.login, name)):
                yield f"{place}.login.{name}", "Must be 1 to 64 letters, digits and . _ + @ -"
