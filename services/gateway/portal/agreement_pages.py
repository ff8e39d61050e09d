"""Which page about agreements, and which of training, is at which path."""

from __future__ import annotations

from services.gateway.portal.client.agreement import (
    accept_agreement,
    agreement,
    agreement_file,
    earlier_agreement,
)
from services.gateway.portal.client.training import guide, training
from services.gateway.portal.console.agreements import (
    agreement_version,
    agreements,
    client_agreement,
    publish_agreement,
    record_paper,
)
from services.gateway.portal.handling import Handler

CLIENT_AGREEMENT_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/agreement", agreement),
    ("POST", "/agreement/accept", accept_agreement),
    ("GET", "/agreement/{acceptance}", earlier_agreement),
    ("GET", "/agreement/{acceptance}/text", agreement_file),
)
CONSOLE_AGREEMENT_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/clients/{tenant}/agreement", client_agreement),
    ("POST", "/clients/{tenant}/agreement", record_paper),
    ("GET", "/agreements", agreements),
    ("POST", "/agreements", publish_agreement),
    ("GET", "/agreements/{version}", agreement_version),
)
# For who has not logged in as well.
CLIENT_TRAINING_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/training", training),
    ("GET", "/training/{guide}", guide),
)
