"""Calls the dialer's web API for programs, and believes none of its answers as they stand."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import httpx

from services.kit.errors import InvalidRequest, Kind, Refusal, Unavailable
from services.kit.logging import get_logger
from services.kit.telemetry import counter

# The API keeps these of a name, a password or an id, and drops the rest without a word.
WORD: Final = re.compile(r"[-_0-9A-Za-z]*")
_SURVIVES: Final = re.compile(r"[- _'.,&@/()0-9A-Za-z\u00c0-\u024f+:*#|]*")
_SECRETS: Final = frozenset({"pass", "agent_pass", "phone_pass", "registration_password"})
_WORDS: Final = _SECRETS | {"agent_user", "user", "extension", "phone_login", "agent_user_group"}
_LINE: Final = re.compile(r"(SUCCESS|ERROR|NOTICE)\s*:\s*(.*)")
_SOURCE: Final = "platform"
# Ten bad logins lock the user for all replicas, for a quarter of an hour: two are ours.
_BAD_LOGINS_MAX: Final = 2
_LOCKED_SECONDS: Final = 900.0

log = get_logger(__name__)
_calls = counter("telephony.dialer.api.calls", "{call}", "Calls of the dialer's web API.")


class DialerAway(Unavailable):
    """The dialer did not answer, or answered nothing: whether it did the work is not known."""


class DialerRefused(Refusal):
    """The dialer said no. The text is the dialer's, without secrets: for operators only."""

    kind = Kind.FAILED_PRECONDITION
    reason = "DIALER_REFUSED"


class DialerLocked(Unavailable):
    """Our login is refused; it is not tried again for a while, so that it is not locked."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer by lines: successes, notices, and rows that bear no word before them."""

    successes: tuple[str, ...]
    notices: tuple[str, ...]
    rows: tuple[str, ...]


class WebApi:
    """One function after another; none is repeated here, because none is repeatable there."""

    def __init__(self, url: str, user: str, password: str, seconds: float = 10.0) -> None:
        self._url, self._user, self._password = url, user, password
        self._client = httpx.AsyncClient(timeout=seconds, follow_redirects=False)
        self._bad_logins = 0
        self._locked_until = 0.0

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def call(self, function: str, fields: Mapping[str, str | int]) -> Reply:
        """Calls a function. Raises DialerAway, DialerLocked, DialerRefused.

        Refuses with INVALID_REQUEST a value of which characters would be dropped.
        """
        sent = {name: str(value) for name, value in fields.items()}
        _check(sent)
        if time.monotonic() < self._locked_until:
            raise DialerLocked
        text = await self._post(function, sent)
        reply, errors = _parsed(text)
        if any("Login incorrect" in error for error in errors):
            self._note_bad_login()
            raise DialerLocked
        self._bad_logins = 0
        if errors or not (reply.successes or reply.rows):
            _calls.add(1, {"function": function, "outcome": "refused"})
            raise DialerRefused(_without(errors or ("no answer",), sent, self._password))
        _calls.add(1, {"function": function, "outcome": "done"})
        return reply

    async def do(self, function: str, fields: Mapping[str, str | int]) -> bool:
        """Calls a function that makes or deletes; gives False if it was so already.

        After DialerAway the work may be done: read back, or call again.
        """
        try:
            await self.call(function, fields)
        except DialerRefused as refused:
            if _is_done_already(refused.message):
                return False
            raise
        return True

    async def _post(self, function: str, fields: dict[str, str]) -> str:
        # In the body: what stands in an address ends up in every log on the way.
        form = {"source": _SOURCE, "user": self._user, "pass": self._password,
                "function": function, **fields}  # fmt: skip
        try:
            answer = await self._client.post(self._url, data=form)
        except httpx.HTTPError as error:
            _calls.add(1, {"function": function, "outcome": "away"})
            # Without the error's text, which may show what was sent.
            raise DialerAway(cause=type(error).__name__) from None
        if answer.status_code != httpx.codes.OK or not answer.text.strip():
            _calls.add(1, {"function": function, "outcome": "empty"})
            raise DialerAway(status=answer.status_code)
        return answer.text

    def _note_bad_login(self) -> None:
        self._bad_logins += 1
        log.error("the dialer does not accept our login", attempts=self._bad_logins)
        if self._bad_logins >= _BAD_LOGINS_MAX:
            self._locked_until = time.monotonic() + _LOCKED_SECONDS


def _check(fields: Mapping[str, str]) -> None:
    for name, value in fields.items():
        allowed = WORD if name in _WORDS else _SURVIVES
        if not allowed.fullmatch(value):
            raise InvalidRequest.at(name, "Has characters that the dialer would drop.")


def _parsed(text: str) -> tuple[Reply, tuple[str, ...]]:
    found: dict[str, list[str]] = {"SUCCESS": [], "NOTICE": [], "ERROR": []}
    rows = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = _LINE.match(line)
        if match:
            found[match[1]].append(match[2])
        else:
            rows.append(line)
    reply = Reply(tuple(found["SUCCESS"]), tuple(found["NOTICE"]), tuple(rows))
    return reply, tuple(found["ERROR"])


def _is_done_already(text: str) -> bool:
    return bool(re.search(r"ALREADY EXISTS|DOES NOT EXIST", text)) and not re.search(
        r"(GROUP|CAMPAIGN|SERVER) DOES NOT EXIST|LOGIN ALREADY", text
    )


def _without(errors: Iterable[str], fields: Mapping[str, str], password: str) -> str:
    """The errors' text with every secret that was sent taken out."""
    text = "; ".join(errors)
    secrets = [password, *(value for name, value in fields.items() if name in _SECRETS)]
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return text[:300]
