"""The seed's own dashboard query on two million rows, against our dashboard's call."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pymysql
from sqlalchemy.engine import make_url

from bench.calls import Calls, send
from bench.figure import Figure, middle
from bench.suite import road
from dev.mariadb import SIMULATOR
from tests.support.road import Client, Road

_ROWS = 2_000_000
_MONTH, _ZONE = "2025-10", "America/New_York"
_ROUNDS = 5

# The seed's tables under names of their own, so that telephony does not read them as the dialer's.
_SCHEMA = """
CREATE TABLE seed_campaigns (
  campaign_id VARCHAR(8) PRIMARY KEY, reseller_client_id INT
) ENGINE=MyISAM;
CREATE TABLE seed_log (
  uniqueid VARCHAR(20) PRIMARY KEY, lead_id INT UNSIGNED, list_id BIGINT UNSIGNED,
  campaign_id VARCHAR(8), call_date DATETIME, start_epoch INT UNSIGNED, end_epoch INT UNSIGNED,
  length_in_sec INT, status VARCHAR(6), phone_code VARCHAR(10), phone_number VARCHAR(18),
  user VARCHAR(20), comments VARCHAR(255), processed ENUM('Y','N'), user_group VARCHAR(20),
  term_reason VARCHAR(20), alt_dial VARCHAR(6), called_count SMALLINT,
  KEY (lead_id), KEY (call_date)
) ENGINE=MyISAM;
INSERT INTO seed_campaigns VALUES ('ABCSOLAR', 1), ('OTHER', 2);
"""
_FILL = """
INSERT INTO seed_log
SELECT CONCAT(1759291200 + seq, '.', seq), seq, 1001, 'ABCSOLAR',
  '2025-10-01 04:00:00' + INTERVAL (seq * 13 DIV 10) SECOND, 0, 0, seq MOD 600 + 1, 'NI', '1',
  '2125550123', 'agent7', 'AUTO', 'N', 'ABC', 'CALLER', 'MAIN', 1
FROM seq_1_to_2000000
"""
_SEEDS_QUERY = """
SELECT COUNT(*) AS total_calls, SUM(length_in_sec) AS total_seconds
FROM seed_log vl
JOIN seed_campaigns vc ON vl.campaign_id = vc.campaign_id
WHERE vc.reseller_client_id = 1 AND DATE_FORMAT(call_date, '%Y-%m') = '2025-10'
"""


def measure() -> list[Figure]:
    """Milliseconds of one dashboard, in turns, both with two million calls stored."""
    with road() as running:
        connection = _seeds_database(running)
        client = running.a_client(_ZONE)
        running.prices(client, date(2025, 1, 1))
        _store(running, client)
        path = f"/v1/{client.name}/statements/{_MONTH}"
        ours: list[float] = []
        reference: list[float] = []
        for _ in range(_ROUNDS):
            reference.append(_milliseconds(lambda: _ask_the_seed(connection)))
            ours += [_milliseconds(lambda: client.rest.get(path)) for _ in range(4)]
        connection.close()
    times = (middle(ours), middle(reference))
    return [Figure.times_faster("dashboard: the seed's query on 2 million rows", times, 50)]


def _seeds_database(running: Road) -> pymysql.connections.Connection[pymysql.cursors.Cursor]:
    url = make_url(running.suite.mariadb.url(SIMULATOR))
    connection = pymysql.connect(
        host=url.host or "127.0.0.1",
        port=url.port or 3306,
        user=url.username,
        password=url.password or "",
        database=url.database,
        autocommit=True,
    )
    with connection.cursor() as cursor:
        for statement in filter(str.strip, _SCHEMA.split(";")):
            cursor.execute(statement)
        cursor.execute(_FILL)
    return connection


def _ask_the_seed(connection: pymysql.connections.Connection[pymysql.cursors.Cursor]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SEEDS_QUERY)
        counted = cursor.fetchone()
    assert counted is not None
    assert counted[0] > 0


def _store(running: Road, client: Client) -> None:
    zone = ZoneInfo(_ZONE)
    first = int(datetime(2025, 10, 1, tzinfo=zone).timestamp())
    last = int(datetime(2025, 11, 1, tzinfo=zone).timestamp())
    certificates = running.suite.options.certificates / "mesh"
    calls = Calls(client.name, _ZONE, _ROWS, first, last)
    send(running.suite.address("usage"), certificates, calls)


def _milliseconds(function: Callable[[], object]) -> float:
    begin = time.perf_counter()
    function()
    return (time.perf_counter() - begin) * 1000
