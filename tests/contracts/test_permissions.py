"""What the roles may do is what the contracts demand."""

from __future__ import annotations

from services.tenancy.domain.permission import CLIENT_PERMISSIONS, OPERATOR_PERMISSIONS
from tests.support.contracts import rules


def test_a_client_can_be_allowed_what_client_rules_demand_and_nothing_else() -> None:
    """A permission that no rule knows, or a rule that nobody can satisfy, is a mistake."""
    demanded = {rule.permission for rule in rules() if rule.audience == "CLIENT"}

    assert demanded == CLIENT_PERMISSIONS


def test_an_operator_can_be_allowed_what_operator_rules_demand_beyond_that() -> None:
    """An operator may do what clients may, and what is the operator's alone."""
    demanded = {rule.permission for rule in rules() if rule.audience == "OPERATOR"}

    assert demanded - CLIENT_PERMISSIONS == OPERATOR_PERMISSIONS
