"""Runs the suite with the demo until it is told to stop; `make run` does just this."""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from dev import demo
from dev import demo_content as content
from dev.demo_dialer import set_up_dialer
from dev.envoy import EdgeNotValid
from dev.paths import RUN
from dev.ports import Ports
from dev.processes import NotReady
from dev.prometheus import ensure_prometheus
from dev.rest import Refused, Rest
from dev.say import give_up, say
from dev.stores import Operator
from dev.suite import GRPC_MEMBERS, OBSERVER, Options, Suite

DEMO_FILE = RUN / "demo.json"
LOOK_SECONDS = 1.0
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Sets up, seeds, tells where everything is, and looks after it until Ctrl-C."""
    _end_with_make()
    # SIGINT too: a shell starts what runs in its background with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    with _only_one():
        ports = Ports.from_environment()
        ports.require_free()
        DEMO_FILE.unlink(missing_ok=True)
        if os.environ.get("OBSERVE"):
            ensure_prometheus()
        suite = Suite(RUN, ports, Options(tell=say, observe=bool(os.environ.get("OBSERVE"))))
        status = 0
        try:
            _tell(suite, bring_up(suite))
            _look_after(suite)
        except KeyboardInterrupt:
            print()
        except (NotReady, EdgeNotValid, Refused, TimeoutError) as problem:
            print(f"\n{problem}", file=sys.stderr)
            status = 1
        finally:
            _end(suite)
    sys.exit(status)


def bring_up(suite: Suite) -> dict[str, Any]:
    """Starts everything with the demo in it; gives where all of it is, and who logs in how."""
    suite.start_databases()
    # Its history takes a while, which the stores can use.
    suite.start_members(["dialer-api", "simulator"])
    suite.migrate()
    suite.start_members(GRPC_MEMBERS)
    operator = Operator(
        tenant_id=content.OPERATOR_ID,
        display_name=content.OPERATOR_DISPLAY_NAME,
        email=content.OPERATOR_EMAIL,
        password=suite.secrets.get("login_operator"),
        time_zone=content.OPERATOR_TIME_ZONE,
    )
    key = suite.bootstrap(operator)
    suite.start_members(["gateway", "envoy", OBSERVER])
    with Rest(operator.host_name, suite.ports.private, suite.edge_ca, key) as api:
        seeding = demo.Seeding(api, suite.secrets, suite.keys)
        say("demo: clients, prices, routes, numbers and campaigns")
        demo.seed_before_dialing(seeding)
        set_up_dialer(api, suite.keys)
        suite.start_members(["shipper"])
        suite.wait_for_log("simulator", "dialing", timeout_seconds=120)
        say("demo: waiting until every call has arrived")
        demo.send_invoices(seeding, suite.dialer.totals)
        demo.wait_for_this_month(seeding, suite.dialer.totals)
    return _describe(suite, operator, key)


def _tell(suite: Suite, described: dict[str, Any]) -> None:
    _write(DEMO_FILE, described)
    _print(described)
    if suite.options.observe:
        print(f"  Metrics: http://127.0.0.1:{suite.ports.prometheus}/alerts\n", flush=True)


def _look_after(suite: Suite) -> None:
    """Starts again what has ended, as a cluster would, at most once a second."""
    while True:
        time.sleep(LOOK_SECONDS)
        for name in suite.restart_the_dead():
            say(f"{name} had ended and was started again; see .run/logs/{name}.log")


def _describe(suite: Suite, operator: Operator, key: str) -> dict[str, Any]:
    tenants: list[dict[str, Any]] = [
        {
            "name": client.name,
            "display_name": client.display_name,
            "url": suite.url(client.host),
            "address": suite.address("public"),
            "api_key": suite.keys.get(client.tenant_id),
            "login": {
                "email": client.email,
                "password": suite.secrets.get(f"login_{client.tenant_id}"),
            },
        }
        for client in content.CLIENTS
    ]
    password = suite.keys.get(content.AGENT_ID)
    tenants[content.CLIENTS.index(content.ABC_SOLAR)]["agent"] = {
        "url": f"{suite.url(content.ABC_SOLAR.host)}/agent",
        "login": {"agent_id": content.AGENT_ID, "password": password},
    }
    return {
        "ca": str(suite.edge_ca),
        "tenants": tenants,
        "operator": {
            "url": suite.url(operator.host_name),
            "address": suite.address("private"),
            "api_key": key,
            "login": {"email": operator.email, "password": operator.password},
        },
    }


def _write(path: Path, described: dict[str, Any]) -> None:
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(described, file, indent=2)
    fresh.replace(path)


def _print(described: dict[str, Any]) -> None:
    say("everything answers")
    print()
    tenants, operator = described["tenants"], described["operator"]
    for title, entry in [
        *((tenant["display_name"], tenant) for tenant in tenants),
        (f"{content.OPERATOR_DISPLAY_NAME} (operator's console)", operator),
    ]:
        print(f"  {title}")
        print(f"    {entry['url']}    (API: {entry['url']}/v1, reference: {entry['url']}/docs)")
        print(f"    log in: {entry['login']['email']}  {entry['login']['password']}")
        print(f"    API key: {entry['api_key']}")
        if agent := entry.get("agent"):
            login = agent["login"]
            print(f"    agent: {agent['url']}    {login['agent_id']}  {login['password']}")
    print(f"\n  Browsers and curl must trust {described['ca']}")
    print(
        f"  The same in {DEMO_FILE}; logs in {RUN / 'logs'}. Ctrl-C ends everything.\n", flush=True
    )


def _end(suite: Suite) -> None:
    """A second Ctrl-C must not leave half of it behind."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    DEMO_FILE.unlink(missing_ok=True)
    say("stopping")
    suite.stop()
    say("stopped; nothing is left running")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end_with_make() -> None:
    """Started by make, it must not outlive it: a killed make tells its children nothing."""
    if os.environ.get("MAKELEVEL"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@contextmanager
def _only_one() -> Iterator[None]:
    """Two suites in one directory would share their databases' files."""
    RUN.mkdir(exist_ok=True)
    with (RUN / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            give_up("The suite of this directory is running already (make run).")
        yield


if __name__ == "__main__":
    main()
