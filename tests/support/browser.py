"""A real browser before the running suite, which minds everything that goes wrong on a page.

Host names below localhost lead to this machine. The edge's certificate is trusted by the digest
of its key alone, so any other wrong certificate is still refused. With VENEER_SCREENSHOTS set to
a folder, `Visitor.look` leaves pictures there.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response
from playwright.async_api import async_playwright as playwright

from dev.ports import LOOPBACK
from dev.suite import Suite
from dev.tools import chromium, node

_PICTURES = "VENEER_SCREENSHOTS"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP *.localhost {LOOPBACK}",
)
_TIMEOUT_MILLISECONDS = 30_000
# Policy violations of inline styles are not always written to the console.
_TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", event =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"""


class Visitor:
    """One person's browser window at one host, and all that went wrong in it."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context, self.page, self.url = context, page, url
        self.complaints: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        context.on("request", self._on_request)
        context.on("response", self._on_response)

    async def go(self, path: str) -> int:
        """Opens a page of the host, and gives its status."""
        answer = await self.page.goto(f"{self.url}{path}")
        assert answer is not None
        return answer.status

    async def log_in(self, email: str, password: str) -> None:
        """Fills the form in and sends it."""
        await self.page.get_by_label("E-mail address").fill(email)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Log in").click()

    async def texts(self, selector: str) -> list[str]:
        """Gives the text of every element, with single spaces."""
        return [
            " ".join(text.split()) for text in await self.page.locator(selector).all_inner_texts()
        ]

    async def cards(self) -> dict[str, tuple[str, ...]]:
        """Gives the figures on the page by their headings."""
        found = {}
        for card in await self.page.locator(".cards .card").all():
            heading, *figures = (await card.inner_text()).splitlines()
            lines = [" ".join(figure.split()) for figure in figures]
            found[heading.capitalize()] = tuple(line for line in lines if line)
        return found

    async def post(self, path: str, form: str) -> int:
        """Sends a form as a script on the page would, and gives the answer's status."""
        script = """([path, body]) => fetch(path, {method: "POST", body, redirect: "manual",
          headers: {"content-type": "application/x-www-form-urlencoded"}}).then(a => a.status)"""
        status: int = await self.page.evaluate(script, [path, form])
        return status

    async def look(self, name: str) -> None:
        """Leaves a picture of the whole page, where pictures are wanted."""
        folder = os.environ.get(_PICTURES)
        if folder:
            await self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    def _on_console(self, message: ConsoleMessage) -> None:
        # Which answers may fail is judged where they come in.
        is_of_an_answer = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not is_of_an_answer:
            self.complaints.append(f"{message.type}: {message.text} {message.location}")

    def _on_request(self, request: Request) -> None:
        if urlsplit(request.url).scheme in ("http", "https") and not self._is_ours(request.url):
            self.complaints.append(f"a request to {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.complaints.append(f"{response.status} of {response.request.method} {response.url}")

    def _is_ours(self, url: str) -> bool:
        return urlsplit(url).netloc == urlsplit(self.url).netloc


class Desk:
    """A started browser before a suite."""

    def __init__(self, browser: Browser, suite: Suite) -> None:
        self._browser, self._suite = browser, suite

    @asynccontextmanager
    async def visitor(self, host: str, **options: Any) -> AsyncIterator[Visitor]:
        """Opens a fresh window; at its end, fails if anything on its pages went wrong."""
        size = {"width": 1280, "height": 900}
        async with await self._browser.new_context(
            **{"viewport": size, "locale": "en-US", **options}
        ) as context:
            context.set_default_timeout(_TIMEOUT_MILLISECONDS)
            await context.add_init_script(_TELL_VIOLATIONS)
            visitor = Visitor(context, await context.new_page(), self._suite.url(host))
            yield visitor
            assert visitor.complaints == [], visitor.complaints


@asynccontextmanager
async def desk_of(suite: Suite) -> AsyncIterator[Desk]:
    """Starts a browser."""
    program = chromium()
    assert program is not None, "There is no browser; run `make setup`."
    # Playwright's own needs a library that a small Debian lacks.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", node())
    digests = ",".join(_key_digest(suite, door) for door in ("edge", "console"))
    trusted = f"--ignore-certificate-errors-spki-list={digests}"
    async with playwright() as driver:
        browser = await driver.chromium.launch(executable_path=program, args=[*_ARGUMENTS, trusted])
        try:
            yield Desk(browser, suite)
        finally:
            await browser.close()


def _key_digest(suite: Suite, door: str) -> str:
    """As a browser writes it: the SHA-256 of the public key, in base64."""
    certificate = x509.load_pem_x509_certificate(
        (suite.options.certificates / "edge" / f"{door}.pem").read_bytes()
    )
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(key).digest()).decode()
