"""Known vulnerabilities are told, and so is that they could not be looked up."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from dev.ports import LOOPBACK, Ports
from dev.vulnerabilities import AdvisoriesNotReached, vulnerabilities

# Its programs take seconds to start.
pytestmark = pytest.mark.operations


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """Two packages with hashes, as in requirements.lock."""
    path = tmp_path / "requirements.lock"
    digest = "0" * 64
    names = ("sound", "broken")
    path.write_text("".join(f"{name}==1.0 \\\n    --hash=sha256:{digest}\n" for name in names))
    return path


class _Advisories(BaseHTTPRequestHandler):
    """Knows of one vulnerability, in the form of osv.dev."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        package = {"name": "broken", "ecosystem": "PyPI"}
        events = [{"introduced": "0"}, {"fixed": "1.1"}]
        known = {
            "id": "PYSEC-1",
            "summary": "It breaks.",
            "published": "2026-01-01T00:00:00Z",
            "affected": [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": events}]}],
        }
        found = {"vulns": [known]} if asked["package"]["name"] == "broken" else {}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())

    def log_message(self, format: str, *told: object) -> None:
        """Says nothing among the tests' results."""


@pytest.fixture
def advisories() -> Iterator[str]:
    """Where they are asked for."""
    server = HTTPServer((LOOPBACK, 0), _Advisories)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://{LOOPBACK}:{server.server_port}/v1/query"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_known_vulnerability_is_told_with_the_version_without_it(
    lock: Path, advisories: str
) -> None:
    """And a package without one is not."""
    assert vulnerabilities(lock, advisories) == [("broken 1.0", "PYSEC-1; mended in 1.1")]


def test_it_is_said_when_nobody_could_be_asked(lock: Path) -> None:
    """No list is not an empty list."""
    nobody = f"http://{LOOPBACK}:{Ports.free().gateway}/v1/query"

    with pytest.raises(AdvisoriesNotReached):
        vulnerabilities(lock, nobody)
