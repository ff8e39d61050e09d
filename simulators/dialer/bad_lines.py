"""Lines as faults leave them: garbled, cut, with a wrong check, from the future, twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from simulators.dialer.calls import Leg
from simulators.dialer.journal import line
from simulators.dialer.scenario import BadLines

_FUTURE_MS = 60 * 86_400_000


def bad_lines(
    route_code: str, legs: list[Leg], bad: BadLines, rng: Random
) -> Iterator[tuple[int, str]]:
    """(time of writing in ms, line) of each bad line, made from legs that the journal has.

    Each ends with a line feed. Only the duplicates are lines of legs that count, and those legs are
    already counted once.
    """
    if not legs:
        return
    for number in range(bad.malformed):
        leg = rng.choice(legs)
        yield leg.end_ms, f"{number} channel hangup {leg.uniqueid} without a route\n"
    for _ in range(bad.truncated):
        leg = _unwritten(rng.choice(legs))
        text = line(route_code, leg)
        yield leg.end_ms, text[: rng.randrange(20, len(text) - 12)] + "\n"
    for _ in range(bad.bad_check):
        leg = _unwritten(rng.choice(legs))
        text = line(route_code, leg)
        yield (
            leg.end_ms,
            text[:-9] + ("00000000" if text[-9:-1] != "00000000" else "11111111") + "\n",
        )
    for _ in range(bad.future_dated):
        leg = rng.choice(legs)
        yield leg.end_ms, line(route_code, _shifted(leg, _FUTURE_MS))
    for _ in range(bad.duplicates):
        leg = rng.choice(legs)
        yield leg.end_ms + rng.randrange(60_000), line(route_code, leg)


def _unwritten(leg: Leg) -> Leg:
    """A leg like this one that no good line tells of: losing its line loses nothing that counts."""
    return replace(leg, uniqueid=leg.uniqueid + "9")


def _shifted(leg: Leg, by_ms: int) -> Leg:
    epoch, _, sequence = leg.uniqueid.partition(".")
    return replace(
        leg,
        uniqueid=f"{int(epoch) + by_ms // 1000}.{sequence}",
        start_ms=leg.start_ms + by_ms,
        answer_ms=leg.answer_ms + by_ms if leg.answer_ms else 0,
        end_ms=leg.end_ms + by_ms,
    )
