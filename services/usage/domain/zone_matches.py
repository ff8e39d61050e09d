"""Which of a list of prefixes the numbers of each zone begin with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

import phonenumbers

from services.usage.domain.zones import UNKNOWN, Zones

_NANP: Final = "1"
_AREA_CODES: Final = range(200, 1000)


def matches(zones: Zones, own: Iterable[str], asked: Sequence[str]) -> Mapping[str, list[str]]:
    """Gives, for each zone, those of the prefixes asked for that its numbers are told apart by.

    `own` are the operator's own prefixes. A number goes by the longest prefix that it begins with,
    as it does in its zone; so a prefix that longer ones stand in for everywhere in a zone is not
    in its list. Prefixes of no zone are left out.
    """
    wanted = frozenset(asked)
    found: defaultdict[str, set[str]] = defaultdict(set)
    # Whatever changes the zone or the prefix begins with one of these.
    beginnings = sorted({*_plan(), *own, *wanted})
    for beginning, zone in zip(beginnings, zones.zones_of(beginnings), strict=True):
        prefix = _longest(wanted, beginning)
        if prefix and zone != UNKNOWN:
            found[zone].add(prefix)
    return {zone: sorted(prefixes) for zone, prefixes in sorted(found.items())}


def _longest(prefixes: frozenset[str], digits: str) -> str:
    lengths = range(len(digits), 0, -1)
    return next((digits[:n] for n in lengths if digits[:n] in prefixes), "")


@cache
def _plan() -> tuple[str, ...]:
    codes = {str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE} - {_NANP}
    return (*codes, *(f"{_NANP}{area}" for area in _AREA_CODES))
