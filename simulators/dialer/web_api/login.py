"""The API's login: a password in each request, and ten bad ones lock the user for everybody."""

from __future__ import annotations

import time
from collections.abc import Mapping

from simulators.dialer.web_api.database import TableDatabase
from simulators.dialer.web_api.exchange import Caller

BAD_LOGINS_MAX = 10
LOCKED_SECONDS = 900
_FLAGS = (
    "modify_users", "delete_users", "modify_lists", "delete_lists", "modify_campaigns",
    "modify_inbound_dids", "delete_inbound_dids", "modify_leads", "ast_admin_access",
    "ast_delete_phones", "view_reports", "delete_from_dnc", "modify_same_user_level",
    "vdc_agent_api_access",
)  # fmt: skip


class Login:
    """Who asks, or why nobody does."""

    def __init__(self, db: TableDatabase) -> None:
        self._db = db

    async def check(self, fields: Mapping[str, str]) -> Caller | str:
        """Gives the user, or the error to answer with; it holds the password that was sent."""
        user, password = fields.get("user", ""), fields.get("pass", "")
        columns = ", ".join(f"`{flag}`" for flag in _FLAGS)
        row = await self._db.row(
            "SELECT pass, active, user_level, user_group, failed_login_count,"  # noqa: S608
            f" unix_timestamp(last_login_date), {columns} FROM vicidial_users WHERE user = %s",
            user,
        )
        if row is None:
            return _bad(user, password, "BAD")
        stored, active, level, group, failures, failed_at, *flags = row
        if (failures or 0) >= BAD_LOGINS_MAX and time.time() - (failed_at or 0) < LOCKED_SECONDS:
            return _bad(user, password, "LOCK")
        if stored != password or active != "Y" or level < 7:
            await self._db.run(
                "UPDATE vicidial_users SET failed_login_count = failed_login_count + 1,"
                " last_login_date = from_unixtime(%s) WHERE user = %s",
                int(time.time()),
                user,
            )
            return _bad(user, password, "BAD")
        if failures:
            await self._db.update("vicidial_users", {"user": user}, {"failed_login_count": 0})
        held = {flag: str(value or "0") for flag, value in zip(_FLAGS, flags, strict=True)}
        return Caller(user, level, group, held)


def _bad(user: str, password: str, why: str) -> str:
    return f"ERROR: Login incorrect, please try again: |{user}|{password}|{why}|"
