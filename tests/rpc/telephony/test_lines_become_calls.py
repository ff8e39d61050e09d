"""From a shipped line to usage: each leg once, whatever is repeated, refused, or late."""

from __future__ import annotations

import grpc
import pytest

from services.kit.rpc.errors import from_rpc_error
from services.telephony.domain.leg import call_id
from tests.support.builders.telephony import ALine, a_line
from tests.support.eventually import eventually
from tests.support.telephony import Running
from veneer.telephony.v1 import journal_service_pb2


async def sent(telephony: Running, tenant_id: str, count: int) -> dict[str, dict[str, object]]:
    """Waits for so many calls of the tenant at usage."""

    def calls() -> dict[str, dict[str, object]]:
        found = telephony.usage.calls(tenant_id)
        return found if len(found) >= count else {}

    return await eventually(calls)


async def all_acknowledged(telephony: Running, code: str) -> None:
    async def none_pending() -> bool:
        pending = await telephony.around.fetch(
            "SELECT 1 FROM legs WHERE route_code = $1 AND state <> 'SENT'", code
        )
        return not pending

    await eventually(none_pending)


async def test_a_line_becomes_a_call(telephony: Running) -> None:
    """With the id, the route's id and the seconds that the contract says."""
    client = await telephony.a_client()
    line = a_line(route=client.code)

    assert await telephony.ship((0, line.bytes()), host=client.host) == [len(line.bytes())]

    (call,) = (await sent(telephony, client.tenant_id, 1)).values()
    assert call["call_ids"] == call_id("east", client.host, line.uniqueid)
    assert (call["routes"], call["billable_seconds"], call["called_numbers"]) == (
        client.route_id,
        60,
        "12125550123",
    )
    assert call["start_time_millis"] == int(line.uniqueid.partition(".")[0]) * 1000


async def test_the_same_chunk_twice_is_taken_once(telephony: Running) -> None:
    """And so is one that reaches over what was taken."""
    client = await telephony.a_client()
    first, second = a_line(route=client.code).bytes(), a_line(route=client.code).bytes()
    size = len(first)

    taken = await telephony.ship(
        (0, first), (0, first), (0, first + second), (size, second), host=client.host
    )

    assert taken == [size, size, size + len(second), size + len(second)]
    await sent(telephony, client.tenant_id, 2)
    await all_acknowledged(telephony, client.code)
    assert telephony.usage.seconds(client.tenant_id) == 120
    assert await telephony.quarantined(client.host) == []


async def test_a_chunk_behind_the_cursor_is_a_gap(telephony: Running) -> None:
    """Bytes between would be lost."""
    client = await telephony.a_client()

    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await telephony.ship((1, a_line(route=client.code).bytes()), host=client.host)

    problem = from_rpc_error(refused.value)
    assert (problem.reason, problem.metadata["cursor"]) == ("JOURNAL_GAP", "0")


async def test_cursors_tell_how_far_each_file_has_been_taken(telephony: Running) -> None:
    """Latest file first; another host's are not among them."""
    client = await telephony.a_client()
    line = a_line(route=client.code).bytes()
    await telephony.ship((0, line), host=client.host, file="legs-20261101.journal")
    await telephony.ship((0, b"bad\n"), host=client.host, file="legs-20261102.journal")

    answer = await telephony.journals().ListJournalCursors(
        journal_service_pb2.ListJournalCursorsRequest(cluster="east", host=client.host)
    )

    assert [(cursor.file, cursor.offset) for cursor in answer.cursors] == [
        ("legs-20261102.journal", 4),
        ("legs-20261101.journal", len(line)),
    ]


async def test_a_copied_line_counts_once(telephony: Running) -> None:
    """In the same file or in another one: the copy is put aside and says where the first stands."""
    client = await telephony.a_client()
    line = a_line(route=client.code).bytes()
    await telephony.ship((0, line + line), host=client.host, file="legs-20261101.journal")
    await telephony.ship((0, line), host=client.host, file="legs-20261102.journal")

    await sent(telephony, client.tenant_id, 1)
    aside = await telephony.quarantined(client.host)
    assert [(row["reason"], row["file"]) for row in aside] == [
        ("DUPLICATED", "legs-20261101.journal"),
        ("DUPLICATED", "legs-20261102.journal"),
    ]
    assert "legs-20261101.journal at 0" in aside[1]["detail"]


async def test_another_body_is_a_correction(telephony: Running) -> None:
    """usage gets both, in order; nothing is put aside."""
    client = await telephony.a_client()
    line = a_line(route=client.code)
    longer = a_line(**{**_fields(line), "end": line.end.replace(".000", ".700")})
    await telephony.ship((0, line.bytes()), host=client.host)
    await sent(telephony, client.tenant_id, 1)
    await telephony.ship((len(line.bytes()), longer.bytes()), host=client.host)

    await eventually(lambda: telephony.usage.seconds(client.tenant_id) == 61)
    (bodies,) = [b for key, b in telephony.usage.bodies.items() if key[0] == client.tenant_id]
    assert [body["billable_seconds"] for body in bodies] == [60, 61]
    assert await telephony.quarantined(client.host) == []


