"""Schemas of tenants' own beside the dialer's tables, and logins that read them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from services.telephony.domain.provisioning.views import DEFINERS_COLUMNS, VIEWS
from services.telephony.partners.dialer.connection import TROUBLES, Connections
from services.telephony.partners.dialer.web_api import DialerAway

# Nobody can log in as it. It reads a few columns, and every tenant's views read through it.
DEFINER: Final = "client_views"
# A tenant's query holds up the dialer's writers for as long as it runs.
_LIMITS: Final = (
    "WITH MAX_USER_CONNECTIONS 3 MAX_QUERIES_PER_HOUR 3600 MAX_UPDATES_PER_HOUR 1"
    " MAX_STATEMENT_TIME 10"
)
_SESSION: Final = "SET SESSION max_statement_time = 20, SESSION sql_notes = 0"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")


class SqlViews:
    """Makes and removes them; all of it may be done again. Raises DialerAway."""

    def __init__(self, url: str) -> None:
        self._connections = Connections(url, _SESSION, most=1)
        self.tables = urlsplit(url).path.lstrip("/")

    def close(self) -> None:
        """Drops the connection."""
        self._connections.close()

    async def issue(self, user: str, selects: Mapping[str, str]) -> str:
        """Makes the user's schema, views and login; gives its new password."""
        await self.refresh(user, selects)
        password = secrets.token_urlsafe(24)
        name = _checked(user)
        await self._run(
            f"CREATE OR REPLACE USER `{name}`@'%%' IDENTIFIED BY %s {_LIMITS}", password
        )
        # Here an underscore stands for any character, unless it is escaped.
        schema = schema_of(user).replace("_", r"\_")
        await self._run(f"GRANT SELECT ON `{schema}`.* TO `{name}`@'%'")
        return password

    async def refresh(self, user: str, selects: Mapping[str, str]) -> None:
        """Makes the views what they should be."""
        await self._definer()
        schema = schema_of(user)
        await self._run(f"CREATE DATABASE IF NOT EXISTS `{schema}`")
        for view in VIEWS:
            await self._run(
                f"CREATE OR REPLACE DEFINER = `{DEFINER}`@'%' SQL SECURITY DEFINER"
                f" VIEW `{schema}`.`{view}` AS {selects[view]}"
            )

    async def remove(self, user: str) -> None:
        """Removes the login first, with its sessions' rights, then what it read."""
        await self._run(f"DROP USER IF EXISTS `{_checked(user)}`@'%'")
        await self._run(f"DROP DATABASE IF EXISTS `{schema_of(user)}`")

    async def _definer(self) -> None:
        await self._run(f"CREATE USER IF NOT EXISTS `{DEFINER}`@'%' ACCOUNT LOCK")
        for table, columns in DEFINERS_COLUMNS.items():
            names = ", ".join(f"`{column}`" for column in columns)
            await self._run(
                f"GRANT SELECT ({names}) ON `{self.tables}`.`{table}` TO `{DEFINER}`@'%'"
            )

    async def _run(self, statement: str, *values: Any) -> None:
        try:
            async with self._connections.cursor() as cursor:
                # Without values the driver takes a per cent sign for itself.
                await cursor.execute(statement, values or None)
        except TROUBLES as error:
            # Not the driver's error, which holds the statement and so the password.
            raise DialerAway(cause=type(error).__name__) from None


def schema_of(user: str) -> str:
    """The schema of a login."""
    return f"client_{_checked(user)}"


def _checked(user: str) -> str:
    if not _NAME.fullmatch(user):
        raise ValueError(f"not the name of a login: {user!r}")
    return user
