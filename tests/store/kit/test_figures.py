"""Figures of the stores: each service's are read from its real tables, and never shown when old."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import asyncpg
import pytest

from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.figures import FigureWatch
from services.kit.db.transaction import Database
from services.kit.db.urls import driver_dsn
from tests.support.postgres import service_database

_NO_STORE: Any = lambda connection, scope: None  # noqa: E731


@pytest.mark.parametrize("service", ["tenancy", "telephony", "billing", "gateway"])
async def test_every_figure_can_be_read(service: str, clock: MovableClock) -> None:
    """From a store as its migrations leave it: nothing waits, and nothing is wrong."""
    figures = import_module(f"services.{service}.store.figures").FIGURES
    async with service_database(service) as database:
        db: Database[Any] = create_database(database.service_url, service, _NO_STORE, clock)
        watch = FigureWatch(db, figures)

        await watch.look()

        seen = {figure.name: watch.values(figure.name) for figure in figures}
        await db.dispose()
    assert seen == {figure.name: {} if figure.label else {"": 0} for figure in figures}


async def test_a_figure_tells_what_is_there(clock: MovableClock) -> None:
    """A line that was put aside, and a host that said something ten minutes ago."""
    figures = import_module("services.telephony.store.figures").FIGURES
    async with service_database("telephony") as database:
        admin = await asyncpg.connect(driver_dsn(database.admin_url))
        await admin.execute(
            "INSERT INTO quarantined_lines (cluster, host, file, byte_offset, line, reason, detail,"
            " state, create_time) VALUES ('east', 'd1', 'f', 0, 'x', 'r', 'd', 'QUARANTINED', $1)",
            clock.now(),
        )
        await admin.execute(
            "INSERT INTO host_signs (cluster, host, last_sign_millis, top_created_seconds,"
            " top_sequence, receive_time) VALUES ('east', 'd1', 0, 0, 0, $1)",
            clock.now() - timedelta(minutes=10),
        )
        await admin.close()
        db: Database[Any] = create_database(database.service_url, "telephony", _NO_STORE, clock)
        watch = FigureWatch(db, figures)

        await watch.look()

        await db.dispose()
    assert watch.values("telephony.lines.quarantined") == {"": 1}
    assert watch.values("telephony.hosts.silence") == {"east/d1": 600}


async def test_what_could_not_be_read_is_not_shown(clock: MovableClock) -> None:
    """An old figure would look like a new one."""
    async with service_database("usage") as database:
        db: Database[Any] = create_database(database.service_url, "usage", _NO_STORE, clock)
        watch = FigureWatch(db, ())
        await watch.look()
        before = watch.values("outbox.given_up")
        await db.dispose()
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await watch.look()
    await db.dispose()

    assert before == {"": 0}
    assert watch.values("outbox.given_up") == {}
