"""One request to the API: its fields, who asks, and how answers are worded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from simulators.dialer.web_api.database import TableDatabase, Values
from simulators.dialer.web_api.filters import Filter


@dataclass(frozen=True)
class Caller:
    """The user who asks, with the flags that functions look at."""

    user: str
    level: int
    user_group: str
    flags: Mapping[str, str]


@dataclass(frozen=True)
class Exchange:
    """A request that has passed the login."""

    db: TableDatabase
    caller: Caller
    function: str
    fields: Mapping[str, str]

    def get(self, field: str, clean: Filter) -> str:
        """A field's value as far as the filter lets it through, empty if it is not given."""
        return clean(self.fields.get(field, ""))

    def given(self, columns: Mapping[str, tuple[str, Filter, int]]) -> Values:
        """The values that are given, by column: field -> (column, filter, width)."""
        values: Values = {}
        for field, (column, clean, width) in columns.items():
            if value := self.get(field, clean):
                values[column] = "" if value == "--BLANK--" else value[:width]
        return values

    def error(self, what: str, *details: object) -> str:
        """An error, the caller's name first."""
        rest = "|".join(map(str, (self.caller.user, *details)))
        return f"ERROR: {self.function} {what}: |{rest}"

    def success(self, what: str, *details: object) -> str:
        """A success; whoever worded it did not mind telling secrets."""
        return f"SUCCESS: {self.function} {what} - {'|'.join(map(str, details))}"

    def notice(self, what: str, *details: object) -> str:
        """A line that precedes or follows the answer."""
        return f"NOTICE: {self.function} {what} - {'|'.join(map(str, details))}"


Function = Callable[[Exchange], Awaitable[str]]


@dataclass(frozen=True)
class Offer:
    """A function and what its caller must be: user level and flags that must not be 0."""

    run: Function
    level: int = 8
    flags: tuple[str, ...] = ()
    agent_api: bool = True


REQUIRED = "YOU MUST USE ALL REQUIRED FIELDS"
