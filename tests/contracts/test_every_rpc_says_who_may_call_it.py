"""Law 6: authority is declared with the contract."""

from __future__ import annotations

from google.protobuf.descriptor import MethodDescriptor

from tests.support.contracts import has_route, methods, rule_of


def _is_for_people(method: MethodDescriptor) -> bool:
    return rule_of(method).audience in ("CLIENT", "OPERATOR", "PUBLIC")


def test_every_rpc_declares_an_audience() -> None:
    """An RPC that forgets to say is for nobody."""
    silent = [m.full_name for m in methods() if rule_of(m).audience == "AUDIENCE_UNSPECIFIED"]

    assert silent == []


def test_every_rpc_for_people_has_a_rest_route() -> None:
    """The gateway has no routes of its own: what is not annotated cannot be reached."""
    unreachable = [m.full_name for m in methods() if _is_for_people(m) and not has_route(m)]

    assert unreachable == []


def test_no_internal_rpc_has_a_rest_route() -> None:
    """What services say to each other is not for the edge."""
    exposed = [m.full_name for m in methods() if not _is_for_people(m) and has_route(m)]

    assert exposed == []


def test_a_service_is_for_one_audience_or_for_clients_and_the_operator() -> None:
    """Nothing internal stands beside what the edge can reach."""
    mixed = {
        m.containing_service.full_name
        for m in methods()
        if not _is_for_people(m)
        and any(_is_for_people(other) for other in m.containing_service.methods)
    }

    assert mixed == set()


def test_every_list_pages() -> None:
    """Law 10: a list without a page size has no limit."""
    lists = [m for m in methods() if m.name.startswith("List") and _is_for_people(m)]

    assert [
        m.full_name
        for m in lists
        if not {"page_size", "page_token"} <= set(m.input_type.fields_by_name)
        or "next_page_token" not in m.output_type.fields_by_name
    ] == []


def test_the_gateway_is_no_caller_of_what_has_a_rest_route() -> None:
    """A listed caller needs no principal: through the gateway anybody could come as nobody."""
    open_doors = [
        m.full_name for m in methods() if has_route(m) and "gateway" in rule_of(m).callers
    ]

    assert open_doors == []
