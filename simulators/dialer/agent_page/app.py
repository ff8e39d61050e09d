"""Answers what a browser asks of the agent page. Nearly everything is HTTP 200, errors too."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from simulators.dialer.agent_page.logins import Agent, Customer, Logins

BASE = "/agc"
_PAGE = Path(__file__).with_name("page.html")
_LOGO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540000000"
    "0049454e44ae426082"
)
_HEADERS = {
    "Server": "Apache/2.4.62 (VICIDIAL Asterisk 16.28.0)",
    "X-Powered-By": "PHP/8.2.29",
    "X-Dialer": "vicibox-11",
}
_POLLS_BEFORE_A_CALL = 2
_CHANNEL = "SIP/ExampleSIP-0000001a"


@dataclass
class Session:
    """An agent that is logged in."""

    agent: Agent
    campaign: str
    name: str
    conf_exten: str
    status: str = "PAUSED"
    polls: int = 0
    call: Customer | None = None


@dataclass
class Desk:
    """What the page is played with, and all that it was asked."""

    prefix: str = "81"
    refresh_ms: int = 250
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


class AgentPage:
    """The page and its scripts; sessions are in memory, what agents do is told to `logins`."""

    def __init__(self, logins: Logins, desk: Desk | None = None) -> None:
        self._logins, self.desk = logins, desk or Desk()
        self._sessions: dict[str, Session] = {}
        self._numbers = itertools.count(1)

    def add_to(self, application: web.Application) -> None:
        """Serves it beside what the application serves already."""
        scripts: dict[str, Callable[[dict[str, str]], Awaitable[web.Response]]] = {
            "vicidial.php": self._log_in,
            "vdc_db_query.php": self._query,
            "conf_exten_check.php": self._check,
            "manager_send.php": self._send,
        }
        for name, answer in scripts.items():
            application.router.add_route("*", f"{BASE}/{name}", self._endpoint(name, answer))
        application.router.add_get(f"{BASE}/images/{{name}}", self._image)
        application.router.add_get("/vicidial/admin.php", self._admin)

    def _endpoint(
        self, name: str, answer: Callable[[dict[str, str]], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def endpoint(request: web.Request) -> web.Response:
            posted = {key: str(value) for key, value in (await request.post()).items()}
            fields = {**request.query, **posted}
            self.desk.asked.append((name, fields))
            return await answer(fields)

        return endpoint

    async def _log_in(self, fields: dict[str, str]) -> web.Response:
        if "JS_browser_height" not in fields:
            return _told(
                "PHP Fatal error: Uncaught TypeError in /srv/www/htdocs/agc/vicidial.php", 500
            )
        if fields.get("relogin") == "YES":
            there = f"http://10.20.0.11{BASE}/vicidial.php?pl={fields.get('phone_login', '')}"
            return web.Response(status=302, headers={**_HEADERS, "Location": there})
        agent = await self._logins.find(fields)
        if agent is None:
            return _told(
                "<!-- vicidial_users -->Sorry, your phone login and password are not active in this"
                f" system: {fields.get('VD_login')} {fields.get('VD_pass')}"
            )
        number = next(self._numbers)
        name = f"17612345{number:02d}_{agent.user}15312"
        session = Session(agent, fields["VD_campaign"], name, str(8600050 + number))
        self._sessions[name] = session
        await self._tell(session)
        page = _PAGE.read_text(encoding="utf-8")
        for key, value in self._values(session).items():
            page = page.replace("{{" + key + "}}", value)
        return _told(page)

    def _values(self, session: Session) -> dict[str, str]:
        agent = session.agent
        return {
            "user": agent.user, "pass": agent.password, "phone_login": agent.phone_login,
            "phone_pass": agent.phone_password, "server_ip": agent.server_ip,
            "full_name": agent.full_name, "campaign": session.campaign,
            "session_name": session.name, "conf_exten": session.conf_exten,
            "campaign_cid": "13125550100", "prefix": self.desk.prefix,
            "refresh_ms": str(self.desk.refresh_ms),
        }  # fmt: skip

    async def _query(self, fields: dict[str, str]) -> web.Response:
        session = self._session(fields)
        if session is None:
            return _bad(fields)
        match fields.get("ACTION"):
            case "VDADready" | "VDADpause" as action:
                session.status = "READY" if action == "VDADready" else "PAUSED"
                session.polls = 0
                await self._tell(session)
                return _told(f"Agent is now {session.status}: VICIDiaL_LOG Inserted\n")
            case "VDADcheckINCOMING":
                return await self._incoming(session)
            case "updateDISPO":
                await self._logins.dispose(fields["lead_id"], fields["dispo_choice"])
                session.call, session.status = None, "PAUSED"
                await self._tell(session)
                return _told(f"Lead {fields['lead_id']} is now {fields['dispo_choice']}\n")
            case "userLOGout":
                del self._sessions[session.name]
                await self._logins.forget(session.agent.user)
                return _told("1\nvicidial_live_agents record deleted\n")
        return _told("PHP Warning: Undefined index in /srv/www/htdocs/agc/vdc_db_query.php", 500)

    async def _incoming(self, session: Session) -> web.Response:
        session.polls += 1
        if session.status != "READY" or session.polls < _POLLS_BEFORE_A_CALL:
            return _told("0\n|||\n")
        customer = await self._logins.customer(session.campaign)
        if customer is None:
            return _told("0\n|||\n")
        session.call = customer
        session.status = "INCALL"
        await self._tell(session)
        call = f"{customer.lead_id}|1761234567.12|V1022{customer.lead_id:016d}|{_CHANNEL}"
        lines = ("1", call, customer.first_name, customer.phone_number, session.agent.server_ip)
        return _told("\n".join(lines) + "\n")

    async def _check(self, fields: dict[str, str]) -> web.Response:
        session = self._session(fields)
        if session is None:
            return _bad(fields)
        there = "Y" if await self._tell(session) else "N"
        channels = [f"Local/{session.conf_exten}@default"]
        if session.call is not None:
            channels.append(_CHANNEL)
        return _told(f"Logged-in: {there}|Status: {session.status}\n{' ~'.join(channels)}|\n")

    async def _send(self, fields: dict[str, str]) -> web.Response:
        session = self._session(fields)
        if session is None:
            return _bad(fields)
        if fields.get("ACTION") == "Hangup" and session.call is not None:
            session.status = "PAUSED"
            await self._tell(session)
        return _told(
            f"{fields.get('ACTION')} command sent for channel {fields.get('channel')}"
            f" on {session.agent.server_ip} by Asterisk\n"
        )

    async def _tell(self, session: Session) -> bool:
        columns = {
            "status": session.status, "campaign_id": session.campaign,
            "server_ip": session.agent.server_ip, "conf_exten": session.conf_exten,
            "lead_id": session.call.lead_id if session.call else 0,
        }  # fmt: skip
        return await self._logins.note(session.agent.user, columns)

    def _session(self, fields: dict[str, str]) -> Session | None:
        session = self._sessions.get(fields.get("session_name", ""))
        if session is None or fields.get("pass") != session.agent.password:
            return None
        return session if fields.get("user") == session.agent.user else None

    async def _image(self, request: web.Request) -> web.Response:
        return web.Response(body=_LOGO, content_type="image/png", headers=_HEADERS)

    async def _admin(self, request: web.Request) -> web.Response:
        return _told("<title>VICIDIAL Administration</title>")


def _bad(fields: dict[str, str]) -> web.Response:
    return _told(f"Invalid Username/Password: |{fields.get('user')}|{fields.get('pass')}|BAD|\n")


def _told(text: str, status: int = 200) -> web.Response:
    response = web.Response(text=text, status=status, content_type="text/html", headers=_HEADERS)
    response.set_cookie("vicidial_session", "1")
    return response
