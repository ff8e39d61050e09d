"""One whole suite for the stories of a test process: every member real, the clock movable."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.ports import Ports
from dev.stores import Operator
from dev.suite import MEMBERS, Options, Suite
from tests.support.road import Road

OPERATOR = Operator(
    tenant_id="northgate",
    display_name="Northgate Voice",
    email="operator@northgate.example",
    password="a-long-password-for-journeys",
)


@contextmanager
def a_road(collector: int = 0, mail_server: str = "") -> Iterator[Road]:
    """A running suite without live dialing: stories write the legs that they need.

    Its traces go to `collector`, a port of this machine, and its mails to `mail_server`, a URL, if
    there is one.
    """
    # Not pytest's own folder: another run of pytest closes it to PostgreSQL's account.
    directory = Path(tempfile.mkdtemp(prefix="suite-"))
    members = tuple(name for name in MEMBERS if name != "simulator")
    # Programs of clients run on this machine here, and are sent events.
    extra = {"VENEER_GATEWAY_REACHABLE_NETWORKS": "127.0.0.1/32", "OTEL_BSP_SCHEDULE_DELAY": "200"}
    if mail_server:
        extra["VENEER_TENANCY_SMTP_URL"] = mail_server
        extra["VENEER_TENANCY_MAIL_FROM"] = "post@northgate.example"
    options = Options(
        members=members, movable_clock=True, observe=True, extra=extra, collector=collector
    )
    try:
        with Suite(directory, Ports.free(), options) as suite:
            yield Road(suite, suite.bootstrap(OPERATOR))
    finally:
        shutil.rmtree(directory, ignore_errors=True)
