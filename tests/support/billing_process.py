"""billing as a real process, and a PostgreSQL of a test's own: both can be killed."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from dev.ports import LOOPBACK
from dev.postgres import Postgres
from dev.processes import NotReady
from dev.secrets_file import Secrets
from services.kit.db.migrations import upgrade
from tests.support.billing import Billing
from tests.support.card_payers import SECRET_KEY, WEBHOOK_SECRET
from tests.support.eventually import eventually
from tests.support.mesh import mesh

_ROOT: Final = Path(__file__).parents[2]
_NOBODY: Final = "127.0.0.1:1"


class Offset:
    """How far the processes' clock is from the machine's, in seconds, in a file."""

    def __init__(self, folder: Path, seconds: float = 0) -> None:
        self.path, self._seconds = folder / "offset", seconds
        self.advance(0)

    @classmethod
    def to(cls, folder: Path, instant: datetime) -> Offset:
        """One by which it is that instant now."""
        return cls(folder, (instant - datetime.now(UTC)).total_seconds())

    def advance(self, seconds: float) -> None:
        """Moves the clock of the processes on."""
        self._seconds += seconds
        fresh = self.path.with_suffix(".new")
        fresh.write_text(f"{self._seconds:.0f}")
        fresh.replace(self.path)


@asynccontextmanager
async def a_process(
    billing: Billing, offset: Offset, *, with_peers: bool = False
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A billing on the same store and the same processor, killed at the end."""
    usage, tenancy = (
        f"{LOOPBACK}:{billing.peers[name]}" if with_peers else _NOBODY
        for name in ("usage", "tenancy")
    )
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(_ROOT), str(_ROOT / "gen"))),
        "VENEER_BILLING_DATABASE_URL": billing.database_url,
        "VENEER_BILLING_LISTEN": "127.0.0.1:0",
        "VENEER_BILLING_USAGE_ADDRESS": usage,
        "VENEER_BILLING_TENANCY_ADDRESS": tenancy,
        "VENEER_BILLING_STRIPE_KEY": SECRET_KEY,
        "VENEER_BILLING_STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "VENEER_BILLING_STRIPE_API_BASE": billing.cards.url,
        "VENEER_CERTIFICATES": str(mesh().certificates),
        "VENEER_PRINCIPAL_PUBLIC_KEY": str(mesh().public_key),
        "VENEER_CLOCK_OFFSET_FILE": str(offset.path),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.billing", "serve"),
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


class KillablePostgres:
    """A server with billing's store in it."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server((LOOPBACK, 0)) as listener:
            port = listener.getsockname()[1]
        self._folder = folder
        self._server = Postgres(folder, port, Secrets(folder / "secrets.json"))

    async def prepare(self) -> None:
        """Starts it and makes the store."""
        self._server.prepare()
        await self._start()
        self._server.create_stores(["billing"])
        await upgrade("billing", self._server.owner_url("billing"), service_url=self.url)

    @property
    def url(self) -> str:
        """How billing logs in."""
        return self._server.service_url("billing")

    async def kill(self) -> None:
        """kill -9, and up again from what it had written down."""
        self._server.process.kill()
        await self._start()

    def stop(self) -> None:
        """Ends it for good."""
        self._server.process.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _start(self) -> None:
        # Until the last of the killed server's own processes has seen that it is gone.
        await eventually(self._starts, deadline_seconds=60, what="PostgreSQL")

    def _starts(self) -> bool:
        self._server.process.start()
        try:
            self._server.process.wait_until_ready()
        except NotReady:
            return False
        return True


@contextmanager
def a_postgres(folder: Path) -> Iterator[KillablePostgres]:
    """One that is stopped at the end."""
    server = KillablePostgres(folder)
    try:
        yield server
    finally:
        server.stop()
