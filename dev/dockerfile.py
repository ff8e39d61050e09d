"""Reads deploy/Dockerfile: its stages, and what each does."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dev.paths import ROOT

DOCKERFILE = ROOT / "deploy" / "Dockerfile"
_CONTINUED = re.compile(r"\\\n\s*")


@dataclass(frozen=True)
class Instruction:
    """A line: `word` is COPY, RUN and so on, `text` the rest of it."""

    word: str
    text: str

    @property
    def words(self) -> list[str]:
        """The rest as a shell would split it."""
        return shlex.split(self.text)

    @property
    def is_from_stage(self) -> bool:
        """Whether it copies out of another stage."""
        return self.word == "COPY" and self.words[0].startswith("--from=")

    @property
    def sources(self) -> list[str]:
        """What it copies."""
        return self.words[1:-1] if self.is_from_stage else self.words[:-1]


@dataclass(frozen=True)
class Stage:
    """All from one FROM to the next."""

    name: str
    base: str
    instructions: list[Instruction] = field(default_factory=list)

    def of(self, word: str) -> list[Instruction]:
        """The instructions of one kind."""
        return [each for each in self.instructions if each.word == word]

    @property
    def variables(self) -> dict[str, str]:
        """What ENV sets."""
        pairs = (pair.partition("=") for each in self.of("ENV") for pair in each.words)
        return {name: value for name, _, value in pairs}


def read(path: Path = DOCKERFILE) -> list[Stage]:
    """Gives the stages in order; what stands before the first is left out."""
    stages: list[Stage] = []
    for instruction in _instructions(path.read_text()):
        if instruction.word == "FROM":
            base, *alias = instruction.words
            stages.append(Stage(alias[-1] if alias else str(len(stages)), base))
        elif stages:
            stages[-1].instructions.append(instruction)
    return stages


def _instructions(text: str) -> Iterator[Instruction]:
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for line in _CONTINUED.sub(" ", lines).splitlines():
        word, _, rest = line.strip().partition(" ")
        if word:
            yield Instruction(word.upper(), rest.strip())
