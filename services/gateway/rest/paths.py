"""Path templates of `google.api.http`, and the table that finds the one a path is of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote

R = TypeVar("R")

_VARIABLE = re.compile(r"\{([a-z][a-z0-9_.]*)(?:=([^}]+))?\}")
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+|\*")
_VERB = re.compile(r":([a-z][A-Za-z]*)\Z")
# RFC 6570's reserved characters: decoding them in a name of several segments would make one
# segment look like two.
_RESERVED = re.compile(r"(%(?:21|2[346-9A-Ca-cFf]|3[AaBbDdFf]|40|5[BbDd]))")


@dataclass(frozen=True, slots=True)
class Variable:
    """A field that is bound to the segments `start` to `end` (exclusive) of a path."""

    field_path: str
    start: int
    end: int

    def value(self, segments: list[str]) -> str:
        """Gives the field's value, percent-decoded."""
        if self.end - self.start == 1:
            return unquote(segments[self.start], errors="strict")
        return _unquote_unreserved("/".join(segments[self.start : self.end]))


@dataclass(frozen=True, slots=True)
class Template:
    """One parsed path template: literal or `*` segments, what they bind, and the verb or ''."""

    segments: tuple[str, ...]
    variables: tuple[Variable, ...]
    verb: str

    @classmethod
    def parse(cls, text: str) -> Template:
        """Reads `/v1/{name=tenants/*}:verb`; raises ValueError on what is not supported (`**`)."""
        path, verb = _split_verb(text)
        segments: list[str] = []
        variables: list[Variable] = []
        for piece in _pieces(path):
            bound = _VARIABLE.fullmatch(piece)
            inner = (bound.group(2) or "*") if bound else piece
            start = len(segments)
            segments += inner.split("/")
            if bound:
                variables.append(Variable(bound.group(1), start, len(segments)))
        if not all(_SEGMENT.fullmatch(segment) for segment in segments):
            raise ValueError(f"Not a supported path template: {text}")
        return cls(tuple(segments), tuple(variables), verb)


@dataclass(slots=True)
class _Node(Generic[R]):
    literals: dict[str, _Node[R]] = field(default_factory=dict)
    wildcard: _Node[R] | None = None
    # verb -> HTTP method -> route
    routes: dict[str, dict[str, R]] = field(default_factory=dict)


class RouteTable(Generic[R]):
    """Finds a route by HTTP method and path; literals go before wildcards."""

    def __init__(self) -> None:
        self._root: _Node[R] = _Node()

    def add(self, http_method: str, template: Template, route: R) -> None:
        """Adds a route; raises ValueError if the same method and path are taken."""
        node = self._root
        for segment in template.segments:
            if segment == "*":
                node.wildcard = node.wildcard or _Node()
                node = node.wildcard
            else:
                node = node.literals.setdefault(segment, _Node())
        methods = node.routes.setdefault(template.verb, {})
        if http_method in methods:
            raise ValueError(f"Two RPCs have the route {http_method} {template}.")
        methods[http_method] = route

    def find(self, path: str) -> tuple[dict[str, R], list[str]]:
        """Gives the routes of a raw path (still percent-encoded) by HTTP method, and its segments.

        No routes if the path is of none; a trailing or double slash is not forgiven.
        """
        segments = path.split("/")[1:]
        last, colon, verb = segments[-1].rpartition(":")
        if colon:
            # Before the id that it could be a part of: ids have no colons.
            without_verb = [*segments[:-1], last]
            node = _descend(self._root, without_verb, 0, verb)
            if node:
                return node.routes[verb], without_verb
        node = _descend(self._root, segments, 0, "")
        return (node.routes[""], segments) if node else ({}, segments)


def _descend(node: _Node[R], segments: list[str], index: int, verb: str) -> _Node[R] | None:
    if index == len(segments):
        return node if verb in node.routes else None
    segment = segments[index]
    if not segment:
        return None
    literal = node.literals.get(segment)
    found = _descend(literal, segments, index + 1, verb) if literal else None
    if found is None and node.wildcard:
        found = _descend(node.wildcard, segments, index + 1, verb)
    return found


def _split_verb(text: str) -> tuple[str, str]:
    verb = _VERB.search(text)
    return (text[: verb.start()], verb.group(1)) if verb else (text, "")


def _pieces(path: str) -> list[str]:
    """Splits at slashes outside of braces."""
    if not path.startswith("/"):
        raise ValueError(f"A path template begins with a slash: {path}")
    return re.findall(r"\{[^}]*\}|[^/{}]+", path)


def _unquote_unreserved(text: str) -> str:
    if "%" not in text:
        return text
    pieces = _RESERVED.split(text)
    return "".join(
        piece if index % 2 else unquote(piece, errors="strict")
        for index, piece in enumerate(pieces)
    )
