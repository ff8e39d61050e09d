"""Renders what makes a dialer carry one tenant's calls: accounts, guard, cap and meter."""
