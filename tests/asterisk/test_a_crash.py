"""What is left of a call when its Asterisk dies in the middle of it, and what it is charged."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from services.telephony.domain.dialplan.plan import Plan, Technology
from services.telephony.domain.open_leg import RACE_SECONDS
from tests.asterisk import journal
from tests.asterisk.rig import Rig, new_number
from tests.asterisk.rig import rig as new_rig
from tests.asterisk.scenarios import Carrier, Phone
from tests.support.eventually import eventually
from tests.support.telephony import Client, Running, running, surroundings
from veneer.telephony.v1 import leg_service_pb2 as pb
from veneer.telephony.v1 import route_service_pb2

SECOND = 1.0


@pytest.fixture
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A dialer of the test's own."""
    with new_rig("crash", tmp_path_factory.mktemp("crash")) as made:
        yield made


async def test_a_killed_asterisk_leaves_legs_that_are_charged_by_estimate(mortal: Rig) -> None:
    """kill -9 in mid-call: the leg ends at the host's last sign of life, flagged, never free.

    The journal goes through telephony as it lies on the disk, before the crash and after it.
    """
    lost, plan = await _calls_in_mid_air(mortal), mortal.tenants["one", Technology.SIP]
    # The last sign of life: another call, that ends some seconds into the lost ones.
    last = mortal.phone(plan, plan.prefix + new_number(), Phone(talk=3000))
    assert await last.succeeded(), last.complaints
    await eventually(lambda: len(journal.legs(mortal.journal)) == 1)
    mortal.asterisk.kill()
    killed = time.time()
    answers = {number: journal.answers(mortal.journal, number) for number in lost}
    assert [len(found) for found in answers.values()] == [1, 1]
    assert [journal.legs(mortal.journal, number) for number in lost] == [[], []]

    async with surroundings() as around, running(around) as telephony:
        around.clock.set(datetime.now(UTC))
        client = await telephony.a_client(with_route=False)
        for technology in Technology:
            await _give_route(telephony, client, mortal.tenants["one", technology])
        taken = await _ship(telephony, client, mortal.journal, {})
        assert len(await _open(telephony, client, pb.OpenLeg.OPEN)) == 2

        await _come_back(mortal, plan)
        await _ship(telephony, client, mortal.journal, taken)
        around.clock.advance(minutes=6)
        await telephony.close_open_legs()

        closed = await _open(telephony, client, pb.OpenLeg.CLOSED)
        assert {leg.reason for leg in closed} == {pb.OpenLeg.HOST_RESTARTED}
        assert {leg.called_number for leg in closed} == set(lost)
        await eventually(lambda: len(telephony.usage.calls(client.tenant_id)) == 4)
        estimated = [c for c in telephony.usage.calls(client.tenant_id).values()
                     if c["end_estimates"]]  # fmt: skip
        assert {call["called_numbers"] for call in estimated} == set(lost)
        for call in estimated:
            answered = answers[call["called_numbers"]][0].answer_millis / 1000
            assert 3 - SECOND <= call["billable_seconds"] <= killed - answered + SECOND


async def _calls_in_mid_air(rig: Rig) -> list[str]:
    """Numbers that are talking, one by each stack."""
    numbers = []
    for technology in Technology:
        plan, number = rig.tenants["one", technology], new_number()
        await rig.carrier(plan, Carrier())
        rig.phone(plan, plan.prefix + number, Phone(talk=60_000))
        numbers.append(number)
    for number in numbers:
        await eventually(partial(journal.answers, rig.journal, number))
    return numbers


async def _come_back(rig: Rig, plan: Plan) -> None:
    """The dialer starts again and takes a call, counting its channels from one."""
    last = max(float(answer.uniqueid.partition(".")[0]) for answer in journal.answers(rig.journal))
    rig.stop_all()
    rig.asterisk.start()
    await rig.carrier(plan, Carrier())
    # One that comes back sooner is not told from one that never went.
    await eventually(lambda: time.time() > last + RACE_SECONDS + 1)
    again = rig.phone(plan, plan.prefix + new_number(), Phone(talk=500))
    assert await again.succeeded(), again.complaints
    await eventually(lambda: len(journal.legs(rig.journal)) == 2)


async def _give_route(telephony: Running, client: Client, plan: Plan) -> None:
    await telephony.a_carrier("acme-voip")
    code = plan.carriers[0].route_code
    route = route_service_pb2.Route(
        code=code, carrier="carriers/acme-voip", tenant=f"tenants/{client.tenant_id}"
    )
    request = route_service_pb2.CreateRouteRequest(route=route, route_id=f"r-{code}")
    await telephony.routes.CreateRoute(request, metadata=telephony.operator)


async def _ship(
    telephony: Running, client: Client, folder: Path, taken: dict[str, int]
) -> dict[str, int]:
    """Ships what the journal has grown by, file by file; gives how far it has been taken."""
    found = dict(taken)
    for name, content in _files(folder).items():
        begin = taken.get(name, 0)
        where = {"host": client.host, "file": name}
        (found[name],) = await telephony.ship((begin, content[begin:]), **where)
    return found


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("legs-*.journal"))}


async def _open(
    telephony: Running, client: Client, state: pb.OpenLeg.State.ValueType
) -> list[pb.OpenLeg]:
    request = pb.ListOpenLegsRequest(state=state, page_size=500)
    page = await telephony.legs.ListOpenLegs(request, metadata=telephony.operator)
    return [leg for leg in page.open_legs if leg.host == client.host]
