"""The double-entry ledger, balanced by the database.

Revision ID: 0004
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    text,
)

from services.kit.db.roles import protect
from services.kit.db.tables import new_metadata

revision = "0004"
down_revision = "0003"

# The tables as this revision made them, whatever they have become since.
metadata = new_metadata()

ledger_transactions = Table(
    "ledger_transactions",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("seller_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("entry_count", Integer, nullable=False),
    Column("post_time", DateTime(timezone=True), nullable=False),
    Index("ix_ledger_transactions_tenant_id_post_time", "tenant_id", "post_time"),
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("account", Text, nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("amount", Numeric, nullable=False),
    Column("invoice_id", Text, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "source"], ["ledger_transactions.tenant_id", "ledger_transactions.source"]
    ),
    Index("ix_ledger_entries_tenant_id_account_invoice_id", "tenant_id", "account", "invoice_id"),
)

# Looks at the end of the transaction, when all entries are there. That their number was said when
# the first of them was written keeps a later transaction from adding to them.
BALANCED = text("""
CREATE FUNCTION ledger_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted ledger_transactions%ROWTYPE;
  found_count integer;
  found_sum numeric;
BEGIN
  SELECT * INTO wanted FROM ledger_transactions
    WHERE tenant_id = NEW.tenant_id AND source = NEW.source;
  SELECT count(*), coalesce(sum(amount), 0) INTO found_count, found_sum FROM ledger_entries
    WHERE tenant_id = NEW.tenant_id AND source = NEW.source
      AND currency_code = wanted.currency_code;
  IF found_sum <> 0 OR found_count <> wanted.entry_count OR found_count < 2 THEN
    RAISE EXCEPTION 'ledger transaction % of % is not balanced: % entries, sum %',
      NEW.source, NEW.tenant_id, found_count, found_sum USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT FROM ledger_entries WHERE tenant_id = NEW.tenant_id
      AND source = NEW.source AND currency_code <> wanted.currency_code) THEN
    RAISE EXCEPTION 'ledger transaction % of % mixes currencies', NEW.source, NEW.tenant_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
""")


def upgrade() -> None:
    """Creates the ledger."""
    for table in (ledger_transactions, ledger_entries):
        table.create(op.get_bind())
        protect(op, table.name, append_only=True)
    op.execute(BALANCED)
    for table in (ledger_transactions, ledger_entries):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON {table.name}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_is_balanced()"
        )


def downgrade() -> None:
    """Removes the ledger."""
    ledger_entries.drop(op.get_bind())
    ledger_transactions.drop(op.get_bind())
    op.execute("DROP FUNCTION ledger_is_balanced()")
