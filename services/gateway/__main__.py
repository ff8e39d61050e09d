"""python -m services.gateway serve | migrate."""

from __future__ import annotations

import asyncio
import gc
import sys
import uuid
from collections.abc import Sequence

from services.gateway.assembly import (
    Gateway,
    Parts,
    disabled_notices,
    intake,
    own_services,
    words_in_force,
)
from services.gateway.guard.watch import Watch
from services.gateway.http.server import IDENTITY, Listener, Servers, run_until_stopped
from services.gateway.partners.addresses import Reach, parse_networks
from services.gateway.partners.agent_page import AgentPage
from services.gateway.settings import GatewaySettings, MigrateSettings
from services.gateway.store import GatewayStore
from services.gateway.store.figures import FIGURES
from services.gateway.webhooks.post import Poster
from services.gateway.webhooks.sender import Sender
from services.kit.audit import AuditTeller
from services.kit.clock import Clock, running_clock
from services.kit.db.engine import create_database
from services.kit.db.figures import FigureWatch
from services.kit.db.leases import Leases
from services.kit.db.migrations import upgrade
from services.kit.logging import configure_logging
from services.kit.process import run
from services.kit.rpc.channel import secure_channel
from services.kit.rpc.principal import PrincipalVerifier
from services.kit.rpc.server import ServeOptions, Server, Service
from services.kit.settings import load
from services.kit.telemetry import configure_telemetry
from veneer.tenancy.v1 import audit_intake_service_pb2 as audit_pb
from veneer.tenancy.v1 import audit_intake_service_pb2_grpc as audit_rpc


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
    reach = Reach(parse_networks(settings.reachable_networks))
    leases = Leases(database, uuid.uuid4().hex)
    events = intake(database, channels, leases)
    words = words_in_force(settings.secret_words, channels["telephony"])
    watch = Watch(words, database)
    notices = disabled_notices(channels["tenancy"])
    audit = AuditTeller(
        database,
        audit_rpc.AuditIntakeServiceStub(channels["tenancy"]).RecordChange,
        audit_pb.RecordChangeRequest,
    )
    sender = Sender(database, Poster(reach), leases, watch.holds_back, notices)
    agent_page = AgentPage(settings.agent_page_url) if settings.agent_page_url else None
    own = _own_server(settings, own_services(database, clock, words, reach), clock)
    try:
        await words.refresh()
        await own.start()
        channels[IDENTITY] = secure_channel(
            IDENTITY, IDENTITY, f"127.0.0.1:{own.port}", settings.certificates
        )
        limits = settings.session_limits
        gateway = Gateway(
            Parts(
                database,
                channels,
                clock,
                limits,
                watch,
                settings.body_bytes_max,
                settings.request_limits,
                reach=reach,
                agent_page=agent_page,
            )
        )
        doors = (
            Listener(settings.client_listen, gateway.for_clients),
            Listener(settings.operator_listen, gateway.for_operator),
        )
        servers = Servers(
            [door for door in doors if door.address], settings.certificates, settings.health_listen
        )
        # What is here now stays: the collector need not look at it again with every request's.
        gc.collect()
        gc.freeze()
        figures = FigureWatch(database, FIGURES)
        workers = (
            gateway.api_call_meter.run,
            words.run,
            figures.run,
            events.run,
            sender.run,
            audit.run,
        )
        await run_until_stopped(servers, workers)
    finally:
        for channel in channels.values():
            await channel.close()
        await own.stop()
        await database.dispose()
        shutdown()


def _own_server(settings: GatewaySettings, services: Sequence[Service], clock: Clock) -> Server:
    """What stands before any service's methods stands before the gateway's own."""
    return Server(
        ServeOptions(
            identity=IDENTITY,
            listen=settings.listen,
            certificates=settings.certificates,
            services=services,
            verifier=PrincipalVerifier.from_file(settings.principal_public_key, clock),
        )
    )


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
