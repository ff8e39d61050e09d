"""Phone numbers of leads: E.164, and the time of day where they ring."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import PhoneMetadata, timezone

REGIONS: Final = frozenset(phonenumbers.SUPPORTED_REGIONS)
_NORTH_AMERICA: Final = 1
# What people write between digits.
_DECORATION: Final = str.maketrans("", "", " ()-./\u00a0\t")
_TEXT_MAX: Final = 40


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that can be called: country code, and the digits after it."""

    country_code: str
    national: str

    @property
    def e164(self) -> str:
        """Digits with plus."""
        return f"+{self.country_code}{self.national}"


def parse_phone(text: str, region: str) -> Phone | None:
    """Gives the number that people of the region mean by a text; None if there is no such."""
    digits = text.translate(_DECORATION)
    if len(text) > _TEXT_MAX:
        return None
    if is_north_american(region) and digits.isascii():
        # Most numbers, a hundred times as fast as below; a test holds the two together.
        short = digits[2:] if digits.startswith("+1") else digits
        short = short[1:] if len(short) == 11 and short[0] == "1" and short is digits else short
        if len(short) == 10 and short.isdigit():
            return Phone("1", short) if _patterns().fullmatch(short) else None
    return _parse_any(text, region)


@lru_cache(maxsize=512)
def is_north_american(region: str) -> bool:
    """Says whether its numbers have country code 1."""
    return bool(phonenumbers.country_code_for_region(region) == _NORTH_AMERICA)


def offset_hours(phone: Phone, at: datetime) -> Decimal:
    """Hours from UTC to the local time where the number is, at an instant, as the dialer counts.

    A number without a place (a mobile, a toll-free one) may be in several zones: then the one
    furthest west, where the day begins last.
    """
    prefix = phone.national[:6] if phone.country_code == "1" else phone.national
    return _offset(phone.country_code, prefix, len(phone.national), at)


@lru_cache(maxsize=200_000)
def _offset(country_code: str, prefix: str, length: int, at: datetime) -> Decimal:
    # What is left out does not change the zone: no prefix of a zone is longer.
    number = phonenumbers.PhoneNumber(
        country_code=int(country_code), national_number=int(prefix.ljust(length, "0"))
    )
    zones = [zone for zone in timezone.time_zones_for_number(number) if zone != "Etc/Unknown"]
    return min((_hours(zone, at) for zone in zones), default=Decimal(0))


@lru_cache(maxsize=1024)
def _hours(zone: str, at: datetime) -> Decimal:
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return Decimal(int(offset.total_seconds())) / 3600


def _parse_any(text: str, region: str) -> Phone | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    return Phone(str(number.country_code), phonenumbers.national_significant_number(number))


@lru_cache(maxsize=1)
def _patterns() -> re.Pattern[str]:
    """All numbers of country code 1 that are anybody's."""
    found: dict[str, None] = {}
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[_NORTH_AMERICA]:
        metadata = PhoneMetadata.metadata_for_region(region)
        assert metadata is not None
        for kind in (
            metadata.fixed_line, metadata.mobile, metadata.toll_free, metadata.premium_rate,
            metadata.shared_cost, metadata.personal_number, metadata.voip, metadata.pager,
            metadata.uan, metadata.voicemail,
        ):  # fmt: skip
            if kind is not None and kind.national_number_pattern:
                found[kind.national_number_pattern] = None
    return re.compile("|".join(f"(?:{pattern})" for pattern in found))
