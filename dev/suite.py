"""The whole suite as child processes of this one: both databases, services, edge, dialer.

    suite = Suite(directory, Ports.free())     # or Ports.from_environment()
    suite.start()                              # returns when every member answers
    key = suite.bootstrap(operator)            # the operator's tenant, first user and API key
    suite.url("abc-solar.dialer.localhost")    # 'https://abc-solar.dialer.localhost:<port>'
    suite.address("usage")                     # '127.0.0.1:<port>' of a service, for gRPC
    suite.kill("usage")                        # kill -9, no drain
    suite.restart("usage")                     # starts it again (stops it first if it runs)
    suite.restart_the_dead()                   # names of members that had ended and run again
    suite.stop()

Several suites can run side by side: each has a directory (data, logs, rendered configuration)
and ports of its own; certificates are those of `make setup` unless others are named. `Suite` is
also a context manager. All calls block and belong to the main thread, as the members end with
the thread that started them; none needs an event loop, and all may be called inside of one.

Members: postgres, mariadb, tenancy, telephony, usage, billing, gateway, envoy, shipper,
simulator; `Options.members` leaves some out, `Options.observe` adds prometheus.
With `Options.movable_clock`, `move_clock(seconds)` sets how far the services' time is ahead.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from dev import envoy, members
from dev.certificates import ensure_certificates
from dev.dialer import Dialer
from dev.mariadb import SIMULATOR, MariaDb
from dev.paths import RUN
from dev.ports import LOOPBACK, Ports
from dev.postgres import Postgres
from dev.processes import NotReady, Process
from dev.secrets_file import Secrets
from dev.stores import Operator, migrate, operator_key

DATABASES = ("postgres", "mariadb")
GRPC_MEMBERS = members.GRPC_SERVICES
OBSERVER = "prometheus"
MEMBERS = (*DATABASES, *GRPC_MEMBERS, "gateway", "envoy", "shipper", "dialer-api", "simulator")


@dataclass(frozen=True)
class Options:
    """How a suite differs from the one that `make run` starts.

    `extra` are variables for every service and the simulator. `scenario`, `seed` and `pace`
    (times the scenario's live rate) are the simulator's; `Suite.dialer.totals()` is its own count
    of what it dialed.
    """

    members: tuple[str, ...] = MEMBERS
    certificates: Path = RUN / "certificates"
    operator_hosts: tuple[str, ...] = ("console.localhost",)
    movable_clock: bool = False
    observe: bool = False
    scenario: str = "demo"
    seed: int = 1
    pace: float = 1.0
    extra: Mapping[str, str] = field(default_factory=dict)
    collector: int = 0
    tell: Callable[[str], None] = lambda text: None


class Suite:
    """See the module. Raises NotReady when a member does not come up."""

    def __init__(self, directory: Path, ports: Ports, options: Options = Options()) -> None:
        self.directory = directory.resolve()
        self.ports = ports
        self.options = options
        self.secrets = Secrets(self.directory / "secrets.json")
        # API keys lie beside the data that they are good for, and go when it is removed.
        self.keys = Secrets(self.directory / "postgres" / "keys.json")
        self._clock_file = self.directory / "clock-offset"
        moved = {"VENEER_CLOCK_OFFSET_FILE": str(self._clock_file)}
        extra = {**options.extra, **(moved if options.movable_clock else {})}
        self.postgres = Postgres(self.directory, ports.postgres, self.secrets)
        self.mariadb = MariaDb(self.directory, ports.mariadb, self.secrets)
        self.dialer = Dialer(
            directory=self.directory / "dialer",
            journals=self.directory / "journals",
            database_url=self.mariadb.url(SIMULATOR),
            scenario=options.scenario,
            seed=options.seed,
            pace=options.pace,
        )
        places = (self.directory, options.certificates)
        self.around = members.Surroundings(
            *places,
            ports,
            self.postgres,
            self.mariadb,
            self.dialer,
            extra,
            self.secrets.get("dialer_api"),
            self.secrets.get("tenancy_secrets_key"),
            options.observe,
            options.collector,
        )
        logs = self.directory / "logs"
        started = [Process(each, logs) for each in members.programs(self.around)]
        everyone = [self.postgres.process, self.mariadb.process, *started]
        wanted = {*options.members, OBSERVER}
        named = {each.program.name: each for each in everyone}
        self._processes = {name: each for name, each in named.items() if name in wanted}

    def __enter__(self) -> Suite:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Starts every member and returns when all answer; on failure none is left behind."""
        try:
            self.start_databases()
            self.migrate()
            self.start_members()
        except BaseException:
            self.stop()
            raise

    def start_databases(self) -> None:
        """Starts both servers, with their roles, databases and accounts."""
        self._prepare_folders()
        present = [name for name in DATABASES if name in self._processes]
        self.options.tell(f"starting {' and '.join(present)}")
        prepare = {"postgres": self.postgres.prepare, "mariadb": self.mariadb.prepare}
        with ThreadPoolExecutor(len(DATABASES)) as pool:
            list(pool.map(lambda name: prepare[name](), present))
        self._start_all(present)
        if "postgres" in present:
            self.postgres.create_stores(list(members.STORES))
        if "mariadb" in present:
            self.mariadb.create_accounts()

    def migrate(self, stores: Iterable[str] = members.STORES) -> None:
        """Brings every store to its newest revision, all at once."""
        self.options.tell("bringing the stores up to date")
        migrate(self.around, [name for name in stores if name in self._processes])

    def start_members(self, names: Iterable[str] = (*MEMBERS, OBSERVER)) -> None:
        """Starts everything but the databases; returns when all answer."""
        present = [name for name in names if name in self._processes and name not in DATABASES]
        if "envoy" in present:
            envoy.write(self.around.edge)
        self.options.tell(f"starting {', '.join(present)}")
        self._start_all(present)

    def bootstrap(self, operator: Operator) -> str:
        """Makes the operator where there is none; returns its API key, which may do everything."""
        known = self.keys.get("operator") if self.keys.has("operator") else ""
        self.keys.set("operator", operator_key(self.around, operator, known))
        return self.keys.get("operator")

    def stop(self) -> None:
        """Stops every member, those that others rely on last. Safe to call twice."""
        services = [name for name in reversed(self._processes) if name not in DATABASES]
        for name in services:
            self._processes[name].ask_to_stop()
        for name in [*services, *(name for name in DATABASES if name in self._processes)]:
            self._processes[name].stop()

    def kill(self, name: str) -> None:
        """kill -9, as a power failure would."""
        self._processes[name].kill()

    def restart(self, name: str) -> None:
        """Starts a member again and returns when it answers; a running one is stopped first."""
        self._processes[name].stop()
        self._start_all([name])

    def restart_the_dead(self) -> list[str]:
        """Starts the members that have ended; does not wait until they answer."""
        dead = [name for name, process in self._processes.items() if not process.is_running]
        for name in dead:
            self._processes[name].start()
        return dead

    def is_running(self, name: str) -> bool:
        """Whether the member's process is there."""
        return self._processes[name].is_running

    def pid(self, name: str) -> int | None:
        """Process id of a running member."""
        return self._processes[name].pid

    def log(self, name: str) -> str:
        """All that the member has said so far."""
        return self._processes[name].log_path.read_text(errors="replace")

    def wait_for_log(self, name: str, text: str, timeout_seconds: float = 60) -> None:
        """Returns when the member has said `text` since it was last started; NotReady if not."""
        self._processes[name].wait_for_log(text, timeout_seconds)

    def address(self, service: str) -> str:
        """host:port of a member; of the edge's doors too: `public`, `private`."""
        return f"{LOOPBACK}:{getattr(self.ports, service)}"

    def url(self, host: str) -> str:
        """The https address of a host at the edge."""
        is_operator = host in self.options.operator_hosts
        return f"https://{host}:{self.ports.private if is_operator else self.ports.public}"

    @property
    def edge_ca(self) -> Path:
        """The certificate that clients of the edge must trust."""
        return self.options.certificates / "edge" / "ca.pem"

    def move_clock(self, seconds: float) -> None:
        """Sets the services' time to `seconds` from the machine's; Options.movable_clock."""
        assert self.options.movable_clock
        fresh = self._clock_file.with_suffix(".new")
        fresh.write_text(f"{seconds}\n")
        fresh.replace(self._clock_file)

    def _prepare_folders(self) -> None:
        for folder in (self.directory, self.directory / "logs", self.dialer.journals):
            folder.mkdir(parents=True, exist_ok=True)
        if self.options.movable_clock and not self._clock_file.exists():
            self.move_clock(0)
        ensure_certificates(self.options.certificates)

    def _start_all(self, names: Iterable[str]) -> None:
        started = [self._processes[name] for name in names]
        for process in started:
            process.start()
        for process in started:
            self._wait(process)

    def _wait(self, process: Process) -> None:
        """After a kill -9 a database may refuse to start until the last of its old children
        has noticed, so one that ends at once is given a few more tries."""
        deadline = time.monotonic() + 20
        while True:
            try:
                return process.wait_until_ready()
            except NotReady:
                is_database = process.program.name in DATABASES
                if process.is_running or not is_database or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
                process.start()
