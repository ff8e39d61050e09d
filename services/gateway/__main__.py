"""python -m services.gateway serve | migrate."""

from __future__ import annotations

import asyncio
import gc
import sys

from services.gateway.assembly import Gateway, Parts
from services.gateway.http.server import IDENTITY, Listener, Servers, run_until_stopped
from services.gateway.settings import GatewaySettings, MigrateSettings
from services.gateway.store import GatewayStore
from services.kit.clock import running_clock
from services.kit.db.engine import create_database
from services.kit.db.migrations import upgrade
from services.kit.logging import configure_logging
from services.kit.process import run
from services.kit.rpc.channel import secure_channel
from services.kit.settings import load
from services.kit.telemetry import configure_telemetry


async def serve(settings: GatewaySettings) -> None:
    """Serves until it is told to stop."""
    clock = running_clock()
    shutdown = configure_telemetry(IDENTITY)
    database = create_database(
        settings.database_url.get_secret_value(), IDENTITY, GatewayStore, clock
    )
    channels = {
        name: secure_channel(IDENTITY, name, address, settings.certificates)
        for name, address in settings.addresses.items()
    }
    try:
        gateway = Gateway(
            Parts(database, channels, clock, settings.session_limits, settings.body_bytes_max)
        )
        listeners = [
            Listener(settings.client_listen, gateway.for_clients),
            Listener(settings.operator_listen, gateway.for_operator),
        ]
        # What is here now stays: the collector need not look at it again with every request's.
        gc.collect()
        gc.freeze()
        workers = (gateway.api_call_meter.run,)
        await run_until_stopped(Servers(listeners, settings.certificates), workers)
    finally:
        for channel in channels.values():
            await channel.close()
        await database.dispose()
        shutdown()


async def migrate(settings: MigrateSettings) -> None:
    """Brings the store to its newest revision."""
    await upgrade(
        IDENTITY,
        settings.owner_database_url.get_secret_value(),
        service_url=settings.database_url.get_secret_value(),
    )


def main() -> None:
    """Does what the command line says."""
    match sys.argv[1:]:
        case ["serve"]:
            settings = load(GatewaySettings)
            configure_logging(IDENTITY, settings.log_level)
            run(serve(settings))
        case ["migrate"]:
            asyncio.run(migrate(load(MigrateSettings)))
        case _:
            raise SystemExit("usage: python -m services.gateway serve | migrate")


if __name__ == "__main__":
    main()
