"""A dialer cluster that is not there: leg journals and the dialer's tables, without phones."""
