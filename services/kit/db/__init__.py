"""What every store runs on: transactions for one tenant, roles, migrations, intents, leases."""
