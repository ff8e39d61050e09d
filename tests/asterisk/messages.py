"""The SIP messages that SIPp sends, with a carrier's names wherever they fit."""

from __future__ import annotations

# Every header in which a carrier can say its name.
BOASTS = """Server: Instacall-SBC/7.1 (sbc7.bytworth.example)
      User-Agent: Bytworth/2
      Organization: Instacall
      X-Instacall-ID: sbc7-[call_number]
      X-Asterisk-HangupCause: Instacall
      P-Asserted-Identity: "Bytworth" <sip:18775550199@sbc7.bytworth.example>
      Remote-Party-ID: "Instacall" <sip:18775550199@sbc7.bytworth.example>;party=called
      Diversion: "Instacall" <sip:18775550198@sbc7.bytworth.example>;reason=unconditional
      History-Info: <sip:18775550198@sbc7.bytworth.example>;index=1
      Reason: Q.850;cause=[cause];text="Instacall says no"
      Warning: 399 sbc7.bytworth.example "Bytworth warns"
      Call-Info: <http://sbc7.bytworth.example/>;purpose=info
      Alert-Info: <http://sbc7.bytworth.example/ring>
      Error-Info: <http://sbc7.bytworth.example/error>
      Subject: Instacall"""

_SDP = """v=0
      o={owner} 53655765 2353687637 IN IP4 [local_ip]
      s={session}
      {more}c=IN IP4 [media_ip]
      t=0 0
      m=audio [media_port] RTP/AVP 0
      a=rtpmap:0 PCMU/8000
      {attributes}"""

CARRIER_SDP = _SDP.format(
    owner="Instacall",
    session="Bytworth",
    more="i=Instacall sbc7\n      u=http://sbc7.bytworth.example/\n"
    "      e=noc@bytworth.example (Instacall)\n      ",
    attributes="a=label:sbc7\n      a=tool:Instacall",
)
PHONE_SDP = _SDP.format(owner="phone", session="phone", more="", attributes="")


PHONE_FROM = '"M1030930000000004711" <sip:2125550000@[local_ip]:[local_port]>'
OUTSIDE_FROM = '"Instacall" <sip:+12125559999@sbc7.bytworth.example>'
TYPED = "Content-Type: application/sdp\n      Content-Length: [len]"


def invite(caller: str, more: str, sdp: str) -> str:
    """An INVITE of what SIPp's -s says; `more` headers end in a line feed."""
    return f"""{_request("INVITE", f"sip:{_TARGET}", caller)}
      Contact: <sip:phone@[local_ip]:[local_port]>
      {more}{TYPED}

      {sdp}"""


def cancel(caller: str) -> str:
    """CANCEL of the INVITE: of its transaction, so with its Via."""
    return f"{_request('CANCEL', f'sip:{_TARGET}', caller, via=LAST_VIA)}\n      {EMPTY}"


def refusal_ack(caller: str) -> str:
    """The ACK of a refusal belongs to the INVITE's transaction as well."""
    request = _request("ACK", f"sip:{_TARGET}", caller, via=LAST_VIA, tag="[peer_tag_param]")
    return f"{request}\n      {EMPTY}"


def in_dialog(method: str, sequence: int, caller: str) -> str:
    """The ACK of an answer, or the BYE of the calling side."""
    request = _request(method, "[next_url]", caller, sequence=sequence, tag="[peer_tag_param]")
    return f"{request}\n      {EMPTY}"


def ok(to_tag: str = "") -> str:
    """A plain 200 without a body."""
    return f"SIP/2.0 200 OK\n      {echo(to_tag)}\n      {EMPTY}"


def echo(to_tag: str = "", sequence: str = "[last_CSeq:]") -> str:
    """The headers that an answer takes from its request."""
    return f"""{LAST_VIA}
      [last_From:]
      [last_To:]{to_tag}
      [last_Call-ID:]
      {sequence}"""


TAG = ";tag=[pid]SIPp[call_number]"
EMPTY = "Content-Length: 0"
LAST_VIA = "[last_Via:]"
_TARGET = "[service]@[remote_ip]:[remote_port]"
_OWN_VIA = "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]"


def _request(
    method: str, uri: str, caller: str, *, via: str = _OWN_VIA, sequence: int = 1, tag: str = ""
) -> str:
    return f"""{method} {uri} SIP/2.0
      {via}
      From: {caller};tag=[pid]phone[call_number]
      To: <sip:{_TARGET}>{tag}
      Call-ID: [call_id]
      CSeq: {sequence} {method}
      Max-Forwards: 70"""
