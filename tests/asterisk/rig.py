"""A dialer with several tenants' routes on a real Asterisk, and SIPp at all of its ends."""

from __future__ import annotations

import itertools
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from dev.asterisk import Asterisk
from dev.asterisk_files import Addresses, CarrierRow, Dialer
from dev.asterisk_manager import Manager, manager
from services.telephony.domain.dialplan.accounts import peer_name
from services.telephony.domain.dialplan.entry import carrier_entry
from services.telephony.domain.dialplan.meter import refused_variable
from services.telephony.domain.dialplan.plan import CallerIdFormat, Carrier, Plan, Technology
from services.telephony.domain.dialplan.platform import Platform, pjsip_global, sip_general
from tests.asterisk import scenarios
from tests.asterisk.sipp import End, Playing, Sipp, play
from tests.support.eventually import eventually

PHONE = "127.0.2.1"
ROOM = "8600051"
HOLD = "8368"
CODE = "V1030930000000004711"
CALLER_ID = "18005550100"
OTHER_CALLER_ID = "18005550177"

# Roles of tenants with their caps. "two" has two carriers; so has "choosy", of which the first one
# takes one call at once, and each wants numbers in a form of its own.
_CALLS_MAX = {"one": 50, "two": 50, "few": 2, "many": 200, "choosy": 50}
_FORMATS = (CallerIdFormat.NATIONAL, CallerIdFormat.PLUS)
_PLATFORM = Platform(user_agent="Voice", realm="voice")
_numbers = itertools.count(12125550000)


@dataclass
class Rig:
    """What a test needs of the dialer; `tenants` by role and technology."""

    asterisk: Asterisk
    tenants: dict[tuple[str, Technology], Plan]
    folder: Path
    _plays: Iterator[int] = field(default_factory=itertools.count)
    _running: list[Sipp] = field(default_factory=list)

    @property
    def journal(self) -> Path:
        """Where the dialplan's lines end up."""
        return self.asterisk.journal

    async def carrier(self, plan: Plan, does: scenarios.Carrier, number: int = 0) -> Sipp:
        """Puts a carrier where the plan's carrier should be, and has the dialer notice."""
        carrier = plan.carriers[number]
        sipp = self._play(Playing(scenarios.carrier(does), End(carrier.host, carrier.port)))
        peer = peer_name(plan, number)
        await eventually(lambda: self._is_reachable(plan, peer), 10, f"{peer} as reachable")
        return sipp

    def phone(self, plan: Plan, number: str, does: scenarios.Phone, *,
              campaign: str | None = None, ring: str = "", calls: int = 1) -> Sipp:  # fmt: skip
        """Calls `number`, prefix and all, as an agent at work for `campaign` (or the plan's).

        `ring` is after how many seconds the dialer gives up.
        """
        if campaign is None:
            campaign = min(plan.campaigns)
        scenario = scenarios.phone(does)
        service = f"c*{campaign}*{number}*{ring}"
        remote = self._stack(plan)
        # A few in one moment; more than that is more than two cores of SIPp and Asterisk can do.
        rate = 1000 if calls <= 30 else 50
        playing = Playing(scenario, End.at(PHONE), calls, service, remote, rate)
        return self._play(playing)

    def outside(self, plan: Plan, did: str, talk: int) -> Sipp:
        """Calls a DID as the plan's carrier does."""
        scenario = scenarios.caller_from_outside(talk)
        local = End.at(plan.carriers[0].host)
        return self._play(Playing(scenario, local, 1, did, self._stack(plan)))

    async def dial_automatically(self, plan: Plan, number: str) -> str:
        """Dials as the dialer does by itself; gives the carrier channel, redirected to the agents.

        A Local channel runs the carrier's dialplan; at its answer the other half of it has the
        carrier channel taken away, to where agents wait.
        """
        async with manager(self.asterisk) as client:
            await client.originate(
                f"Local/{plan.prefix}{number}@default",
                HOLD,
                f'"{CODE}" <0000000000>',
                Variable=f"CAMPCUST={min(plan.campaigns)}",
            )
            channel = await eventually(lambda: self._held(client, plan), 15, "an answer")
            await client.redirect(channel, ROOM)
            return channel

    async def _held(self, client: Manager, plan: Plan) -> str:
        """The carrier channel of a call that is answered and waits on its other side."""
        channels = await client.channels()
        held = {channel["Linkedid"] for channel in channels if channel["Exten"] == HOLD}
        legs = [
            channel["Channel"]
            for channel in channels
            if channel["Channel"].startswith(f"{plan.technology.value}/{plan.code}")
            and channel["Linkedid"] in held
        ]
        return legs[0] if legs else ""

    def stop_all(self) -> None:
        """Ends every SIPp that is still there."""
        for sipp in self._running:
            sipp.stop()
        self._running.clear()

    def group_count(self, plan: Plan) -> int:
        """How many legs count against the plan's cap now."""
        shown = self.asterisk.ask("group show channels")
        return sum(plan.code in line.split() for line in shown.splitlines())

    def refused(self, plan: Plan) -> int:
        """How many calls the plan's cap has refused, by the dialer's own count."""
        name = refused_variable(plan)
        found = re.search(rf"\b{name}=(\d+)", self.asterisk.ask("dialplan show globals"))
        return int(found[1]) if found else 0

    def change(self, plan: Plan, entry: Plan) -> None:
        """Has the plan's entry written as another one, and read, as the dialer's generator does."""
        plans = [entry if each is plan else each for each in self.tenants.values()]
        self.asterisk.configure(_dialer(plans))
        for command in ("sip reload", "module reload res_pjsip.so", "dialplan reload"):
            self.asterisk.ask(command)

    def _is_reachable(self, plan: Plan, peer: str) -> bool:
        if plan.technology is Technology.SIP:
            self.asterisk.ask(f"sip qualify peer {peer}")
            return " OK (" in self.asterisk.ask(f"sip show peer {peer}")
        self.asterisk.ask(f"pjsip qualify {peer}")
        return " Avail " in self.asterisk.ask(f"pjsip show aor {peer}")

    def _stack(self, plan: Plan) -> End:
        addresses = self.asterisk.addresses
        is_sip = plan.technology is Technology.SIP
        return End(addresses.host, addresses.sip if is_sip else addresses.pjsip)

    def _play(self, playing: Playing) -> Sipp:
        sipp = play(playing, self.folder / f"sipp-{next(self._plays)}")
        self._running.append(sipp)
        return sipp


