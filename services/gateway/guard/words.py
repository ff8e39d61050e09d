"""Which words are searched for: the operator's list, and the carriers that telephony knows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import grpc

from services.kit.jobs import run_every
from services.kit.logging import get_logger
from services.kit.secret_words import SecretWords
from veneer.telephony.v1 import secret_word_service_pb2 as pb

if TYPE_CHECKING:
    from veneer.telephony.v1.secret_word_service_pb2_grpc import SecretWordServiceAsyncStub

_EVERY_SECONDS: Final = 60.0

log = get_logger(__name__)


class WordsInForce:
    """`current` is what is searched for at the moment.

    A word that pages of ours say to everybody cannot be secret: searching for it would hold back
    those pages. Such words are `passed_over`, and told to the operator.
    """

    def __init__(
        self, listed: Iterable[str], telephony: SecretWordServiceAsyncStub, said_by_us: bytes
    ) -> None:
        self._listed, self._telephony, self._said_by_us = tuple(listed), telephony, said_by_us
        self.passed_over: tuple[str, ...] = ()
        self.current = SecretWords(())
        self._adopt(())

    async def run(self) -> None:
        """Renews the words until it is cancelled."""
        await run_every(_EVERY_SECONDS, self.refresh, asyncio.Event())

    async def refresh(self) -> None:
        """Asks for the words anew; those of before stay if there is no answer."""
        try:
            answer = await self._telephony.ListSecretWords(pb.ListSecretWordsRequest())
        except grpc.aio.AioRpcError as error:
            log.warning("carriers' names are as before", code=error.code().name)
            return
        self._adopt(answer.words)

    def _adopt(self, known: Iterable[str]) -> None:
        wanted = SecretWords((*self._listed, *known))
        said = wanted.words_in(self._said_by_us)
        if sorted(said) != list(self.passed_over):
            log.warning("words are not searched for: pages of ours say them", words=sorted(said))
        self.passed_over = tuple(sorted(said))
        self.current = SecretWords(set(wanted.words) - said) if said else wanted
