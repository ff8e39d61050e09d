"""What the operator watches of the gateway's store."""

from __future__ import annotations

from services.kit.db.figures import Figure

FIGURES = (
    Figure(
        "gateway.leak_alarms",
        "{alarm}",
        "Places where an answer to a client was held back for a secret word in the last day.",
        "SELECT count(*) FROM leak_alarms"
        " WHERE last_time > CAST(:now AS timestamptz) - interval '1 day'",
    ),
)
