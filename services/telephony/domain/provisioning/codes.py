"""What a tenant is called in the dialer: a number, and ids made of it that fit everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# No vowels, so that no code is a word; nothing that looks like something else; one case, because
# the dialer's tables know none.
_FIRST: Final = "BCDFGHJKLMNPQRSTVWXZ"
_REST: Final = "0123456789" + _FIRST
_LENGTH: Final = 4
NUMBER_MAX: Final = len(_FIRST) * len(_REST) ** (_LENGTH - 1) - 1
# List ids start far above those that the dialer falls back to, and any that a person types.
_LISTS_FROM: Final = 10_000_000_000
_LISTS_EACH: Final = 100_000
_CODE: Final = re.compile(f"[{_FIRST}][{_REST}]{{{_LENGTH - 1}}}")


@dataclass(frozen=True, slots=True)
class TenantCode:
    """The tenant's `number`, from 1, and what its ids begin with.

    All codes are of one length, so none begins another.
    """

    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= NUMBER_MAX:
            raise ValueError(f"no tenant has this number: {self.number}")

    @property
    def text(self) -> str:
        """Four letters and digits."""
        rest, digits = self.number, ""
        for _ in range(_LENGTH - 1):
            rest, digit = divmod(rest, len(_REST))
            digits = _REST[digit] + digits
        return _FIRST[rest] + digits

    @property
    def neutral(self) -> str:
        """What the dialplan calls the tenant."""
        return f"t{self.number}"

    @property
    def user_group(self) -> str:
        """The user group, at most 20 characters."""
        return f"{self.text}GRP"

    @property
    def in_group(self) -> str:
        """The group that takes inbound calls; no campaign may have its id."""
        return f"{self.text}IN001"

    def campaign(self, number: int) -> str:
        """A campaign's id, 8 characters: all that there is room for."""
        return f"{self.text}C{_limited(number, 999):03d}"

    def user(self, number: int) -> str:
        """An agent's login, at most 20 characters."""
        return f"{self.text}A{_limited(number, 99_999):05d}"

    def phone(self, number: int) -> str:
        """A phone's extension and login; logins are 15 characters at most, for all servers."""
        return f"{self.text}P{_limited(number, 99_999):05d}"

    def caller_id(self, number: int) -> str:
        """A caller id's alias, at most 30 characters."""
        return f"{self.text}D{_limited(number, 999):03d}"

    def list_id(self, number: int) -> int:
        """A list's id, of 11 digits; a list of fewer than 3 would be another one."""
        return _LISTS_FROM + self.number * _LISTS_EACH + _limited(number, _LISTS_EACH - 1)

    @property
    def list_ids(self) -> tuple[int, int]:
        """The first and the last of its lists' ids."""
        first = _LISTS_FROM + self.number * _LISTS_EACH
        return first, first + _LISTS_EACH - 1


def is_code(text: str) -> bool:
    """Says whether this could be a tenant's code."""
    return _CODE.fullmatch(text) is not None


def _limited(number: int, most: int) -> int:
    if not 1 <= number <= most:
        raise ValueError(f"must be 1 to {most}: {number}")
    return number
