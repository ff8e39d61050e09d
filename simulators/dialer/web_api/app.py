"""Answers requests to the web API as the dialer's page does."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import web

from simulators.dialer.web_api import campaigns, dids, filters, leads, lists, phones, users
from simulators.dialer.web_api.database import TableDatabase
from simulators.dialer.web_api.exchange import Exchange, Offer
from simulators.dialer.web_api.login import Login

PATH = "/vicidial/non_agent_api.php"
VERSION = "VERSION: 2.14-202|BUILD: 250720-1841|DATE: {date}|EPOCH: {epoch}"

OFFERS: dict[str, Offer] = {
    **users.OFFERS,
    **phones.OFFERS,
    **lists.OFFERS,
    **dids.OFFERS,
    **campaigns.OFFERS,
    **leads.OFFERS,
}


@dataclass
class Habits:
    """How it behaves beyond its functions; may be changed while it runs.

    `empty` answers of each function are lost after the work is done, `dead` ones before it;
    `slow_seconds` is what every answer takes longer.
    """

    slow_seconds: float = 0.0
    empty: dict[str, int] = field(default_factory=dict)
    dead: dict[str, int] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def takes(self, faults: dict[str, int], function: str) -> bool:
        """Says whether this fault is due, and counts it."""
        if faults.get(function, 0) < 1:
            return False
        faults[function] -= 1
        return True


class WebApi:
    """The page. Every answer is HTTP 200 and text/html, whatever it says."""

    def __init__(self, db: TableDatabase, habits: Habits | None = None) -> None:
        self._db, self._login = db, Login(db)
        self.habits = habits or Habits()

    def application(self) -> web.Application:
        """The application to serve."""
        application = web.Application(client_max_size=1 << 20)
        application.router.add_route("*", PATH, self._answer)
        return application

    async def _answer(self, request: web.Request) -> web.Response:
        fields = {**request.query, **{k: str(v) for k, v in (await request.post()).items()}}
        function = filters.word(fields.get("function", ""))
        self.habits.calls.append((function, fields))
        if self.habits.slow_seconds:
            await asyncio.sleep(self.habits.slow_seconds)
        if self.habits.takes(self.habits.dead, function):
            return _page("")
        began = time.monotonic()
        text = await self._text(function, fields)
        await self._log(request, function, fields, text, time.monotonic() - began)
        if self.habits.takes(self.habits.empty, function):
            return _page("")
        return _page(text)

    async def _text(self, function: str, fields: dict[str, str]) -> str:
        if function == "version":
            return VERSION.format(date=time.strftime("%Y-%m-%d %H:%M:%S"), epoch=int(time.time()))
        if len(filters.letters(fields.get("source", ""))) < 2:
            return f"ERROR: Invalid Source\n - {fields.get('source', '')}"
        caller = await self._login.check(fields)
        if isinstance(caller, str):
            return caller
        offer = OFFERS.get(function)
        if offer is None:
            return "ERROR: NO FUNCTION SPECIFIED"
        held = {**caller.flags, "": "1"}
        wanted = (*offer.flags, *(("vdc_agent_api_access",) if offer.agent_api else ()))
        if caller.level < offer.level or any(held.get(flag, "0") == "0" for flag in wanted):
            return (
                "ERROR: auth USER DOES NOT HAVE PERMISSION TO USE THIS FUNCTION:"
                f" |{caller.user}|{function}|"
            )
        return await offer.run(Exchange(self._db, caller, function, fields))

    async def _log(
        self, request: web.Request, function: str, fields: dict[str, str], text: str, took: float
    ) -> None:
        """Writes who asked for what into three tables, passwords included."""
        now = time.strftime("%Y-%m-%d %H:%M:%S")
        api_id = await self._db.insert("vicidial_api_log", {
            "user": fields.get("user", "")[:20], "api_date": now, "api_script": "non-agent",
            "function": function[:20], "agent_user": fields.get("agent_user", "")[:20],
            "value": fields.get("value", "")[:255], "result": text.partition(":")[0][:10],
            "result_reason": text[:255], "source": fields.get("source", "")[:20],
            "data": urlencode(fields)[:5000], "run_time": f"{took:.6f}", "webserver": 0,
        })  # fmt: skip
        url = f"{request.path}?{urlencode(fields)}"
        await self._db.insert("vicidial_api_urls", {
            "api_id": api_id, "api_date": now, "remote_ip": request.remote or "", "url": url,
        })  # fmt: skip
        if text.startswith("SUCCESS") and function.startswith(("add_", "update_")):
            await self._db.insert("vicidial_admin_log", {
                "event_date": now, "user": fields.get("user", "")[:20],
                "event_section": function.partition("_")[2].upper()[:30], "event_type": "ADD",
                "record_id": next(iter(_subjects(fields)), "")[:50], "event_sql": urlencode(fields),
                "event_notes": text, "event_code": f"API {function}"[:255],
            })  # fmt: skip


def _subjects(fields: dict[str, str]) -> list[str]:
    names = ("agent_user", "list_id", "did_pattern", "extension", "campaign_id")
    return [fields[name] for name in names if name in fields]


def _page(text: str) -> web.Response:
    return web.Response(text=text and text + "\n", content_type="text/html")
