"""The history in a real MariaDB: what the tables say of calls, and where they are wrong."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from simulators.dialer.calls import Call, Kind, Outcome, Transfer
from simulators.dialer.history import plan
from simulators.dialer.scenarios.small import SCENARIO
from simulators.dialer.tables.bulk import load
from simulators.dialer.tables.connection import connect
from simulators.dialer.tables.live import LiveTables
from simulators.dialer.tables.schema import load_schema
from simulators.dialer.tables.stage import Stage, log_uniqueid, never_finished, stage_times
from tests.store.simulator.conftest import DialerTables

_STARTED = int(datetime(2026, 3, 10, 15, tzinfo=ZoneInfo("America/New_York")).timestamp())


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    return list(plan(SCENARIO, 1, _STARTED))


@pytest.fixture(scope="module")
def history(dialer_tables: DialerTables, calls: list[Call]) -> DialerTables:
    connection = connect(dialer_tables.url)
    load(connection, SCENARIO, calls, _STARTED)
    connection.close()
    return dialer_tables


def _recent(calls: list[Call]) -> list[Call]:
    return [call for call in calls if call.dialed_ms >= (_STARTED - 3 * 86_400) * 1000]


def test_engines_are_the_dialers(history: DialerTables) -> None:
    engines = dict(
        history.ask(
            "SELECT table_name, engine FROM information_schema.tables"
            " WHERE table_schema = DATABASE()"
        )
    )

    assert engines["vicidial_auto_calls"] == "MEMORY"
    assert engines["vicidial_log"] == engines["vicidial_log_archive"] == "MyISAM"
    assert set(load_schema()) <= set(engines)


def test_every_call_is_logged_where_its_kind_is(history: DialerTables, calls: list[Call]) -> None:
    outbound = [call for call in calls if call.kind is not Kind.INBOUND]
    inbound = [call for call in calls if call.kind is Kind.INBOUND]

    assert history.ask("SELECT COUNT(*) FROM vicidial_log") == [(len(outbound),)]
    assert history.ask("SELECT COUNT(*) FROM vicidial_did_log") == [(len(inbound),)]
    queued = len(inbound) + sum(call.transfer is Transfer.QUEUE for call in calls)
    assert history.ask("SELECT COUNT(*) FROM vicidial_closer_log") == [(queued,)]


def test_a_code_leads_to_the_calls_log(history: DialerTables, calls: list[Call]) -> None:
    rows = history.ask(
        "SELECT e.caller_code, l.campaign_id, l.status FROM vicidial_log_extended e"
        " JOIN vicidial_log l USING (uniqueid)"
    )
    found = {code: (campaign, status) for code, campaign, status in rows}
    known = [call for call in calls if call.code in found]

    # Made-up uniqueids are in the log only: the few calls that have them are not found by code.
    assert len(known) > 0.85 * len(calls)
    assert all(
        found[call.code] == (call.campaign, call.status)
        for call in known
        if not never_finished(call)
    )


def test_the_carrier_log_is_wrong_about_answered_time(
    history: DialerTables, calls: list[Call]
) -> None:
    answered = dict(
        history.ask("SELECT caller_code, MAX(answered_time) FROM vicidial_carrier_log GROUP BY 1")
    )
    plain = [c for c in _recent(calls) if c.leg.answer_ms and c.transfer is not Transfer.BLIND]

    for call in plain:
        if call.kind is Kind.AUTOMATIC:
            assert answered[call.code] == 0
        elif call.kind is Kind.MANUAL:
            ring_and_talk = (call.leg.end_ms - call.leg.start_ms) // 1000
            assert answered[call.code] == ring_and_talk >= call.leg.billable_seconds() - 1


def test_rows_that_were_never_closed_have_no_end(history: DialerTables, calls: list[Call]) -> None:
    open_calls = [c for c in calls if never_finished(c) and c.kind is not Kind.INBOUND]

    for call in open_calls:
        row = history.ask(
            "SELECT status, end_epoch, length_in_sec FROM vicidial_log WHERE uniqueid = %s",
            log_uniqueid(call),
        )
        assert row == [("INCALL", None, None)]
    zero = history.ask("SELECT COUNT(*) FROM call_log WHERE end_epoch = 0 AND end_time = 0")
    assert zero[0][0] > 0


def test_archives_keep_stale_copies(history: DialerTables) -> None:
    stale = history.ask(
        "SELECT COUNT(*) FROM vicidial_log_archive a JOIN vicidial_log l USING (uniqueid)"
        " WHERE a.end_epoch IS NULL AND l.end_epoch IS NOT NULL"
    )
    copies = history.ask("SELECT COUNT(*) FROM vicidial_log_archive")

    assert 0 < stale[0][0] < copies[0][0]


def test_leads_show_their_last_call(history: DialerTables, calls: list[Call]) -> None:
    last = calls[-1]

    row = history.ask(
        "SELECT status, called_count FROM vicidial_list WHERE lead_id = %s", last.lead_id
    )
    assert row == [(last.status, sum(call.lead_id == last.lead_id for call in calls))]


def test_live_rows_come_stage_by_stage(history: DialerTables, calls: list[Call]) -> None:
    call = next(
        c
        for c in calls
        if c.kind is Kind.AUTOMATIC
        and c.outcome is Outcome.AGENT
        and 0.3 < c.chance < 0.45
        and len(c.legs) == 1
        and c.leg.billable_seconds() > 20
    )
    tables = LiveTables(SCENARIO, history.url)
    history.ask("TRUNCATE vicidial_log")
    history.ask("TRUNCATE vicidial_carrier_log")
    seen = []
    for _, stage in stage_times(call):
        tables.reach(call, stage)
        log = history.ask("SELECT status, user, end_epoch FROM vicidial_log")
        live = history.ask("SELECT status FROM vicidial_auto_calls")
        carrier = history.ask("SELECT uniqueid, answered_time FROM vicidial_carrier_log")
        seen.append((stage, log, live, carrier))
    tables.close()

    end = call.leg.end_ms // 1000
    placing, moved = [(call.channel_id(1), 0)], [(call.leg.uniqueid, 0)]
    assert seen == [
        (Stage.DIALED, [], [("SENT",)], []),
        (Stage.ANSWERED, [("QUEUE", "VDAD", None)], [("LIVE",)], placing),
        (Stage.TALKING, [("INCALL", call.agent, None)], [("LIVE",)], placing),
        (Stage.ENDED, [("INCALL", call.agent, end)], [], placing),
        (Stage.SETTLED, [(call.status, call.agent, end)], [], moved),
    ]


def test_a_dialer_without_its_database_goes_on(
    calls: list[Call], history: DialerTables, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = LiveTables(SCENARIO, history.url)
    others = "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID()"
    for (identity,) in history.ask(others):
        history.ask("KILL %s", identity)

    tables.reach(calls[0], Stage.DIALED)
    tables.reach(calls[0], Stage.SETTLED)

    tables.close()
    assert capsys.readouterr().err.count("the tables are not being written") == 1
