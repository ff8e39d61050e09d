"""Legs on their way to usage: what is pending, what waits, what is forgotten."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import text

from services.kit.db.transaction import Database
from services.telephony.domain.leg import Description
from services.telephony.store import TelephonyStore
from services.telephony.usecases.take_chunk import Moment
from tests.support.builders.telephony import NOON, NOON_SECONDS, a_leg_at, a_line
from tests.support.builders.tenancy import an_id
from tests.support.eventually import eventually
from tests.support.telephony_store import a_code, a_route, pending, take

_WAITING = text(
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " WHERE NOT granted AND datname = current_database()"
)


async def test_a_leg_that_changed_since_it_was_sent_stays_pending(
    db: Database[TelephonyStore],
) -> None:
    """What usage has acknowledged is an older one."""
    host, route = an_id("h"), await a_route(db, an_id())
    line = a_line(route=route.code)
    longer = a_line(route=route.code, uniqueid=line.uniqueid, end=line.end.replace(".000", ".700"))
    await take(db, host, line.bytes())
    (before,) = await pending(db, host)

    await take(db, host, longer.bytes(), len(line.bytes()))
    async with db.operator_transaction() as store:
        await store.legs.mark_sent([before.queue_number])

    (after,) = await pending(db, host)
    assert (before.billable_seconds, after.billable_seconds) == (60, 61)
    assert after.queue_number > before.queue_number


async def test_a_description_makes_a_sent_leg_pending_again(
    db: Database[TelephonyStore],
) -> None:
    """And one that is nobody's stays unassigned."""
    host, route, code = an_id("h"), await a_route(db, an_id()), a_code()
    lines = [a_line(route=route.code), a_line(route=code)]
    await take(db, host, b"".join(line.bytes() for line in lines))
    async with db.operator_transaction() as store:
        await store.legs.mark_sent([leg.queue_number for leg in await pending(db, host)])
        legs = await store.descriptions.undescribed(NOON_SECONDS, 10_000)
        mine = [leg for leg in legs if leg.host == host]
        await store.descriptions.write([(leg, Description("C1", "1", "a1", "NI")) for leg in mine])

    (leg,) = await pending(db, host)
    assert leg.uniqueid == lines[0].uniqueid
    assert (leg.campaign, leg.list, leg.agent, leg.disposition) == ("C1", "1", "a1", "NI")
    async with db.operator_read() as store:
        left = await store.descriptions.undescribed(NOON_SECONDS, 10_000)
    assert [leg for leg in left if leg.host == host] == []


async def test_late_legs_wait_for_their_description_but_not_for_ever(
    db: Database[TelephonyStore],
) -> None:
    """Recent ones do not wait at all; whichever is looked up may go, found or not."""
    host, route = an_id("h"), await a_route(db, an_id())
    late = [a_leg_at(NOON_SECONDS - 9000, route=route.code) for _ in range(3)]
    recent = a_line(route=route.code)
    chunk = b"".join(line.bytes() for line in (*late, recent))
    await take(db, host, chunk, moment=Moment(NOON, NOON_SECONDS - 900))
    assert [leg.uniqueid for leg in await pending(db, host)] == [recent.uniqueid]

    async with db.operator_transaction() as store:
        legs = await store.descriptions.undescribed(NOON_SECONDS - 900, 10_000)
        mine = {leg.uniqueid: leg for leg in legs if leg.host == host}
        found, not_found = (mine[line.uniqueid] for line in late[:2])
        await store.descriptions.write([(found, Description("C1", "1", "a1", "NI"))])
        await store.descriptions.note_looked_up([found, not_found])
        await store.legs.release_awaited(NOON - timedelta(seconds=120))
    waited = {leg.uniqueid: leg.campaign for leg in await pending(db, host)}
    assert waited == {recent.uniqueid: "", late[0].uniqueid: "C1", late[1].uniqueid: ""}

    async with db.operator_transaction() as store:
        await store.legs.release_awaited(NOON + timedelta(seconds=1))
    assert len(await pending(db, host)) == 4


async def test_a_route_is_given_away_while_its_legs_are_described(
    db: Database[TelephonyStore],
) -> None:
    """One waits for the other: they touch the same legs, in whatever order."""
    host, code = an_id("h"), a_code()
    lines = [a_line(route=code), a_line(route=code)]
    await take(db, host, b"".join(line.bytes() for line in lines))
    async with db.operator_transaction() as store:
        legs = await store.descriptions.undescribed(NOON_SECONDS + 9000, 10_000)
        mine = {leg.uniqueid: leg for leg in legs if leg.host == host}
        first, second = (mine[line.uniqueid] for line in lines)

        await store.descriptions.note_looked_up([second])
        giving = asyncio.create_task(a_route(db, an_id(), code))
        await eventually(lambda: _is_somebody_waiting(db))
        await store.descriptions.note_looked_up([first])

    await giving
    assert len(await pending(db, host)) == 2


async def _is_somebody_waiting(db: Database[TelephonyStore]) -> bool:
    async with db.operator_connection() as connection:
        rows = await connection.execute(_WAITING)
        return bool(rows.scalar_one())


async def test_legs_of_tenants_that_are_held_are_passed_over(
    db: Database[TelephonyStore],
) -> None:
    """They must not fill the pages of the others."""
    host, held, free = an_id("h"), await a_route(db, an_id()), await a_route(db, an_id())
    await take(db, host, a_line(route=held.code).bytes() + a_line(route=free.code).bytes())

    async with db.operator_read() as store:
        assert held.tenant_id is not None
        legs = await store.legs.pending(0, [held.tenant_id], 10_000)

    assert [leg.tenant_id for leg in legs if leg.host == host] == [free.tenant_id]


async def test_only_what_usage_has_long_known_is_forgotten(
    db: Database[TelephonyStore],
) -> None:
    """Whatever is pending or nobody's stays."""
    host, route = an_id("h"), await a_route(db, an_id())
    lines = [a_line(route=route.code), a_line(route=route.code), a_line(route=a_code())]
    await take(db, host, b"".join(line.bytes() for line in lines))
    sent, _ = await pending(db, host)
    async with db.operator_transaction() as store:
        await store.legs.mark_sent([sent.queue_number])
        await store.legs.prune(NOON, 1000)
        assert await store.legs.prune(NOON + timedelta(seconds=1), 1000) >= 1

    async with db.operator_connection() as connection:
        rows = await connection.execute(
            text("SELECT uniqueid FROM legs WHERE host = :host"), {"host": host}
        )
        assert {row.uniqueid for row in rows} == {
            line.uniqueid for line in lines if line.uniqueid != sent.uniqueid
        }


async def test_a_leg_of_which_little_is_known_is_taken(db: Database[TelephonyStore]) -> None:
    """Alone in its chunk, all that may be empty being empty."""
    host, route = an_id("h"), await a_route(db, an_id())
    line = a_line(
        route=route.code, direction="i", linkedid="", caller="", code="", dialled="", caller_id="",
        answer="",
    )  # fmt: skip

    await take(db, host, line.bytes())

    (leg,) = await pending(db, host)
    assert (leg.linkedid, leg.dialled_number, leg.caller_number) == ("", "", "")
    assert (leg.answer_time_millis, leg.billable_seconds, leg.hangup_cause) == (0, 0, 16)
