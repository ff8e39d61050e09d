"""The dialer's tables in MariaDB: their shape, and the rows that calls leave in them."""
