"""What the operator watches of telephony's store."""

from __future__ import annotations

from services.kit.db.figures import Figure

FIGURES = (
    Figure(
        "telephony.legs.kept",
        "{leg}",
        "Legs that are not at usage yet, by state.",
        "SELECT state, count(*) FROM legs WHERE state = 'PENDING' GROUP BY state"
        " UNION ALL SELECT state, count(*) FROM legs WHERE state = 'AWAITED' GROUP BY state"
        " UNION ALL SELECT state, count(*) FROM legs WHERE state = 'UNASSIGNED' GROUP BY state",
        label="state",
    ),
    Figure(
        "telephony.legs.oldest.wait",
        "s",
        "How long the oldest leg that is to be sent to usage has been here.",
        "SELECT coalesce(extract(epoch FROM :now - min(receive_time)), 0)"
        " FROM legs WHERE state = 'PENDING'",
    ),
    Figure(
        "telephony.hosts.silence",
        "s",
        "How long nothing has come from a dialer host, by host.",
        "SELECT cluster || '/' || host, extract(epoch FROM :now - receive_time) FROM host_signs",
        label="host",
    ),
    Figure(
        "telephony.lines.quarantined",
        "{line}",
        "Journal lines that were put aside and not replayed.",
        "SELECT count(*) FROM quarantined_lines WHERE state = 'QUARANTINED'",
    ),
    Figure(
        "telephony.open_legs",
        "{leg}",
        "Answered legs whose end is not known yet.",
        "SELECT count(*) FROM open_legs WHERE state = 'OPEN'",
    ),
    Figure(
        "telephony.trunk_hosts",
        "{trunk}",
        "Tenants' trunks in hosts, by state.",
        "SELECT state, count(*) FROM trunk_hosts GROUP BY state",
        label="state",
    ),
    Figure(
        "telephony.drifts.open",
        "{field}",
        "Fields in the dialer that are not as told.",
        "SELECT count(*) FROM dialer_drifts",
    ),
    Figure(
        "telephony.reconciliations.drifting",
        "{day}",
        "Tenants' days of the last week on which journals and the dialer's tables do not agree.",
        "SELECT count(*) FROM reconciliations"
        " WHERE is_drift AND local_date > CAST(:now AS timestamptz)::date - 7",
    ),
    Figure(
        "telephony.provisioning.open",
        "{run}",
        "Runs of provisioning that are not over, by state.",
        "SELECT state, count(*) FROM provisioning_runs"
        " WHERE state IN ('RUNNING', 'UNDOING', 'FAILED') GROUP BY state",
        label="state",
    ),
    Figure(
        "telephony.secrets",
        "{secret}",
        "Secrets that are kept sealed, by the id of their key.",
        "SELECT login_secret_key_id, count(*) FROM carriers WHERE login_secret IS NOT NULL"
        " GROUP BY login_secret_key_id",
        label="key",
    ),
)
