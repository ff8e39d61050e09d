"""What the operator watches of billing's store: counts and times, never amounts."""

from __future__ import annotations

from services.kit.db.figures import Figure

FIGURES = (
    Figure(
        "billing.drafts.parked",
        "{draft}",
        "Drafts that wait for the operator's release.",
        "SELECT count(*) FROM draft_invoices d WHERE parked <> '[]'"
        " AND NOT EXISTS (SELECT 1 FROM invoices i"
        " WHERE i.tenant_id = d.tenant_id AND i.month = d.month)"
        " AND NOT EXISTS (SELECT 1 FROM draft_releases r WHERE r.tenant_id = d.tenant_id"
        " AND r.month = d.month AND r.as_of_time = d.as_of_time)",
    ),
    Figure(
        "billing.invoice_run.tasks.open",
        "{task}",
        "Tenants' months in the runs of the last forty days, by what has come of them.",
        "SELECT t.state, count(*) FROM invoice_run_tasks t JOIN invoice_runs r USING (run_id)"
        " WHERE r.create_time > CAST(:now AS timestamptz) - interval '40 days' GROUP BY t.state",
        label="state",
    ),
    Figure(
        "billing.ledger.unbalanced",
        "{transaction}",
        "Ledger transactions whose entries do not add up to nothing.",
        "SELECT count(*) FROM (SELECT 1 FROM ledger_entries"
        " GROUP BY tenant_id, source, currency_code HAVING sum(amount) <> 0) found",
    ),
    Figure(
        "billing.payments.oldest.wait",
        "s",
        "How long the oldest payment whose outcome is not known has been there.",
        "SELECT coalesce(extract(epoch FROM :now - min(create_time)), 0)"
        " FROM payments WHERE state = 'PENDING'",
    ),
    Figure(
        "billing.gates.shut",
        "{tenant}",
        "Tenants who may not call out because of their account, by reason.",
        "SELECT reason, count(*) FROM gates WHERE reason <> '' GROUP BY reason",
        label="reason",
    ),
)
