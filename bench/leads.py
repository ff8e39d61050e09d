"""Leads a second through telephony into the dialer's table, against LOAD DATA of the same rows."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from pathlib import Path

import pymysql
from sqlalchemy.engine import make_url

from bench.figure import Figure
from dev.mariadb import SIMULATOR, MariaDb
from tests.support.dialer_api import dialer_api
from tests.support.dialer_clients import Dialing, dialer_settings
from tests.support.leads import Leads, Upload
from tests.support.mariadb import dialer_database
from tests.support.telephony import running, surroundings

_ROWS = 200_000
_DEADLINE_SECONDS = 600.0
_AREAS = ("212", "213", "303", "305", "312", "404", "415", "503", "602", "617", "702", "713")


def measure() -> list[Figure]:
    """From the first byte of a file to the last lead in the list, and the bare load."""
    with tempfile.TemporaryDirectory() as folder, dialer_database(Path(folder)) as database:
        rates = asyncio.run(_measure(database, Path(folder)))
    return [Figure.at_least("leads: 200,000 uploaded, of LOAD DATA", "leads/s", rates, 0.2)]


async def _measure(database: MariaDb, folder: Path) -> tuple[float, float]:
    rows = _rows()
    async with (
        surroundings() as around,
        dialer_api(database) as api,
        running(around, **dialer_settings(api)) as started,
    ):
        dialing = Dialing(started, api)
        ours = _ROWS / await _uploaded(dialing, rows)
    return ours, _ROWS / await asyncio.to_thread(_loaded, database, rows, folder / "rows.tsv")


async def _uploaded(dialing: Dialing, rows: list[tuple[str, ...]]) -> float:
    """Seconds of an upload; all of its rows must have become leads."""
    tenant = await dialing.a_tenant()
    await dialing.a_campaign(tenant)
    leads = Leads(dialing, tenant)
    target = await leads.a_list()
    lines = ["Phone,First Name,Last Name,City,State,Zip,Email", *map(",".join, rows)]
    file = "\r\n".join(lines).encode()
    began = time.perf_counter()
    upload = await leads.begun(target.name, auto_start=True)
    await leads.sent(upload.name, file)
    done = await leads.over(upload.name, _DEADLINE_SECONDS)
    took = time.perf_counter() - began
    if done.state != Upload.SUCCEEDED or done.accepted_row_count != _ROWS:
        raise RuntimeError(f"Not all rows became leads: {done}")
    return took


def _loaded(database: MariaDb, rows: list[tuple[str, ...]], path: Path) -> float:
    """Seconds of LOAD DATA into the same table, which holds leads as it always does."""
    fixed = ("NEW", "77", "-5.00", "N", "1")
    path.write_text("".join("\t".join((*fixed, *row)) + "\n" for row in rows), encoding="utf-8")
    with _local(database) as connection, connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(
            f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE vicidial_list (status, list_id,"
            " gmt_offset_now, called_since_last_reset, phone_code, phone_number, first_name,"
            " last_name, city, state, postal_code, email)"
        )
        took = time.perf_counter() - began
        cursor.execute("SELECT COUNT(*) FROM vicidial_list WHERE list_id = 77")
        if cursor.fetchone() != (_ROWS,):
            raise RuntimeError("Not all rows were loaded.")
    return took


def _local(database: MariaDb) -> pymysql.connections.Connection[pymysql.cursors.Cursor]:
    """A connection that may send a file of ours."""
    url = make_url(database.url(SIMULATOR))
    socket = url.query.get("unix_socket")
    return pymysql.connect(
        host=url.host or "127.0.0.1",
        port=url.port or 3306,
        user=url.username,
        password=url.password or "",
        database=url.database,
        unix_socket=str(socket) if socket else None,
        charset="utf8mb4",
        local_infile=True,
        autocommit=True,
        init_command="SET SESSION sql_mode='NO_ENGINE_SUBSTITUTION'",
    )


def _rows() -> list[tuple[str, ...]]:
    chance = random.Random(7)
    numbers = chance.sample(range(2_000_000, 9_999_999), _ROWS)
    return [
        (
            f"{chance.choice(_AREAS)}{number}", f"First{number % 977}", f"Last{number % 4999}",
            "Springfield", "IL", f"{number % 100_000:05d}", f"person{number}@example.com",
        )
        for number in numbers
    ]  # fmt: skip
