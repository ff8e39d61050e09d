"""What an agent's browser asks the dialer for: nothing that is not the tenant's, or is unknown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from services.gateway.agent_page.names import with_names
from services.gateway.agent_page.sealing import Kind, Part, Seal, StandInForged

if TYPE_CHECKING:
    from veneer.telephony.v1.agent_seat_service_pb2 import AgentSeat

_TEXT_LENGTH_MAX: Final = 2_000
_ROOM_CODE: Final = re.compile(r"\d{0,4}")
_NUMBER: Final = re.compile(r"\d{3,16}")
_CALL_CODE: Final = re.compile(r"[A-Za-z]{1,8}\d{6,30}[A-Za-z]*")
_UNIQUE_ID: Final = re.compile(r"(?:\d{1,10}\.\d{1,9})?")
_DIGITS: Final = re.compile(r"\d{0,20}")
_QUERIES: Final = """VDADready VDADpause VDADcheckINCOMING VDADREcheckINCOMING updateDISPO
 updateLEAD userLOGout manDiaLnextCaLL manDiaLlookCaLL manDiaLlogCaLL manDiaLskip manDiaLonly
 PauseCodeSubmit regCLOSER CalLBacKLisT CalLBacKCounT LEADINFOview"""
_ORDERS: Final = (
    "Originate Hangup RedirectVD RedirectToPark RedirectFromPark MonitorConf StopMonitorConf"
)
_ACTIONS: Final = {
    "vdc_db_query.php": frozenset(_QUERIES.split()),
    "manager_send.php": frozenset(_ORDERS.split()),
    "conf_exten_check.php": frozenset({"refresh"}),
}
# They reach a number of the agent's choice.
_BY_HAND: Final = frozenset({"Originate", "manDiaLnextCaLL", "manDiaLonly", "RedirectVD"})
_FREE: Final = """ACTION format stage status dispo_choice auto_dial_level comments call_notes
 first_name last_name middle_initial title address1 address2 address3 city state province
 postal_code country_code gender date_of_birth alt_phone email security_phrase vendor_lead_code
 pause_code CallBackDatETimE CalLBacKDatE CalLBacKTimE closer_choice closer_blended
 no_delete_sessions dial_method blended filename preview nodeletevdac alt_dial called_count
 VDstop_rec_after_each_call LogouTKicKAlL client leaving_threeway
 use_internal_dnc use_campaign_dnc"""


class FieldRefused(Exception):
    """A field that is unknown, or has a value that this agent may not choose."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks: the session's seal and campaign, and the seat."""

    seal: Seal
    seat: AgentSeat
    campaign: str


Rule = Callable[[Asked, Sequence[Part]], str | None]
"""Gives what the dialer is told in place of a field's value, None if that is refused."""


def checked(script: str, fields: Mapping[str, str], asked: Asked) -> dict[str, str]:
    """Gives what the dialer is asked; raises FieldRefused."""
    told: dict[str, str] = {}
    for said, value in fields.items():
        name = with_names(said)
        rule = _RULES.get(name)
        if rule is None or name in told:
            raise FieldRefused(name)
        try:
            answer = rule(asked, list(asked.seal.parts(value)))
        except StandInForged:
            answer = None
        if answer is None:
            raise FieldRefused(name)
        told[name] = answer
    if told.get("ACTION") not in _ACTIONS[script]:
        raise FieldRefused("ACTION")
    if told["ACTION"] in _BY_HAND and not asked.seat.may_dial_manually:
        raise FieldRefused("ACTION")
    return told


def _text(asked: Asked, parts: Sequence[Part]) -> str | None:
    if any(part.kind for part in parts):
        return None
    value = "".join(part.text for part in parts)
    is_fit = len(value) <= _TEXT_LENGTH_MAX and all(
        each.isprintable() or each in "\r\n\t" for each in value
    )
    return value if is_fit else None


def _matching(pattern: re.Pattern[str]) -> Rule:
    def rule(asked: Asked, parts: Sequence[Part]) -> str | None:
        value = _text(asked, parts)
        return value if value is not None and pattern.fullmatch(value) else None

    return rule


