"""What is done to the members of a suite: killed, or frozen as behind a link that is cut."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from dev.processes import NotReady
from dev.suite import Suite

# The simulator is the truth that all is held against; its own tests kill it.
VICTIMS = (
    "postgres",
    "mariadb",
    "tenancy",
    "telephony",
    "usage",
    "billing",
    "gateway",
    "envoy",
    "shipper",
    "dialer-api",
)
_AWAY_SECONDS = (0.0, 3.0)
_FROZEN_SECONDS = (0.5, 6.0)
_REST_SECONDS = (0.5, 2.5)


@dataclass(slots=True)
class Blows:
    """Hits a random member after another, and counts how often each was hit."""

    suite: Suite
    chance: random.Random
    tell: Callable[[str], None]
    counts: Counter[str] = field(default_factory=Counter)

    def strike_until(self, ends_at: float) -> None:
        """Strikes until the monotonic clock says `ends_at`; everybody runs again then."""
        while time.monotonic() < ends_at:
            victim = self.chance.choice(VICTIMS)
            if self.chance.random() < 0.6:
                self._kill(victim)
            else:
                self._freeze(victim)
            self._revive()
            time.sleep(self.chance.uniform(*_REST_SECONDS))
        self._revive()

    def _kill(self, victim: str) -> None:
        seconds = self.chance.uniform(*_AWAY_SECONDS)
        self.tell(f"kill -9 {victim}, back after {seconds:.1f} s")
        self.suite.kill(victim)
        self.counts[f"{victim} killed"] += 1
        time.sleep(seconds)
        try:
            self.suite.restart(victim)
        except NotReady:
            # It waits for another one that is away; it is started again below.
            self.tell(f"{victim} did not come up at once")

    def _freeze(self, victim: str) -> None:
        """Who asks it gets no answer and no refusal, as when packets are dropped."""
        pid = self.suite.pid(victim)
        if pid is None:
            return
        seconds = self.chance.uniform(*_FROZEN_SECONDS)
        self.tell(f"freeze {victim} for {seconds:.1f} s")
        self.counts[f"{victim} frozen"] += 1
        os.killpg(pid, signal.SIGSTOP)
        try:
            time.sleep(seconds)
        finally:
            os.killpg(pid, signal.SIGCONT)

    def _revive(self) -> None:
        for name in self.suite.restart_the_dead():
            self.tell(f"{name} had ended and was started again")
