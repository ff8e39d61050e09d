"""A client of Asterisk's manager interface: one login, bounded, with a deadline on everything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from services.kit.errors import Unavailable

Message = dict[str, str]

_CONNECT_SECONDS: Final = 3.0
_ACTION_SECONDS: Final = 5.0
_LINE_BYTES: Final = 16 * 1024
_FIELDS_MAX: Final = 200
# Of one list; more is cut off, and the client closed.
_MESSAGES_MAX: Final = 20_000
_FORBIDDEN: Final = ("\r", "\n")


class ManagerAway(Unavailable):
    """The host's manager does not answer, or not in time, or not in its own language."""


class ActionRefused(Exception):
    """The manager said no; the text is its reason, and for logs alone."""


@dataclass(frozen=True, slots=True)
class ManagerAddress:
    """Where a host's manager listens, and who we are to it."""

    host: str
    port: int
    user: str
    secret: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> ManagerAddress:
        """Reads `user:secret@host:port`; raises ValueError."""
        login, _, address = text.rpartition("@")
        user, _, secret = login.partition(":")
        host, _, port = address.rpartition(":")
        if not (user and secret and host and port.isdecimal()):
            raise ValueError("must be user:secret@host:port")
        return cls(host, int(port), user, secret)


class Manager:
    """One login. One action at a time; events of others in between are dropped."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._number = 0

    async def act(self, action: str, **fields: str | int) -> list[Message]:
        """Does an action; gives its answer and, where that is a list, the list's items.

        Raises ActionRefused, or ManagerAway, after which the login is of no use.
        """
        self._number += 1
        mark = f"veneer-{self._number}"
        lines = [f"Action: {action}", f"ActionID: {mark}"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        if any(sign in line for line in lines for sign in _FORBIDDEN):
            raise ValueError("a field of an action is one line")
        try:
            async with asyncio.timeout(_ACTION_SECONDS):
                self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
                await self._writer.drain()
                return await self._answers(mark)
        except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError) as error:
            raise ManagerAway from error

    async def variable(self, name: str) -> str:
        """Gives a global variable; empty if there is none."""
        try:
            (answer, *_) = await self.act("Getvar", Variable=name)
        except ActionRefused:
            return ""
        return answer.get("Value", "")

    async def set_variable(self, name: str, value: str) -> None:
        """Sets a global variable."""
        await self.act("Setvar", Variable=name, Value=value)

    async def start_time(self) -> str:
        """Gives when it was started, in its own words."""
        (answer, *_) = await self.act("CoreStatus")
        return f"{answer.get('CoreStartupDate', '')} {answer.get('CoreStartupTime', '')}"

    async def channels(self) -> list[str]:
        """Gives the uniqueids of all channels that are up."""
        answers = await self.act("CoreShowChannels")
        return [
            message.get("Uniqueid", "")
            for message in answers
            if message.get("Event") == "CoreShowChannel"
        ]

    async def is_extension(self, context: str, extension: str) -> bool:
        """Says whether the dialplan has the extension in this context.

        By a function: ShowDialPlan needs rights that the dialer's own login has not got.
        """
        return await self.variable(f"DIALPLAN_EXISTS({context},{extension},1)") == "1"

    async def is_peer_reachable(self, technology: str, name: str) -> bool | None:
        """Says whether the account's other end answers; None if there is no such account."""
        try:
            if technology == "SIP":
                (answer, *_) = await self.act("SIPshowpeer", Peer=name)
                return answer.get("Status", "").startswith(("OK", "LAGGED", "Unmonitored"))
            answers = await self.act("PJSIPShowEndpoint", Endpoint=name)
        except ActionRefused:
            return None
        states = [m.get("Status", "") for m in answers if m.get("Event") == "ContactStatusDetail"]
        return any(state in ("Reachable", "NonQualified", "Avail") for state in states)

    async def _answers(self, mark: str) -> list[Message]:
        answers: list[Message] = []
        while len(answers) < _MESSAGES_MAX:
            message = await self._message()
            if message.get("ActionID") != mark:
                continue
            if message.get("Response") == "Error":
                raise ActionRefused(message.get("Message", ""))
            answers.append(message)
            is_list = answers[0].get("EventList", "").lower() == "start"
            if not is_list or message.get("EventList", "").lower() == "complete":
                return answers
        raise ManagerAway

    async def _message(self) -> Message:
        message: Message = {}
        while line := (await self._reader.readuntil(b"\r\n")).decode(errors="replace").strip():
            name, _, value = line.partition(":")
            if len(message) < _FIELDS_MAX:
                message[name] = value.strip()
        return message


@asynccontextmanager
async def manager(address: ManagerAddress) -> AsyncIterator[Manager]:
    """A login that lasts as long as the block; raises ManagerAway."""
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(
                address.host, address.port, limit=_LINE_BYTES
            )
    except (OSError, TimeoutError) as error:
        raise ManagerAway from error
    try:
        await _log_in(client := Manager(reader, writer), reader, address)
        yield client
    finally:
        writer.close()


async def _log_in(client: Manager, reader: asyncio.StreamReader, address: ManagerAddress) -> None:
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            await reader.readuntil(b"\r\n")
        await client.act("Login", Username=address.user, Secret=address.secret, Events="off")
    except (ActionRefused, OSError, TimeoutError, EOFError) as error:
        # Whose words may hold the secret.
        raise ManagerAway from None if isinstance(error, ActionRefused) else error
