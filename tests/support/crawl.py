"""Follows every link of a host in a browser, and tells which kinds of page it has met."""

from __future__ import annotations

import base64
import re
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast

from starlette.applications import Starlette
from starlette.routing import Match, Route

from services.gateway.guard.pdf import MEDIA_TYPE, text_of
from services.gateway.portal.assets import Assets
from services.gateway.portal.pages import pages
from services.gateway.portal.visit import Portal
from tests.support.browser import Visitor

# What asks on and on, is of strangers, of machines or no page at all.
_APART = re.compile(
    r"/(events/.*|static/.*|brand.*|healthz|openapi\.json|login.*|forgotten|new-password"
    r"|new-address|invitation|support|sign-on.*|agent(/.*)?)\Z"
)
# What a browser keeps instead of showing it.
_FILE = re.compile(r"/(pdf|file|report|text|pack|logo|sound)\Z")
_OF_EACH_KIND = 2
_LINKS = """const hrefs = (found, name, selector) =>
  [...found.querySelectorAll(selector)].map(each => each.getAttribute(name));
const links = found => ({links: [...hrefs(found, "href", "a[href]"),
  ...hrefs(found, "src", "main img[src]")], menu: hrefs(found, "href", "header nav a")});"""
_READ = f"""() => {{ {_LINKS} return links(document); }}"""
# An answer that breaks off before its end has no status.
_FETCH = f"""async path => {{ {_LINKS}
  const none = {{status: 0, type: "", links: [], menu: [], text: "", data: ""}};
  const read = async answer => {{
    const type = answer.headers.get("content-type") || "";
    const told = {{...none, status: answer.status, type}};
    if (type.startsWith("text/html")) {{
      const text = await answer.text();
      return {{...told, text, ...links(new DOMParser().parseFromString(text, "text/html"))}};
    }}
    const bytes = new Uint8Array(await answer.arrayBuffer());
    let data = "";
    for (const each of bytes) data += String.fromCharCode(each);
    return {{...told, data: btoa(data)}};
  }};
  return fetch(path).then(read).catch(() => none);
}}"""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What was at a path; `is_open` if the browser shows it at this moment."""

    path: str
    kind: str
    status: int
    text: str
    is_of_menu: bool
    is_open: bool


@dataclass(slots=True)
class Crawl:
    """One visitor's walk through a host, two pages of each kind; with `opens`, the first of them
    in the window."""

    visitor: Visitor
    for_operator: bool
    opens: bool = True
    met: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    async def leaves(self) -> AsyncIterator[Leaf]:
        """Gives what links lead to, beginning with the first page."""
        kinds = _kinds(self.for_operator)
        pending, seen = [("/", False)], {"/"}
        while pending:
            path, is_of_menu = pending.pop(0)
            kind = _kind(kinds, path)
            if self.met[kind] >= _OF_EACH_KIND and not is_of_menu:
                continue
            self.met[kind] += 1
            is_file = _FILE.search(path.partition("?")[0])
            is_open = self.opens and self.met[kind] == 1 and not is_file
            told = await (self._opened(path) if is_open else self._fetched(path))
            menu = set(told["menu"])
            for link in sorted({*told["links"]}, key=lambda each: (each not in menu, each)):
                local = link.partition("#")[0]
                is_new = local.startswith("/") and local not in seen
                if is_new and not _APART.match(local.partition("?")[0]):
                    seen.add(local)
                    pending.append((local, link in menu))
            yield Leaf(path, kind, told["status"], told["text"], is_of_menu, is_open)

    async def _opened(self, path: str) -> dict[str, Any]:
        answer = await self.visitor.page.goto(f"{self.visitor.url}{path}")
        assert answer is not None
        told: dict[str, Any] = await self.visitor.page.evaluate(_READ)
        return {**told, "status": answer.status, "text": await answer.text()}

    async def _fetched(self, path: str) -> dict[str, Any]:
        told: dict[str, Any] = await self.visitor.page.evaluate(_FETCH, path)
        data = base64.b64decode(told["data"])
        is_pdf = told["type"].startswith(MEDIA_TYPE.decode())
        text = (text_of(data) if is_pdf else data).decode("utf-8", "replace")
        return {**told, "text": told["text"] or text}

    def missed(self) -> list[str]:
        """Gives the kinds of page that no link has led to."""
        kinds = {route.path for route in map(_page, _kinds(self.for_operator).routes) if route}
        return sorted(kinds - self.met.keys())


def _kinds(for_operator: bool) -> Starlette:
    """The routes alone: nobody asks them for anything."""
    return pages(cast(Portal, None), Assets(), for_operator)


def _page(route: object) -> Route | None:
    """Gives a route that a link could lead to."""
    if isinstance(route, Route) and "GET" in (route.methods or ()):
        return None if _APART.match(route.path) else route
    return None


def _kind(kinds: Starlette, path: str) -> str:
    scope = {"type": "http", "path": path.partition("?")[0], "method": "GET", "headers": []}
    for route in kinds.routes:
        if route.matches(scope)[0] is Match.FULL:
            return str(cast(Route, route).path)
    return "nothing"
