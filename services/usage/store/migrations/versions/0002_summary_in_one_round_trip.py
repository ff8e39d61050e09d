"""A month's summary in one round trip.

Revision ID: 0002
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

from services.kit.db.roles import role_names

revision = "0002"
down_revision = "0001"

# Opens the transaction's tenant and reads in the same statement: a client's dashboard asks for
# this all the time, and three more round trips cost more than the answer. It runs with the
# rights of its caller, so row-level security holds as in every other transaction.
_FUNCTION = """
CREATE FUNCTION usage_summary(tenant text, first_day date, end_day date, did_days smallint)
RETURNS TABLE (last_stored_time timestamptz, did_count bigint, local_dates date[],
  calls bigint[], answered_calls bigint[], billable_seconds bigint[])
LANGUAGE plpgsql SECURITY INVOKER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM set_config('app.tenant', tenant, true);
  RETURN QUERY
  SELECT
    (SELECT nullif(s.last_stored_time, '-infinity') FROM ingest_state s WHERE s.tenant_id = tenant),
    (SELECT count(DISTINCT m.subject) FROM measurements m WHERE m.tenant_id = tenant
      AND m.local_date >= first_day AND m.local_date < end_day AND m.meter = did_days
      AND m.quantity > 0),
    array_agg(d.local_date), array_agg(d.calls), array_agg(d.answered_calls),
    array_agg(d.billable_seconds)
  FROM (
    SELECT t.local_date, sum(t.calls)::bigint AS calls,
      sum(t.answered_calls)::bigint AS answered_calls,
      sum(t.billable_seconds)::bigint AS billable_seconds
    FROM day_totals t
    WHERE t.tenant_id = tenant AND t.local_date >= first_day AND t.local_date < end_day
    GROUP BY t.local_date HAVING sum(t.calls) > 0 ORDER BY t.local_date) d;
END $$
"""


def upgrade() -> None:
    """Creates the function."""
    roles = role_names("usage")
    signature = "usage_summary(text, date, date, smallint)"
    op.execute(text(_FUNCTION.replace(":", "\\:")))
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {roles.service}")


def downgrade() -> None:
    """Removes the function."""
    op.execute("DROP FUNCTION usage_summary(text, date, date, smallint)")
