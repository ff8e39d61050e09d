"""Wishes: several may want a tenant to be stopped, and the strictest of them counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.telephony.domain.provisioning.blocking import State


class Source(StrEnum):
    """Who wants something; the operator is heard first where two want the same."""

    OPERATOR = "OPERATOR"
    ACCOUNT = "ACCOUNT"
    LOSSES = "LOSSES"


@dataclass(frozen=True, slots=True)
class Wish:
    """The state that somebody wants a tenant to be in, and whether calls still come in."""

    source: Source
    state: State = State.ACTIVE
    reason: str = ""
    keep_inbound: bool = False


def strictest(wishes: Iterable[Wish]) -> Wish:
    """Gives the wish that lets least through; nothing is stopped if there is none."""
    order, sources = list(State), list(Source)
    return max(
        wishes,
        key=lambda wish: (
            order.index(wish.state),
            not wish.keep_inbound,
            -sources.index(wish.source),
        ),
        default=Wish(Source.OPERATOR),
    )
