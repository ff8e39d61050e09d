"""python -m dev.chaos: breaks a suite of its own for a while, then tells what held.

The suite dials the demo's calls, ships its history meanwhile, and somebody records payments. Exits
with 1 if a law does not hold.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from dev import demo
from dev import demo_content as content
from dev.chaos.blows import Blows
from dev.chaos.checks import Ground, as_charged, as_dialed, findings
from dev.chaos.payer import Payer
from dev.dialer import DialedTotals
from dev.ports import Ports
from dev.rest import Rest
from dev.say import say
from dev.stores import Operator
from dev.suite import Options, Suite

_ARRIVE_SECONDS = 300


def main() -> None:
    """Runs the chaos; its arguments say for how long and by which dice."""
    parser = argparse.ArgumentParser(prog="python -m dev.chaos", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="how long it is broken (60)")
    parser.add_argument("--seed", type=int, default=None, help="dice of an earlier run")
    parser.add_argument("--pace", type=float, default=5.0, help="times the demo's calls (5)")
    asked = parser.parse_args()
    seed = random.randrange(10_000) if asked.seed is None else asked.seed
    directory = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        with _suite(directory, asked.pace) as suite:
            held = _break_and_look(suite, asked.seconds, seed)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    sys.exit(0 if held else 1)


def _suite(directory: Path, pace: float) -> Suite:
    return Suite(directory, Ports.free(), Options(tell=say, pace=pace))


def _break_and_look(suite: Suite, seconds: int, seed: int) -> bool:
    operator = Operator(
        tenant_id=content.OPERATOR_ID,
        display_name=content.OPERATOR_DISPLAY_NAME,
        email=content.OPERATOR_EMAIL,
        password=suite.secrets.get("login_operator"),
        time_zone=content.OPERATOR_TIME_ZONE,
    )
    key = suite.bootstrap(operator)
    client = content.CLIENTS[0]

    def open_api() -> Rest:
        return Rest(operator.host_name, suite.ports.private, suite.edge_ca, key)

    with open_api() as api:
        demo.seed_before_dialing(demo.Seeding(api, suite.secrets, suite.keys))
    suite.wait_for_log("simulator", "dialing", timeout_seconds=180)
    payer = Payer(open_api, client)
    payer.start()
    say(f"chaos: {seconds} seconds, seed {seed}")
    blows = Blows(suite, random.Random(seed), lambda text: say(f"chaos: {text}"))
    blows.strike_until(time.monotonic() + seconds)
    payer.finish()
    with open_api() as api:
        dialed = _settle(suite, api)
        found = list(findings(Ground(suite, api, dialed, client, payer.recorded)))
    _tell(blows.counts, payer)
    for each in found:
        say(f"law {each.law}: {'holds' if each.holds else 'BROKEN'}: {each.said}")
    return all(each.holds for each in found)


def _settle(suite: Suite, api: Rest) -> DialedTotals:
    """Ends the dialing and waits until everything that was dialed has arrived, or time is up."""
    pid = suite.pid("simulator")
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
    while suite.is_running("simulator"):
        time.sleep(0.1)
    dialed = suite.dialer.totals()
    say("chaos: waiting until every call has arrived")
    deadline = time.monotonic() + _ARRIVE_SECONDS
    while time.monotonic() < deadline:
        if all(as_charged(api, each) == as_dialed(dialed, each) for each in content.CLIENTS):
            break
        time.sleep(1)
    return dialed


def _tell(counts: Counter[str], payer: Payer) -> None:
    done = ", ".join(f"{what} {count}x" for what, count in sorted(counts.items()))
    say(f"chaos: {sum(counts.values())} blows: {done}")
    say(f"chaos: {payer.recorded} payments answered, {payer.repeats} had to be asked for again")


if __name__ == "__main__":
    main()
