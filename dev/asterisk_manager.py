"""A client of Asterisk's manager interface, as thin as the dialer's own programs use it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dev.asterisk import Asterisk
from dev.asterisk_files import MANAGER

Message = dict[str, str]


class ActionFailed(Exception):
    """Asterisk refused an action; the text is its reason."""


class Manager:
    """One login. One action at a time; events in between are dropped."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._number = 0

    async def act(self, action: str, **fields: str | int) -> list[Message]:
        """Does an action; gives its answer and, where it answers with a list, the list's items.

        Raises ActionFailed when it is refused.
        """
        self._number += 1
        mark = str(self._number)
        lines = [f"Action: {action}", f"ActionID: {mark}"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        answers: list[Message] = []
        async with asyncio.timeout(20):
            while True:
                message = await self._message()
                if message.get("ActionID") != mark or message.get("Event") == "OriginateResponse":
                    continue
                answers.append(message)
                if message.get("Response") == "Error":
                    raise ActionFailed(message.get("Message", ""))
                is_list = answers[0].get("EventList") == "start"
                if not is_list or message.get("EventList") == "Complete":
                    return answers

    async def channels(self) -> list[Message]:
        """All channels, as CoreShowChannels tells them."""
        answers = await self.act("CoreShowChannels")
        return [message for message in answers if message.get("Event") == "CoreShowChannel"]

    async def originate(self, channel: str, exten: str, caller_id: str, **more: str) -> None:
        """Starts a call to `channel` and, when it is answered, goes on at `exten` in default."""
        await self.act(
            "Originate",
            Channel=channel,
            Context="default",
            Exten=exten,
            Priority=1,
            CallerID=caller_id,
            Timeout=60_000,
            Async="true",
            **more,
        )

    async def redirect(self, channel: str, exten: str) -> None:
        """Sends a channel to an extension of the default context, whatever it is doing."""
        await self.act("Redirect", Channel=channel, Context="default", Exten=exten, Priority=1)

    async def _message(self) -> Message:
        message: Message = {}
        while line := (await self._reader.readuntil(b"\r\n")).decode(errors="replace").strip():
            name, _, value = line.partition(":")
            message[name] = value.strip()
        return message


@asynccontextmanager
async def manager(asterisk: Asterisk) -> AsyncIterator[Manager]:
    """A login that lasts as long as the block."""
    reader, writer = await asyncio.open_connection(
        asterisk.addresses.host, asterisk.addresses.manager
    )
    try:
        await reader.readuntil(b"\r\n")
        client = Manager(reader, writer)
        await client.act("Login", Username=MANAGER, Secret=asterisk.secret, Events="off")
        yield client
    finally:
        writer.close()
