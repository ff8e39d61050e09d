"""What the operator watches of tenancy's store."""

from __future__ import annotations

from services.kit.db.figures import Figure

FIGURES = (
    Figure(
        "tenancy.mails",
        "{mail}",
        "Mails of notices of the last week that are not with their recipient, by state.",
        "SELECT m.state, count(*) FROM notice_mails m JOIN notices n USING (tenant_id, notice_id)"
        " WHERE m.state <> 'SENT' AND n.create_time > CAST(:now AS timestamptz) - interval '7 days'"
        " GROUP BY m.state",
        label="state",
    ),
    Figure(
        "tenancy.mails.oldest.wait",
        "s",
        "How long the oldest mail that is not sent has waited.",
        "SELECT coalesce(extract(epoch FROM :now - min(n.create_time)), 0)"
        " FROM notice_mails m JOIN notices n USING (tenant_id, notice_id)"
        " WHERE m.state = 'WAITING'",
    ),
    Figure(
        "tenancy.secrets",
        "{secret}",
        "Secrets that are kept sealed, by the id of their key.",
        "SELECT key_id, count(*) FROM (SELECT secret_key_id AS key_id FROM second_factors"
        " UNION ALL SELECT client_secret_key_id FROM single_sign_ons"
        " WHERE client_secret IS NOT NULL) AS sealed GROUP BY key_id",
        label="key",
    ),
)
