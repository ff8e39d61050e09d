"""python -m services.kit.db.await_schema SERVICE: returns once the store is as the code wants it.

What a new replica does before it serves, so that code never meets a store that is older than it,
in whatever order a cluster starts things. It changes nothing.
"""

from __future__ import annotations

import asyncio
import sys

import asyncpg
from alembic.script import ScriptDirectory
from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.kit.db.migrations import scripts_of
from services.kit.db.roles import identifier
from services.kit.db.urls import driver_dsn
from services.kit.logging import configure_logging, get_logger
from services.kit.settings import SecretText, Settings, load

_LOOK_SECONDS = 2.0
_CONNECT_SECONDS = 5.0
_NOT_YET = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)

log = get_logger(__name__)


async def await_schema(
    url: str, scripts: ScriptDirectory, look_seconds: float = _LOOK_SECONDS
) -> None:
    """Returns when the store has the newest revision of `scripts`, or a newer one."""
    while True:
        try:
            revision = await _revision(url)
        except _NOT_YET as problem:
            log.info("the store cannot be asked yet", problem=type(problem).__name__)
        else:
            if _is_enough(revision, scripts):
                return
            log.info("the store is not migrated yet", revision=revision)
        await asyncio.sleep(look_seconds)


def _is_enough(revision: str | None, scripts: ScriptDirectory) -> bool:
    """One that we do not know was made by a newer version, beside which we go on."""
    known = {script.revision for script in scripts.walk_revisions()}
    return revision is not None and (revision not in known or revision in scripts.get_heads())


async def _revision(url: str) -> str | None:
    connection = await asyncpg.connect(driver_dsn(url), timeout=_CONNECT_SECONDS)
    try:
        revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return revision
    finally:
        await connection.close()


def main() -> None:
    """Does it for the store that the command line names."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m services.kit.db.await_schema SERVICE")
    service = identifier(sys.argv[1])

    class StoreSettings(Settings):
        model_config = SettingsConfigDict(env_prefix=f"VENEER_{service.upper()}_")

        database_url: SecretText = Field(description="postgresql:// URL of the service's role")

    settings = load(StoreSettings)
    configure_logging(service)
    asyncio.run(await_schema(settings.database_url.get_secret_value(), scripts_of(service)))


if __name__ == "__main__":
    main()
