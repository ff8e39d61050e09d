"""python -m services.shipper run."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack

import grpc

from services.kit.logging import configure_logging, get_logger
from services.kit.process import run, work_until_stopped
from services.kit.rpc.channel import secure_channel
from services.kit.settings import load
from services.kit.telemetry import configure_telemetry
from services.shipper.host_shipper import HostShipper
from services.shipper.journal_files import JournalFiles
from services.shipper.settings import ShipperSettings

# How soon a host is noticed that had no folder before.
_LOOK_SECONDS = 1.0

log = get_logger(__name__)


async def ship_hosts(settings: ShipperSettings, channel: grpc.aio.Channel) -> None:
    """Ships the journals of every host, of new ones too, until cancelled."""
    known: set[str] = set()
    async with asyncio.TaskGroup() as group:
        while True:
            for host in sorted(_hosts(settings) - known):
                known.add(host)
                log.info("shipping", host=host)
                files = JournalFiles(settings.journals / host, settings.settle_seconds)
                shipper = HostShipper(channel, settings.cluster, host, files)
                group.create_task(shipper.run(), name=f"ship {host}")
            await asyncio.sleep(_LOOK_SECONDS)


async def ship(settings: ShipperSettings) -> None:
    """Ships until SIGTERM or SIGINT."""
    async with AsyncExitStack() as stack:
        stack.callback(configure_telemetry("shipper"))
        channel = secure_channel(
            "shipper", "telephony", settings.telephony_address, settings.certificates
        )
        stack.push_async_callback(channel.close)

        async def ship_all() -> None:
            await ship_hosts(settings, channel)

        await work_until_stopped([ship_all])
        log.info("stopped")


def _hosts(settings: ShipperSettings) -> set[str]:
    if chosen := settings.chosen_hosts():
        return set(chosen)
    if not settings.journals.is_dir():
        return set()
    return {path.name for path in settings.journals.iterdir() if path.is_dir()}


def main() -> None:
    """Does what the command line says."""
    match sys.argv[1:]:
        case ["run"] | ["serve"]:
            settings = load(ShipperSettings)
            configure_logging("shipper", settings.log_level)
            run(ship(settings))
        case _:
            raise SystemExit("usage: python -m services.shipper run")


if __name__ == "__main__":
    main()
