"""A host's Asterisk as its manager interface shows it, and the generator that feeds it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from simulators.dialer.web_api.database import TableDatabase

Fields = dict[str, str]

_SECTION = re.compile(r"^\[([^\]]+)\](?:\n(?!\[).*)*", re.M)
_EXISTS = re.compile(r"DIALPLAN_EXISTS\([a-z-]+,(\d+),1\)")
_PATTERN = re.compile(r"^exten => _(\d+)X\.,1,", re.M)


@dataclass
class Switch:
    """What one Asterisk has: globals, the accounts that answer, dialled prefixes, channels."""

    globals: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, bool] = field(default_factory=dict)
    prefixes: set[str] = field(default_factory=set)
    channels: list[str] = field(default_factory=list)
    start_time: tuple[str, str] = ("2026-11-02", "06:00:00")
    is_dead: bool = False
    unreachable: set[str] = field(default_factory=set)

    async def generate(self, db: TableDatabase, server_ip: str) -> bool:
        """Does what the dialer's generator does each minute: reads the rows if it is asked to.

        The flag goes first, then the rows are read; gives whether anything was to be done.
        """
        asked = "SELECT rebuild_conf_files FROM servers WHERE server_ip = %s"
        flag = await db.row(asked, server_ip)
        if flag is None or flag[0] != "Y":
            return False
        await db.update("servers", {"server_ip": server_ip}, {"rebuild_conf_files": "N"})
        rows = await db.rows(
            "SELECT globals_string, account_entry, dialplan_entry FROM vicidial_server_carriers"
            " WHERE active = 'Y' AND server_ip IN (%s, '0.0.0.0')",
            server_ip,
        )
        self.accounts, self.prefixes = {}, set()
        for globals_string, account_entry, dialplan_entry in rows:
            # Globals that are gone from the files stay in memory.
            self.globals |= dict(line.split("=", 1) for line in globals_string.splitlines())
            for name in _SECTION.findall(account_entry):
                self.accounts[name] = name not in self.unreachable
            self.prefixes |= set(_PATTERN.findall(dialplan_entry))
        return True


@dataclass
class ManagerSimulator:
    """Answers the actions that we ask; refuses all others, and whoever is not logged in."""

    switch: Switch
    user: str
    secret: str
    logins: int = 0

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[int]:
        """Serves on a port of its own, which it gives."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            yield int(server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"Asterisk Call Manager/5.0.2\r\n")
            is_in = False
            while fields := await _read(reader):
                if self.switch.is_dead:
                    return
                answers = self._answers(fields, is_in)
                is_in = is_in or answers[0].get("Message") == "Authentication accepted"
                # Something that nobody has asked for, between question and answer.
                _write(writer, {"Event": "FullyBooted", "Privilege": "system,all"})
                for answer in answers:
                    _write(writer, {**answer, "ActionID": fields.get("ActionID", "")})
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    def _answers(self, fields: Fields, is_in: bool) -> list[Fields]:
        action = fields.get("Action", "").lower()
        if action == "login":
            self.logins += 1
            if (fields.get("Username"), fields.get("Secret")) == (self.user, self.secret):
                return [{"Response": "Success", "Message": "Authentication accepted"}]
            return [_error("Authentication failed")]
        known: dict[str, Callable[[Fields], list[Fields]]] = {
            "getvar": self._getvar,
            "setvar": self._setvar,
            "corestatus": self._core_status,
            "coreshowchannels": self._channels,
            "sipshowpeer": self._peer,
            "pjsipshowendpoint": self._endpoint,
        }
        if not is_in or action not in known:
            return [_error("Permission denied" if not is_in else "Invalid/unknown command")]
        return known[action](fields)

    def _getvar(self, fields: Fields) -> list[Fields]:
        name = fields["Variable"]
        value = self.switch.globals.get(name, "")
        if asked := _EXISTS.fullmatch(name):
            value = str(int(any(asked[1].startswith(each) for each in self.switch.prefixes)))
        return [{"Response": "Success", "Variable": name, "Value": value}]

    def _setvar(self, fields: Fields) -> list[Fields]:
        self.switch.globals[fields["Variable"]] = fields["Value"]
        return [{"Response": "Success", "Message": "Variable Set"}]

    def _core_status(self, _: Fields) -> list[Fields]:
        date, time = self.switch.start_time
        return [{"Response": "Success", "CoreStartupDate": date, "CoreStartupTime": time}]

    def _channels(self, _: Fields) -> list[Fields]:
        events = [{"Event": "CoreShowChannel", "Uniqueid": each} for each in self.switch.channels]
        return _list(events, "CoreShowChannelsComplete")

    def _peer(self, fields: Fields) -> list[Fields]:
        state = self.switch.accounts.get(fields["Peer"])
        if state is None:
            return [_error(f"Peer {fields['Peer']} not found.")]
        return [{"Response": "Success", "Status": "OK (1 ms)" if state else "UNREACHABLE"}]

    def _endpoint(self, fields: Fields) -> list[Fields]:
        state = self.switch.accounts.get(fields["Endpoint"])
        if state is None:
            return [_error(f"Unable to retrieve endpoint {fields['Endpoint']}")]
        status = "Reachable" if state else "Unreachable"
        events = [{"Event": "EndpointDetail"}, {"Event": "ContactStatusDetail", "Status": status}]
        return _list(events, "EndpointDetailComplete")


def _error(message: str) -> Fields:
    return {"Response": "Error", "Message": message}


def _list(events: list[Fields], complete: str) -> list[Fields]:
    start = {"Response": "Success", "EventList": "start"}
    return [start, *events, {"Event": complete, "EventList": "Complete"}]


async def _read(reader: asyncio.StreamReader) -> Fields:
    fields: Fields = {}
    while line := (await reader.readuntil(b"\r\n")).decode().strip():
        name, _, value = line.partition(":")
        fields[name] = value.strip()
    return fields


def _write(writer: asyncio.StreamWriter, fields: Fields) -> None:
    lines = [f"{name}: {value}" for name, value in fields.items()]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