def _sealed(kind: Kind, optional: bool = False) -> Rule:
    def rule(asked: Asked, parts: Sequence[Part]) -> str | None:
        if not parts:
            return "" if optional else None
        return parts[0].text if [part.kind for part in parts] == [kind] else None

    return rule


def _own(value_of: Callable[[Asked], str], kind: Kind | None = None) -> Rule:
    """What is the agent's own: said as it is, or by the stand-in of a secret."""

    def rule(asked: Asked, parts: Sequence[Part]) -> str | None:
        wanted = value_of(asked)
        if kind is not None:
            return wanted if [part.kind for part in parts] == [kind] else None
        return wanted if _text(asked, parts) == wanted else None

    return rule


def _caller_number(asked: Asked, parts: Sequence[Part]) -> str | None:
    value = "".join(part.text for part in parts)
    if any(part.kind not in (None, Kind.CALLER_NUMBER) for part in parts):
        return None
    return value if value in ("", *asked.seat.caller_numbers) else None


def _prefix(asked: Asked, parts: Sequence[Part]) -> str | None:
    value = "".join(part.text for part in parts)
    if any(part.kind not in (None, Kind.PREFIX) for part in parts):
        return None
    return value if value in ("", *asked.seat.prefixes) else None


def _extension(asked: Asked, parts: Sequence[Part]) -> str | None:
    """Either the agent's own room behind a code, or a number behind the tenant's prefix."""
    match [(part.kind, part.text) for part in parts]:
        case []:
            return ""
        case [(Kind.ROOM, room)]:
            return room
        case [(None, code), (Kind.ROOM, room)] if _ROOM_CODE.fullmatch(code):
            return f"{code}{room}"
        case [(Kind.PREFIX, prefix), (None, number)] if (
            prefix in asked.seat.prefixes
            and asked.seat.may_dial_manually
            and _NUMBER.fullmatch(number)
        ):
            return f"{prefix}{number}"
    return None


def _channel(asked: Asked, parts: Sequence[Part]) -> str | None:
    """One that the dialer told this session of, or the way into the agent's own room."""
    match [(part.kind, part.text) for part in parts]:
        case []:
            return ""
        case [(Kind.CHANNEL, channel)]:
            return channel
        case [(None, way), (Kind.ROOM, room), (None, "@"), (Kind.CONTEXT, context)] if (
            way.startswith("Local/") and _ROOM_CODE.fullmatch(way.removeprefix("Local/"))
        ):
            return f"{way}{room}@{context}"
    return None


_RULES: Final[dict[str, Rule]] = {
    **dict.fromkeys(_FREE.split(), _text),
    "user": _own(lambda asked: asked.seat.user),
    "pass": _own(lambda asked: asked.seat.password, Kind.LOGIN),
    "orig_pass": _own(lambda asked: asked.seat.password, Kind.LOGIN),
    "phone_login": _own(lambda asked: asked.seat.phone_login),
    "phone_pass": _own(lambda asked: asked.seat.phone_password, Kind.PHONE),
    "campaign": _own(lambda asked: asked.campaign),
    "server_ip": _sealed(Kind.SERVER),
    "call_server_ip": _sealed(Kind.SERVER, optional=True),
    "session_name": _sealed(Kind.SESSION),
    "session_id": _sealed(Kind.ROOM),
    "conf_exten": _sealed(Kind.ROOM),
    "ext_context": _sealed(Kind.CONTEXT),
    "list_id": _sealed(Kind.LIST, optional=True),
    "outbound_cid": _caller_number,
    "campaign_cid": _caller_number,
    "dial_prefix": _prefix,
    "exten": _extension,
    "channel": _channel,
    "extrachannel": _sealed(Kind.CHANNEL, optional=True),
    "customerparked": _matching(_DIGITS),
    "queryCID": _matching(_CALL_CODE),
    "callerid": _matching(re.compile(rf"(?:{_CALL_CODE.pattern})?")),
    "phone_number": _matching(re.compile(rf"(?:{_NUMBER.pattern})?")),
    "phone_code": _matching(re.compile(r"\d{0,4}")),
    "uniqueid": _matching(_UNIQUE_ID),
    "lead_id": _matching(_DIGITS),
    "agent_log_id": _matching(_DIGITS),
}
