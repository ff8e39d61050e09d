"""What SIPp plays: phones that call through the dialer, and a carrier that says who it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.asterisk import messages

NAMES = ("Instacall", "Bytworth", "sbc7")
"""What no agent, client or journal may ever see: two vendors and a server of theirs."""


@dataclass(frozen=True)
class Carrier:
    """How the carrier's end behaves to each call. Times in milliseconds.

    It rings, may send early media, then answers with `code`; after a 200 it hangs up when it has
    talked for `talk`, or waits for the other end if that is None. Code 0 rings until cancelled.
    """

    code: int = 200
    ring: int = 0
    is_early: bool = False
    talk: int | None = None
    cause: int = 16


@dataclass(frozen=True)
class Phone:
    """How the calling end behaves. Times in milliseconds.

    It expects `code`; after a 200 it hangs up when it has talked for `talk`, or waits if that is
    None. With `cancel` it gives up that long after the first ringing. `may_be_refused` lets a call
    fail with 503 as well.
    """

    code: int = 200
    talk: int | None = None
    cancel: int | None = None
    may_be_refused: bool = False


def carrier(plan: Carrier) -> str:
    """The scenario of a carrier."""
    steps = [_recv(request="INVITE"), _say(100, "Trying", plan)]
    steps.append(_say(180, "Instacall rings", plan))
    if plan.is_early:
        steps.append(_say(183, "Bytworth progress", plan, with_sdp=True))
    if plan.code == 0:
        steps += [_recv(request="CANCEL"), _send(messages.ok(messages.TAG))]
        steps += [_say(487, "Instacall terminated", plan, of_invite=True), _recv(request="ACK")]
        return _scenario(steps)
    if plan.ring:
        steps.append(_pause(plan.ring))
    if plan.code != 200:
        steps += [_say(plan.code, "Instacall declined", plan), _recv(request="ACK")]
        return _scenario(steps)
    steps += [_say(200, "Instacall OK", plan, with_sdp=True), _recv(request="ACK")]
    if plan.talk is None:
        steps += [_recv(request="BYE"), _send(messages.ok())]
    else:
        steps += [_pause(plan.talk), _bye(plan), _recv(response=200)]
    return _scenario(steps)


def phone(plan: Phone) -> str:
    """The scenario of a phone that calls what -s says."""
    caller = messages.PHONE_FROM
    ack = _send(messages.refusal_ack(caller))
    steps = [_send(messages.invite(caller, "", messages.PHONE_SDP), retrans=True)]
    steps += [_recv(response=code, optional=True) for code in (100, 183)]
    if plan.cancel is not None:
        steps += [_recv(response=180), _pause(plan.cancel)]
        steps += [_send(messages.cancel(caller), retrans=True)]
        # One stack ends the INVITE first and then says yes to the CANCEL, the other one after.
        return _scenario([*steps, _recv(response=200, optional=True), _recv(response=487), ack])
    steps += [_recv(response=code, optional=True) for code in (180, 183)]
    if plan.code != 200:
        return _scenario([*steps, _recv(response=plan.code), ack])
    if plan.may_be_refused:
        steps.append(_recv(response=503, optional=True, next_label=1))
    steps += _answered(caller, plan.talk)
    if plan.may_be_refused:
        steps += ['<nop next="2"/>', '<label id="1"/>', ack, '<label id="2"/>']
    return _scenario(steps)


def caller_from_outside(talk: int) -> str:
    """A carrier that brings a call to a DID, with its names wherever a caller's can be."""
    caller = messages.OUTSIDE_FROM
    boasts = f"{messages.BOASTS}\n      ".replace("[cause]", "16")
    steps = [_send(messages.invite(caller, boasts, messages.CARRIER_SDP), retrans=True)]
    steps += [_recv(response=code, optional=True) for code in (100, 180, 183)]
    return _scenario(steps + _answered(caller, talk))


def is_clean(text: str) -> bool:
    """Whether no name of a carrier is in the text."""
    return re.search("|".join(NAMES), text, re.I) is None


def _answered(caller: str, talk: int | None) -> list[str]:
    steps = [_recv(response=200, rrs=True), _send(messages.in_dialog("ACK", 1, caller))]
    if talk is None:
        return [*steps, _recv(request="BYE"), _send(messages.ok())]
    bye = _send(messages.in_dialog("BYE", 2, caller), retrans=True)
    return [*steps, _pause(talk), bye, _recv(response=200)]


def _say(
    code: int, phrase: str, plan: Carrier, *, with_sdp: bool = False, of_invite: bool = False
) -> str:
    # After a CANCEL, what ends the INVITE must be told the INVITE's CSeq.
    sequence = "CSeq: [$sequence] INVITE" if of_invite else "[last_CSeq:]"
    head = f"""SIP/2.0 {code} {phrase}
      {messages.echo(messages.TAG, sequence)}
      Contact: "Instacall" <sip:Instacall@[local_ip]:[local_port]>
      {messages.BOASTS.replace("[cause]", str(plan.cause))}"""
    if not with_sdp:
        return _send(f"{head}\n      {messages.EMPTY}")
    body = f"{messages.TYPED}\n\n      {messages.CARRIER_SDP}"
    return _send(f"{head}\n      {body}", retrans=code == 200)


def _bye(plan: Carrier) -> str:
    return _send(
        f"""BYE [$contact] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: [$to];tag=[pid]SIPp[call_number]
      To: [$from]
      Call-ID: [call_id]
      CSeq: 1 BYE
      {messages.BOASTS.replace("[cause]", str(plan.cause))}
      Max-Forwards: 70
      Content-Length: 0""",
        retrans=True,
    )


_KEEP = """
    <action>
      <ereg regexp="sip:[^&gt;]*" search_in="hdr" header="Contact:" assign_to="contact"/>
      <ereg regexp="[^ ].*" search_in="hdr" header="From:" assign_to="from"/>
      <ereg regexp="[^ ].*" search_in="hdr" header="To:" assign_to="to"/>
      <ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" assign_to="sequence"/>
    </action>
  """


def _recv(
    *,
    request: str = "",
    response: int = 0,
    optional: bool = False,
    rrs: bool = False,
    next_label: int = 0,
) -> str:
    kind = f'request="{request}"' if request else f'response="{response}"'
    more = ' optional="true"' if optional else ""
    more += ' rrs="true"' if rrs else ""
    more += f' next="{next_label}"' if next_label else ""
    keep = _KEEP if request == "INVITE" else ""
    return f"<recv {kind}{more}>{keep}</recv>"


def _send(text: str, *, retrans: bool = False) -> str:
    again = ' retrans="500"' if retrans else ""
    return f"<send{again}><![CDATA[\n\n      {text}\n\n    ]]></send>"


def _pause(milliseconds: int) -> str:
    return f'<pause milliseconds="{milliseconds}"/>'


def _scenario(steps: list[str]) -> str:
    body = "\n  ".join(steps)
    used = '<Reference variables="contact,from,to,sequence"/>' if _KEEP in body else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<scenario name="played">\n  {body}\n  {used}\n</scenario>\n'
    )
