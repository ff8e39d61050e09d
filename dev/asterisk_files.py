"""The configuration of a dialer's Asterisk, laid out as VICIdial's generator lays it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

MANAGER = "cron"


@dataclass(frozen=True)
class CarrierRow:
    """What a row of the carrier table holds: three texts that are copied as they are."""

    technology: str
    globals_string: str
    account_entry: str
    dialplan_entry: str


@dataclass(frozen=True)
class Addresses:
    """Where an Asterisk listens; all on one address."""

    host: str
    sip: int
    pjsip: int
    manager: int


@dataclass(frozen=True)
class Dialer:
    """What is on a dialer besides its carriers, as lines of the files they belong to."""

    sip_general: str = ""
    pjsip_global: str = "[global]\ntype=global"
    sip_accounts: str = ""
    pjsip_accounts: str = ""
    dialplan: str = ""
    carriers: Sequence[CarrierRow] = field(default_factory=tuple)


def files(dialer: Dialer, addresses: Addresses, secret: str) -> dict[str, str]:
    """Gives the texts of the configuration by file name."""
    accounts = {
        technology: "\n\n".join(
            row.account_entry for row in dialer.carriers if row.technology == technology
        )
        for technology in ("SIP", "PJSIP")
    }
    return {
        "modules.conf": "[modules]\nautoload=no\n"
        + "".join(f"load => {module}.so\n" for module in _MODULES),
        "extensions.conf": _extensions(dialer),
        "extensions-vicidial.conf": _generated(dialer),
        "sip.conf": _sip(dialer, addresses),
        "sip-vicidial.conf": f"{accounts['SIP']}\n",
        "pjsip.conf": _pjsip(dialer, addresses),
        "pjsip-vicidial.conf": f"{accounts['PJSIP']}\n",
        "manager.conf": _manager(addresses, secret),
        "rtp.conf": "[general]\nrtpstart=20000\nrtpend=39999\nstrictrtp=no\n",
        "logger.conf": "[general]\n[logfiles]\nconsole => warning,error\n",
        **dict.fromkeys(_EMPTY, "; nothing\n"),
    }


def _extensions(dialer: Dialer) -> str:
    return f"""[general]
static=yes
writeprotect=no

[globals]
#include extensions-vicidial.conf

[default]
include => vicidial-auto

{dialer.dialplan}
"""


def _generated(dialer: Dialer) -> str:
    rows = dialer.carriers
    strings = "\n".join(row.globals_string for row in rows)
    entries = "\n".join(row.dialplan_entry for row in rows)
    return f"""{strings}

[vicidial-auto]
exten => h,1,NoOp(closed)
include => vicidial-auto-internal
include => vicidial-auto-external

[vicidial-auto-internal]
exten => h,1,NoOp(closed)

[vicidial-auto-external]
exten => h,1,NoOp(closed)
{entries}
exten => 8399,1,NoOp(a carrier of somebody else's)
"""


def _sip(dialer: Dialer, addresses: Addresses) -> str:
    return f"""[general]
udpbindaddr={addresses.host}:{addresses.sip}
tcpenable=no
context=trunkinbound
{dialer.sip_general}

#include sip-vicidial.conf

{dialer.sip_accounts}
"""


def _pjsip(dialer: Dialer, addresses: Addresses) -> str:
    return f"""{dialer.pjsip_global}

[transport-udp]
type=transport
protocol=udp
bind={addresses.host}:{addresses.pjsip}

#include pjsip-vicidial.conf

{dialer.pjsip_accounts}
"""


def _manager(addresses: Addresses, secret: str) -> str:
    return f"""[general]
enabled=yes
bindaddr={addresses.host}
port={addresses.manager}

[{MANAGER}]
secret={secret}
read=system,call,log,verbose,command,agent,user,originate
write=system,call,log,verbose,command,agent,user,originate
"""


# Asterisk complains about their absence, and is content with nothing in them.
_EMPTY = (
    "acl.conf",
    "ccss.conf",
    "cdr.conf",
    "cel.conf",
    "confbridge.conf",
    "features.conf",
    "indications.conf",
    "pjproject.conf",
    "stasis.conf",
    "udptl.conf",
)

# By name and in this order: a few dozen load in a second, all three hundred in ten.
_MODULES = (
    "res_pjproject",
    "res_sorcery_memory",
    "res_sorcery_config",
    "res_sorcery_astdb",
    "res_timing_timerfd",
    "res_rtp_asterisk",
    "res_pjsip",
    "res_pjsip_pubsub",
    "res_pjsip_session",
    "res_pjsip_caller_id",
    "res_pjsip_diversion",
    "res_pjsip_endpoint_identifier_ip",
    "res_pjsip_endpoint_identifier_user",
    "res_pjsip_header_funcs",
    "res_pjsip_nat",
    "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_authenticator_digest",
    "res_pjsip_dlg_options",
    "res_pjsip_dtmf_info",
    "res_pjsip_empty_info",
    "res_pjsip_refer",
    "res_pjsip_rfc3326",
    "res_pjsip_sdp_rtp",
    "res_pjsip_logger",
    "chan_pjsip",
    "res_http_websocket",
    "chan_sip",
    "chan_bridge_media",
    "bridge_simple",
    "bridge_native_rtp",
    "bridge_softmix",
    "bridge_holding",
    "codec_ulaw",
    "codec_alaw",
    "format_pcm",
    "pbx_config",
    "res_speech",
    "res_agi",
    "app_stack",
    "app_dial",
    "app_softhangup",
    "app_confbridge",
    "app_exec",
    "app_echo",
    "app_playback",
    "app_verbose",
    "func_callerid",
    "func_channel",
    "func_cdr",
    "func_cut",
    "func_dialplan",
    "func_env",
    "func_global",
    "func_groupcount",
    "func_hangupcause",
    "func_lock",
    "func_logic",
    "func_md5",
    "func_strings",
)
