"""The API improvement proposals that every contract follows, one a module."""