async def test_a_correction_in_the_same_chunk_stands(telephony: Running) -> None:
    """Of two lines of one leg, the one read last."""
    client = await telephony.a_client()
    line = a_line(route=client.code)
    longer = a_line(**{**_fields(line), "end": line.end.replace(".000", ".700")})

    await telephony.ship((0, line.bytes() + longer.bytes()), host=client.host)

    await eventually(lambda: telephony.usage.seconds(client.tenant_id) == 61)


async def test_a_line_that_moves_a_leg_to_another_route_is_put_aside(telephony: Running) -> None:
    """It would be charged to two clients."""
    client, other = await telephony.a_client(), await telephony.a_client()
    line = a_line(route=client.code)
    moved = a_line(**{**_fields(line), "route": other.code})

    await telephony.ship((0, line.bytes() + moved.bytes()), host=client.host)

    await sent(telephony, client.tenant_id, 1)
    (aside,) = await telephony.quarantined(client.host)
    assert (aside["reason"], "another route" in aside["detail"]) == ("DUPLICATED", True)
    assert telephony.usage.calls(other.tenant_id) == {}


async def test_two_hosts_with_one_uniqueid_are_two_calls(telephony: Running) -> None:
    """The host is part of a leg's identity."""
    client = await telephony.a_client()
    line = a_line(route=client.code).bytes()

    await telephony.ship((0, line), host=client.host)
    await telephony.ship((0, line), host=f"{client.host}-b")

    await sent(telephony, client.tenant_id, 2)


async def test_a_refused_leg_does_not_stop_the_others(telephony: Running) -> None:
    """It is found by halves, and stays here."""
    client = await telephony.a_client()
    telephony.usage.refused_numbers.add("19995550100")
    lines = [a_line(route=client.code) for _ in range(40)]
    lines[17] = a_line(route=client.code, dialled="19995550100")

    await telephony.ship((0, b"".join(line.bytes() for line in lines)), host=client.host)

    await sent(telephony, client.tenant_id, 39)

    async def refused() -> bool:
        rows = await telephony.around.fetch(
            "SELECT uniqueid FROM legs WHERE host = $1 AND state = 'REFUSED'", client.host
        )
        return [row["uniqueid"] for row in rows] == [lines[17].uniqueid]

    await eventually(refused)


async def test_legs_wait_while_usage_is_away(telephony: Running) -> None:
    """Lines are taken all the same."""
    client = await telephony.a_client()
    telephony.usage.is_away = True
    try:
        lines = b"".join(a_line(route=client.code).bytes() for _ in range(10))
        assert await telephony.ship((0, lines), host=client.host) == [len(lines)]
        assert telephony.usage.calls(client.tenant_id) == {}
    finally:
        telephony.usage.is_away = False

    await sent(telephony, client.tenant_id, 10)


async def test_legs_of_a_tenant_that_nobody_knows_wait(telephony: Running) -> None:
    """Those of others do not."""
    lost, client = await telephony.a_client(), await telephony.a_client()
    zone = telephony.directory.zones.pop(lost.tenant_id)
    telephony.forget_directory()

    await telephony.ship((0, a_line(route=lost.code).bytes()), host=lost.host)
    await telephony.ship((0, a_line(route=client.code).bytes()), host=client.host)

    await sent(telephony, client.tenant_id, 1)
    assert telephony.usage.calls(lost.tenant_id) == {}
    telephony.directory.zones[lost.tenant_id] = zone
    telephony.forget_directory()
    await eventually(lambda: telephony.usage.calls(lost.tenant_id), 15)


async def test_only_the_shipper_ships(telephony: Running) -> None:
    """Not the gateway, in nobody's name."""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await telephony.journals("gateway").ListJournalCursors(
            journal_service_pb2.ListJournalCursorsRequest(cluster="east", host="h")
        )

    assert from_rpc_error(refused.value).reason == "CALLER_NOT_ALLOWED"


@pytest.mark.parametrize(
    "where", [{"cluster": "a b"}, {"host": "../etc"}, {"file": "x/y"}, {"host": "h" * 64}]
)
async def test_names_are_checked(telephony: Running, where: dict[str, str]) -> None:
    """They come from folders, but this is no place for paths."""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await telephony.ship((0, b"x\n"), **where)

    assert from_rpc_error(refused.value).reason == "INVALID_REQUEST"


def _fields(line: ALine) -> dict[str, object]:
    return {name: getattr(line, name) for name in ALine.__slots__}
