"""Where an agent sits in the dialer: what it is known by there, and what it may choose."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from services.kit.errors import Kind, Refusal
from services.telephony.domain.agent import Agent
from services.telephony.domain.campaign import Campaign


class AgentCredentialsInvalid(Refusal):
    """There is no such agent, or not with this password, or it may not work."""

    kind = Kind.UNAUTHENTICATED
    reason = "AGENT_CREDENTIALS_INVALID"

    def __init__(self) -> None:
        super().__init__("The agent's id or password is not right.")


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """What the dialer wants to hear of an agent; not shown when it is printed."""

    user: str
    password: str
    phone_login: str
    phone_password: str

    def is_password(self, said: str) -> bool:
        """Tells whether that is the password, in constant time; an empty one never is."""
        known = self.password.encode()
        return bool(known) and hmac.compare_digest(known, said.encode())


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent, its log-in there, and what of its tenant's it may choose.

    `choices` are campaigns with the dialer's ids of them.
    """

    agent: Agent
    login: Login
    choices: tuple[tuple[Campaign, str], ...]
    prefixes: tuple[str, ...]
    caller_numbers: tuple[str, ...]