def new_number() -> str:
    """A number that no other call of this run has."""
    return str(next(_numbers))


@contextmanager
def rig(name: str, folder: Path) -> Iterator[Rig]:
    """A rig that lasts as long as the block; nothing of it is left behind."""
    name = f"{name}-{os.getpid()}"
    host = "127.0.0.1"
    sip, pjsip = End.at(host).port, End.at(host).port
    addresses = Addresses(host, sip, pjsip, _tcp_port())
    asterisk = Asterisk(name, addresses, folder)
    journal = Asterisk.journal_inside(name)
    tenants = {
        (role, technology): _plan(number, technology, calls_max, role, journal)
        for number, (technology, (role, calls_max)) in enumerate(
            itertools.product(Technology, _CALLS_MAX.items()), 11
        )
    }
    asterisk.configure(_dialer(list(tenants.values())))
    made = Rig(asterisk, tenants, folder)
    try:
        asterisk.start()
        yield made
    finally:
        made.stop_all()
        asterisk.kill()
        asterisk.remove()


def _plan(number: int, technology: Technology, calls_max: int, role: str, journal: str) -> Plan:
    count = 1 + (role in ("two", "choosy"))
    hosts = [f"127.0.1.{number * 2 + index}" for index in range(count)]
    carriers = tuple(
        Carrier(f"r{number}{letter}", host, End.at(host).port)
        for letter, host in zip("ab", hosts, strict=False)
    )
    if role == "choosy":
        carriers = tuple(
            replace(each, caller_id_format=form, calls_max=1 - index, group=f"c{number}")
            for index, (each, form) in enumerate(zip(carriers, _FORMATS, strict=True))
        )
    return Plan(
        code=f"t{number}",
        technology=technology,
        brand="ABC Solar Company",
        prefix=f"7{number}",
        three_way_prefix=f"88461290{number}",
        campaigns=frozenset({f"CAMP{number}"}),
        caller_ids=(CALLER_ID, OTHER_CALLER_ID),
        calls_max=calls_max,
        carriers=carriers,
        platform_header="ABC Solar",
        journal=journal,
        dids=(f"1312555{number:04}", f"1312556{number:04}"),
    )


def _dialer(plans: list[Plan]) -> Dialer:
    entries = [(plan, carrier_entry(plan)) for plan in plans]
    return Dialer(
        sip_general=sip_general(_PLATFORM),
        pjsip_global=pjsip_global(_PLATFORM),
        sip_accounts=f"[agents]\ntype=peer\nhost={PHONE}\ninsecure=port,invite\n"
        "context=agents\ndisallow=all\nallow=ulaw\ndirectmedia=no",
        pjsip_accounts="[agents]\ntype=endpoint\ncontext=agents\ndisallow=all\nallow=ulaw\n"
        "direct_media=no\nsdp_owner=-\nsdp_session=-\n\n"
        f"[agents-from]\ntype=identify\nendpoint=agents\nmatch={PHONE}",
        dialplan=_DIALPLAN,
        carriers=[
            CarrierRow(
                plan.technology.value,
                entry.globals_string,
                entry.account_entry,
                entry.dialplan_entry,
            )
            for plan, entry in entries
        ],
    )


# What the dialer's own context has for us: the place where automatic calls wait for their agent,
# an agent's conference, and phones that say for which campaign they call.
_DIALPLAN = f"""exten => {HOLD},1,Answer()
 same => n,Wait(60)
exten => {ROOM},1,ConfBridge({ROOM})

[agents]
exten => _c.,1,Set(__CAMPCUST=${{CUT(EXTEN,*,2)}})
 same => n,Set(CAMPDTO=${{CUT(EXTEN,*,4)}})
 same => n,Goto(default,${{CUT(EXTEN,*,3)}},1)

[trunkinbound]
exten => _X.,1,ConfBridge({ROOM})
"""


def _tcp_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
