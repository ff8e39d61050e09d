"""What each page of portal and console takes to answer, at the demo's load."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from bench.figure import Figure, middle
from dev.ports import Ports
from dev.run import bring_up
from dev.suite import Options, Suite
from services.gateway.portal.menu import CLIENT_MENU, CONSOLE_MENU, Menu

_LIMIT_MS: Final = 100.0
_ROUNDS: Final = 40
# In the same frame and for the same session, but no service is asked for anything.
_TRIVIAL: Final = {"portal": "/training", "console": "/account/second-step"}
_MORE: Final = {
    "portal": ("/invoices/2025-10", "/invoices/2025-10/lines/1", "/account"),
    "console": ("/clients/abc-solar", "/clients/abc-solar/money", "/clients/abc-solar/prices"),
}
_TOKEN: Final = re.compile(r'name="form_token" value="([^"]+)"')


def measure() -> list[Figure]:
    """The 95th percentile of milliseconds by page, through the edge, while the demo dials; the
    reference is a trivial page that is asked for in turns with it."""
    with _demo() as described:
        client = described["tenants"][0]
        return [
            *_measured("portal", client, described["ca"], CLIENT_MENU),
            *_measured("console", described["operator"], described["ca"], CONSOLE_MENU),
        ]


@contextmanager
def _demo() -> Iterator[dict[str, Any]]:
    directory = Path(tempfile.mkdtemp(prefix="bench-"))
    suite = Suite(directory, Ports.free(), Options())
    try:
        yield bring_up(suite)
    finally:
        suite.stop()
        shutil.rmtree(directory, ignore_errors=True)


def _measured(side: str, entry: dict[str, Any], ca: str, menu: Menu) -> list[Figure]:
    paths = [item.path for section in menu for item in section.items]
    trivial = _TRIVIAL[side]
    with _logged_in(entry, ca) as asked:
        asked.get(trivial)
        return [
            _figure(f"{side} {path}", asked, path, trivial)
            for path in (*paths, *_MORE[side])
            if path != trivial
        ]


@contextmanager
def _logged_in(entry: dict[str, Any], ca: str) -> Iterator[httpx.Client]:
    url = httpx.URL(entry["url"])
    with httpx.Client(
        base_url=f"https://{entry['address']}",
        verify=ca,
        headers={"Host": url.netloc.decode()},
        timeout=30,
        trust_env=False,
        event_hooks={"request": [lambda each: each.extensions.update(sni_hostname=url.host)]},
    ) as client:
        found = _TOKEN.search(client.get("/login").text)
        assert found is not None, "there is no form to log in with"
        answer = client.post("/login", data={**entry["login"], "form_token": found[1]})
        assert answer.status_code == 303, answer.text
        yield client


def _figure(name: str, client: httpx.Client, path: str, trivial: str) -> Figure:
    ours: list[float] = []
    reference: list[float] = []
    # The first of all has templates to read.
    _milliseconds(client, path)
    for _ in range(_ROUNDS):
        ours.append(_milliseconds(client, path))
        reference.append(_milliseconds(client, trivial))
    p95, beside = _p95(ours), _p95(reference)
    told = f"page: {name}, p95 (p50 {middle(ours):.0f})"
    promise = f"ours at most {_LIMIT_MS:g}"
    return Figure(told, "ms", p95, beside, p95 / beside, promise, p95 <= _LIMIT_MS)


def _milliseconds(client: httpx.Client, path: str) -> float:
    begin = time.perf_counter()
    status = client.get(path).status_code
    took = (time.perf_counter() - begin) * 1000
    assert status == 200, f"{path} answers {status}"
    return took


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95) - 1]
