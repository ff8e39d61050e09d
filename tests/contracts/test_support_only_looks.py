"""What the operator's support may do at a client's portal changes nothing, in any contract."""

from __future__ import annotations

from google.api import annotations_pb2

from services.tenancy.domain.support_access import PERMISSIONS
from tests.support.contracts import methods, rule_of


def test_no_rpc_that_changes_something_is_open_to_support() -> None:
    """Derived from the rules: whoever adds an RPC need not think of it."""
    open_to_support = {
        method.full_name: method.GetOptions().Extensions[annotations_pb2.http].WhichOneof("pattern")
        for method in methods()
        if rule_of(method).permission in PERMISSIONS
    }
    changing = {name for name, way in open_to_support.items() if way not in ("get", None)}

    assert len(open_to_support) > 40
    assert changing == set()
