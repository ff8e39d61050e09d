"""Command line of the dialer simulator: run, totals, describe, backlog, web-api."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simulators.dialer import scenarios
from simulators.dialer.backlog import Backlog, BacklogFaults, BacklogRoute, write_backlog
from simulators.dialer.running import RunOptions, Simulator
from simulators.dialer.scenario import Scenario
from simulators.dialer.state import StateDirectory, StateMismatch
from simulators.dialer.tables.connection import DatabaseError
from simulators.dialer.web_api.serving import ServeOptions, serve_until_stopped
from simulators.dialer.web_api.standing import Standing


def main(arguments: list[str]) -> int:
    """Runs one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    if options.command == "backlog":
        return _backlog(options)
    if options.command == "web-api":
        return _web_api(options)
    if options.command == "describe":
        return _print(_description(scenarios.load(options.scenario)))
    if options.directory is None:
        options.directory = _beside(options.journals)
    if options.command == "totals":
        return _totals(options)
    return _run(options)


def _run(options: argparse.Namespace) -> int:
    simulator = Simulator(
        RunOptions(
            directory=options.directory,
            journals=options.journals,
            database_url=options.database_url,
            scenario=scenarios.load(options.scenario),
            seed=options.seed,
            live=not options.history_only,
            pace=options.pace,
        )
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: simulator.stop())
    try:
        simulator.run()
    except (StateMismatch, ValueError) as problem:
        print(f"dialer: {problem}", file=sys.stderr)
        return 2
    except DatabaseError as problem:
        print(f"dialer: the tables cannot be written: {problem}", file=sys.stderr)
        return 1
    return 0


def _totals(options: argparse.Namespace) -> int:
    store = StateDirectory(options.directory, options.journals)
    state = store.read()
    if state is None or not state.journals_written:
        print(f"dialer: no history has been written in {options.directory}", file=sys.stderr)
        return 2
    return _print(store.totals(scenarios.load(state.scenario)).as_json())


def _description(scenario: Scenario) -> dict[str, Any]:
    """What whoever sets the clients up must know: cluster, hosts, routes."""
    return {
        "cluster": scenario.cluster,
        "time_zone": scenario.time_zone,
        "hosts": [asdict(host) for host in scenario.hosts()],
        "routes": [
            {
                "code": route.code,
                "tenant": route.tenant,
                "time_zone": route.time_zone,
                "campaigns": [route.campaign(1 + n) for n in range(route.campaigns)],
                "prefix": route.prefix,
                "dial_prefix": route.dial_prefix,
                "dids": list(route.dids),
                "live": route.live is not None,
            }
            for route in scenario.routes
        ],
    }


def _backlog(options: argparse.Namespace) -> int:
    routes = []
    for text in options.routes:
        code, _, zone = text.partition("=")
        routes.append(BacklogRoute(code, zone or "UTC"))
    backlog = Backlog(
        routes=routes,
        legs=options.legs,
        first=int(options.first.timestamp()),
        last=int(options.last.timestamp()),
        seed=options.seed,
        hosts=options.hosts,
        faults=BacklogFaults(
            options.duplicates, options.malformed, options.late_lines, options.truncated_last_line
        ),
    )
    began = time.monotonic()
    totals = write_backlog(options.directory, backlog)
    print(f"{options.legs} legs in {time.monotonic() - began:.1f} s", file=sys.stderr)
    return _print(totals.as_json())


def _web_api(options: argparse.Namespace) -> int:
    host, _, port = options.listen.rpartition(":")
    standing = Standing(options.user, options.password, tuple(options.hosts))
    asyncio.run(serve_until_stopped(ServeOptions(options.database_url, standing, host, int(port))))
    return 0


def _print(content: dict[str, Any]) -> int:
    json.dump(content, sys.stdout, indent=1)
    print()
    return 0


def _beside(journals: Path | None) -> Path:
    """The simulator's own directory if none was named."""
    return journals.parent / "simulator" if journals else Path(".run/simulator")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulators.dialer", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="make the history if it is missing, then dial live")
    totals = commands.add_parser("totals", help="print what was dialed, as JSON")
    describe = commands.add_parser("describe", help="print the scenario's routes and DIDs as JSON")
    for command in (run, describe):
        command.add_argument(
            "--scenario", choices=scenarios.names(), default=_variable("SCENARIO", "demo")
        )
    for command in (run, totals):
        command.add_argument("--directory", type=Path, default=_variable("DIRECTORY"))
        command.add_argument("--journals", type=Path, default=_variable("JOURNALS"))
    _add_run_options(run)
    _add_backlog_options(
        commands.add_parser("backlog", help="write many legs at once and print their totals")
    )
    _add_web_api_options(commands.add_parser("web-api", help="serve the dialer's web API"))
    return parser


def _add_web_api_options(web_api: argparse.ArgumentParser) -> None:
    web_api.add_argument("--database-url", default=_variable("DATABASE_URL"))
    web_api.add_argument("--listen", default=_variable("LISTEN", "127.0.0.1:0"))
    web_api.add_argument("--hosts", nargs="+", default=["10.20.0.11"])
    web_api.add_argument("--user", default=_variable("API_USER", "programs"))
    web_api.add_argument("--password", default=_variable("API_PASSWORD"))


def _add_run_options(run: argparse.ArgumentParser) -> None:
    run.add_argument("--seed", type=int, default=_variable("SEED", 1))
    run.add_argument(
        "--database-url",
        default=_variable("DATABASE_URL"),
        help="mysql://user:password@host:port/database; none: no tables",
    )
    run.add_argument("--history-only", action="store_true", help="end when the history is written")
    run.add_argument(
        "--pace", type=float, default=_variable("PACE", 1.0), help="times the scenario's live rate"
    )


def _add_backlog_options(backlog: argparse.ArgumentParser) -> None:
    backlog.add_argument("--directory", type=Path, required=True, help="the journal directory")
    backlog.add_argument("--routes", nargs="+", required=True, metavar="CODE=ZONE")
    backlog.add_argument("--legs", type=int, required=True)
    backlog.add_argument("--first", type=_instant, required=True, help="ISO 8601, UTC if no offset")
    backlog.add_argument("--last", type=_instant, required=True)
    backlog.add_argument("--seed", type=int, default=1)
    backlog.add_argument("--hosts", nargs="+", default=["dialer-1"])
    backlog.add_argument("--duplicates", type=int, default=0)
    backlog.add_argument("--malformed", type=int, default=0)
    backlog.add_argument("--late-lines", type=int, default=0)
    backlog.add_argument("--truncated-last-line", action="store_true")


def _variable(name: str, otherwise: object = None) -> object:
    """An option's default: the environment's VENEER_SIMULATOR_<name>, which argparse converts."""
    return os.environ.get(f"VENEER_SIMULATOR_{name}", otherwise)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
