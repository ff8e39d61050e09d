"""The carriers' accounts in both SIP stacks, silent about who we are and deaf to who they are."""

from __future__ import annotations

from services.telephony.domain.dialplan.plan import Carrier, Plan, Technology
from services.telephony.domain.dialplan.text import section


def peer_name(plan: Plan, number: int) -> str:
    """The neutral name of a carrier's account: it shows in channel names, thus in many tables."""
    return f"{plan.code}{'ab'[number]}"


def arrival_context(plan: Plan, number: int) -> str:
    """Where calls from that carrier come in, and nowhere else."""
    return f"{peer_name(plan, number)}-in"


def account_entry(plan: Plan) -> str:
    """The accounts of all carriers of the plan, for the dialer's account file."""
    render = _sip if plan.technology is Technology.SIP else _pjsip
    return "\n\n".join(
        render(peer_name(plan, number), arrival_context(plan, number), carrier)
        for number, carrier in enumerate(plan.carriers)
    )


def _sip(name: str, context: str, carrier: Carrier) -> str:
    login = carrier.login
    options: dict[str, str | int] = {
        "type": "peer",
        "host": carrier.host,
        "port": carrier.port,
        "context": context,
        "insecure": "port,invite",
        "disallow": "all",
        "allow": ",".join(carrier.codecs),
        "dtmfmode": "rfc2833",
        # What the carrier says of names, and its media's address, stay on its side.
        "directmedia": "no",
        "trustrpid": "no",
        "sendrpid": "no",
        "rpid_update": "no",
        "promiscredir": "no",
        # A carrier must not move calls about by REFER.
        "allowtransfer": "no",
        "qualify": "yes",
        "session-timers": "refuse",
        "use_q850_reason": "no",
        "send_diversion": "no",
    }
    if login is not None:
        options |= {"defaultuser": login.user, "remotesecret": login.secret}
    return section(name, **options)


# What every endpoint keeps to: no media around us, no identity in either direction, neutral SDP.
_PJSIP_ENDPOINT: dict[str, str | int] = {
    "type": "endpoint",
    "identify_by": "ip",
    "disallow": "all",
    "dtmf_mode": "rfc4733",
    "direct_media": "no",
    "trust_id_inbound": "no",
    "trust_id_outbound": "no",
    "send_pai": "no",
    "send_rpid": "no",
    "send_diversion": "no",
    "allow_transfer": "no",
    "allow_subscribe": "no",
    "timers": "no",
    "rewrite_contact": "yes",
    "rtp_symmetric": "yes",
    "sdp_owner": "-",
    "sdp_session": "-",
    "language": "en",
}


def _pjsip(name: str, context: str, carrier: Carrier) -> str:
    login = carrier.login
    endpoint = {**_PJSIP_ENDPOINT, "aors": name, "context": context}
    endpoint["allow"] = ",".join(carrier.codecs)
    if login is not None:
        endpoint["outbound_auth"] = f"{name}-auth"
    parts = [
        section(name, **endpoint),
        section(
            name,
            type="aor",
            contact=f"sip:{carrier.host}:{carrier.port}",
            qualify_frequency=30,
            qualify_timeout=2,
        ),
        section(f"{name}-from", type="identify", endpoint=name, match=carrier.host),
    ]
    if login is not None:
        auth = {"type": "auth", "auth_type": "userpass"}
        auth |= {"username": login.user, "password": login.secret}
        parts.append(section(f"{name}-auth", **auth))
    return "\n\n".join(parts)
