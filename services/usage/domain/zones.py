"""Zones: where a called number is, by the longest prefix that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import phonenumbers

# Of a number that could not be read, or of an area code that nobody has been given: the name
# that CLDR has for it.
UNKNOWN: Final = "ZZ"

_NANP: Final = "1"
_AREA_CODE_END: Final = 4
_LONGEST_CALLING_CODE: Final = 3
_SHORTEST_NUMBER: Final = 8
_LONGEST_NUMBER: Final = 15
_MOST_REMEMBERED: Final = 200_000


class Zones:
    """Finds zones: by the operator's own prefixes, else by the public numbering plans.

    Looks at as many leading digits as can matter, and remembers them.
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = dict(prefixes)
        longest = max(map(len, prefixes), default=0)
        self._by_leading_digits = _Remembered(self._prefixes, longest)
        self._length = max(_AREA_CODE_END, longest)

    def zones_of(self, numbers: Sequence[str]) -> list[str]:
        """Gives the zones of numbers, E.164 digits without plus, in their order."""
        zones, length = self._by_leading_digits, self._length
        return [zones[number[:length]] for number in numbers]


def is_dialable(number: str) -> bool:
    """Tells whether digits can be read as an E.164 number, so that a plus before them is right."""
    is_long_enough = _SHORTEST_NUMBER <= len(number) <= _LONGEST_NUMBER
    return is_long_enough and _of_plan(number[:_AREA_CODE_END]) != UNKNOWN


class _Remembered(dict[str, str]):
    def __init__(self, prefixes: Mapping[str, str], longest: int) -> None:
        super().__init__()
        self._prefixes, self._longest = prefixes, longest

    def __missing__(self, digits: str) -> str:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        zone = self[digits] = self._of_operator(digits) or _of_plan(digits[:_AREA_CODE_END])
        return zone

    def _of_operator(self, digits: str) -> str | None:
        for length in range(min(self._longest, len(digits)), 0, -1):
            zone = self._prefixes.get(digits[:length])
            if zone is not None:
                return zone
        return None


@lru_cache(maxsize=10_000)
def _of_plan(digits: str) -> str:
    """Gives the region of a calling code, and within +1 that of an area code."""
    if not (digits.isascii() and digits.isdigit()):
        return UNKNOWN
    if digits.startswith(_NANP):
        return _of_area_code(digits[1:_AREA_CODE_END])
    for length in range(1, _LONGEST_CALLING_CODE + 1):
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:length]))
        if regions and len(digits) >= length and digits[0] != "0":
            return str(regions[0])
    return UNKNOWN


def _of_area_code(area_code: str) -> str:
    # Any subscriber's number would do: within +1 the area code alone tells the region.
    number = phonenumbers.PhoneNumber(
        country_code=1, national_number=int(f"{area_code:0<3}2345678")
    )
    return phonenumbers.region_code_for_number(number) or UNKNOWN
