"""Agents: the people who talk."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.kit.errors import FieldViolation, InvalidRequest

_ID: Final = re.compile(r"[a-z](?:[a-z0-9-]{0,29}[a-z0-9])?")
# What survives the dialer's filters, so that a name is the same on both sides.
_NAME: Final = re.compile(
    r"[0-9A-Za-zÀ-ÖØ-öø-ÿ][ 0-9A-Za-zÀ-ÖØ-öø-ÿ.,_'-]{0,48}[0-9A-Za-zÀ-ÖØ-öø-ÿ.]"
)
# Letters and digits alone survive every filter of the dialer; none looks like another.
_SECRET_LETTERS: Final = "".join(
    each for each in string.ascii_letters + string.digits if each not in "0O1lI"
)
_SECRET_LENGTH: Final = 20


class AgentState(StrEnum):
    """Whether an agent may log in."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class Activity(StrEnum):
    """What an agent that is logged in does."""

    WAITING = "WAITING"
    CONNECTING = "CONNECTING"
    ON_CALL = "ON_CALL"
    WRAP_UP = "WRAP_UP"
    PAUSED = "PAUSED"


@dataclass(frozen=True, slots=True)
class Presence:
    """What an agent does, since when, and the dialer's id of the campaign."""

    activity: Activity
    since: datetime | None
    campaign: str


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as it should be; the dialer has it as of `applied_version`.

    `number` makes its ids in the dialer. A password is kept until the dialer has it, no longer.
    """

    tenant_id: str
    agent_id: str
    number: int
    display_name: str
    create_time: datetime
    update_time: datetime
    state: AgentState = AgentState.ACTIVE
    may_dial_manually: bool = False
    pending_password: str | None = None
    version: int = 1
    applied_version: int = 0

    @property
    def etag(self) -> str:
        """Changes with every change."""
        return f'"{self.version}"'

    @property
    def is_reconciling(self) -> bool:
        """Whether the dialer does not have it as it is here."""
        return self.applied_version < self.version


def new_secret() -> str:
    """Makes a password that the dialer keeps as it is."""
    return "".join(secrets.choice(_SECRET_LETTERS) for _ in range(_SECRET_LENGTH))


def checked(agent: Agent) -> Agent:
    """Gives the agent; refuses with INVALID_REQUEST all that is wrong with it."""
    violations = list(_violations(agent))
    if violations:
        raise InvalidRequest(violations)
    return agent


def changed(agent: Agent, wanted: Agent, at: datetime) -> Agent:
    """Gives the agent with other settings."""
    return checked(replace(wanted, version=agent.version + 1, update_time=at))


def moved(agent: Agent, state: AgentState, at: datetime) -> Agent:
    """Gives the agent in another state; the same if it is in it."""
    if agent.state is state:
        return agent
    return replace(agent, state=state, version=agent.version + 1, update_time=at)


def with_password(agent: Agent, password: str, at: datetime) -> Agent:
    """Gives the agent a new password."""
    return replace(agent, pending_password=password, version=agent.version + 1, update_time=at)


def _violations(agent: Agent) -> Iterator[FieldViolation]:
    if not _ID.fullmatch(agent.agent_id):
        yield FieldViolation(
            "agent_id", "Must be 1 to 31 lower-case letters, digits and hyphens, a letter first."
        )
    if not _NAME.fullmatch(agent.display_name):
        yield FieldViolation(
            "agent.display_name",
            "Must be 2 to 50 letters, digits, spaces and .,_'-, no space at its ends.",
        )
