"""How a client's own host name goes on, and what can be one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.kit.errors import InvalidRequest
from services.tenancy.domain.host_text import checked_host
from services.tenancy.domain.name_servers import parse_addresses
from services.tenancy.domain.own_host_name import (
    EXPIRES_AFTER,
    Failure,
    Finding,
    HostNameStateForbids,
    OwnHostName,
    State,
    after_look,
    checked_now,
    removed,
    with_certificate,
)
from tests.support.builders.tenancy import NOON

SOON = NOON + timedelta(minutes=1)
ASKED = OwnHostName("h1", "sunny", "dialer.sunny.example", "t0ken", State.PENDING, NOON, NOON)
WAITS = replace(ASKED, state=State.CERTIFICATE_PENDING, next_look_time=None)


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("dialer.sunny.example", "dialer.sunny.example"),
        (" Dialer.Sunny.Example. ", "dialer.sunny.example"),
        ("wählen.sonne.example", "xn--whlen-gra.sonne.example"),
        ("sunny.co", "sunny.co"),
    ],
)
def test_a_host_name_is_kept_as_it_stands_in_the_dns(typed: str, host: str) -> None:
    """However it was typed."""
    assert checked_host(typed, ("northgate.example",)) == host


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "sunny",
        "*.sunny.example",
        "192.0.2.7",
        "2001:db8::7",
        "https://dialer.sunny.example",
        "dialer.sunny.example/portal",
        "dialer.sunny.example:8443",
        "-dialer.sunny.example",
        "di aler.sunny.example",
        "dialer..example",
        "_x.sunny.example",
        f"{'a' * 64}.example",
        ".".join(["abcdefgh"] * 28),
        "xn--\u00fc.example",
        "localhost",
        "tenancy.veneer.svc.cluster.local",
        "northgate.example",
        "anybody.northgate.example",
    ],
)
def test_what_can_be_nobodys_own_host_name_is_refused(typed: str) -> None:
    """Among it every name of the operator's."""
    with pytest.raises(InvalidRequest):
        checked_host(typed, ("northgate.example",))


def test_a_proof_is_seen_twice_before_it_counts_and_once_more_before_service() -> None:
    """Each look is another one."""
    proved = after_look(ASKED, Finding.FOUND, SOON)
    waits = after_look(proved, Finding.FOUND, SOON)
    certified = with_certificate(waits, True, "", SOON)
    active = after_look(certified, Finding.FOUND, SOON)

    states = [each.state for each in (proved, waits, certified, active)]
    assert states == ["PROVED", "CERTIFICATE_PENDING", "CERTIFICATE_PENDING", "ACTIVE"]
    assert [each.is_looked_for for each in (proved, waits, certified, active)] == [
        True,
        False,
        True,
        False,
    ]
    assert proved.next_look_time is not None
    assert proved.next_look_time > SOON


@pytest.mark.parametrize("finding", [Finding.MISSING, Finding.DIFFERENT, Finding.NO_ANSWER])
def test_what_is_not_found_is_looked_for_less_and_less_often_for_a_week(finding: Finding) -> None:
    """At least every ten minutes."""
    host_name, now, waits = ASKED, NOON, []
    while host_name.state is State.PENDING:
        host_name = after_look(host_name, finding, now)
        waits.append((host_name.next_look_time or now) - now)
        now = host_name.next_look_time or now

    assert waits[:3] == [timedelta(seconds=15 * 2**each) for each in range(3)]
    assert max(waits) == timedelta(minutes=10)
    assert host_name.state is State.EXPIRED
    assert host_name.end_time == now
    assert EXPIRES_AFTER <= now - NOON <= EXPIRES_AFTER + timedelta(minutes=10)


def test_a_proof_that_goes_is_none() -> None:
    """Before it counts the search begins again; after the certificate it is over."""
    proved, certified = replace(ASKED, state=State.PROVED), with_certificate(WAITS, True, "", NOON)

    assert after_look(proved, Finding.MISSING, SOON).state is State.PENDING
    assert after_look(proved, Finding.NO_ANSWER, SOON).state is State.PROVED
    gone = after_look(certified, Finding.DIFFERENT, SOON)
    assert (gone.state, gone.failure) == (State.FAILED, Failure.PROOF_GONE)
    assert after_look(certified, Finding.NO_ANSWER, SOON).is_looked_for


def test_a_certificate_is_told_of_once_and_only_where_it_is_wanted() -> None:
    """Telling it again changes nothing; that none can be had ends it."""
    certified = with_certificate(WAITS, True, "", SOON)
    refused = with_certificate(WAITS, False, "No CNAME.", SOON)

    assert with_certificate(certified, True, "again", SOON) is certified
    assert (refused.failure, refused.certificate_note) == (Failure.CERTIFICATE_REFUSED, "No CNAME.")
    for unwanted in (ASKED, removed(WAITS, SOON), refused):
        with pytest.raises(HostNameStateForbids):
            with_certificate(unwanted, True, "", SOON)
    with pytest.raises(InvalidRequest):
        with_certificate(WAITS, True, "x" * 301, SOON)


def test_asking_for_looks_again_and_again_makes_no_more_than_one_in_five_seconds() -> None:
    """And none where there is nothing to look for."""
    looked = after_look(ASKED, Finding.MISSING, SOON)

    assert checked_now(looked, SOON).next_look_time == SOON + timedelta(seconds=5)
    with pytest.raises(HostNameStateForbids):
        checked_now(WAITS, SOON)


def test_what_came_to_nothing_stays_as_it_is() -> None:
    """It is not removed on top."""
    gone = removed(ASKED, SOON)

    assert removed(gone, SOON + timedelta(days=1)) is gone


def test_name_servers_are_addresses_with_or_without_a_port() -> None:
    """IPv6 in brackets if it has one."""
    text = "192.0.2.53, 192.0.2.54:5353, 2001:db8::53, [2001:db8::54]:5353"

    assert parse_addresses(text) == (
        ("192.0.2.53", 53),
        ("192.0.2.54", 5353),
        ("2001:db8::53", 53),
        ("2001:db8::54", 5353),
    )
    with pytest.raises(ValueError, match="ns"):
        parse_addresses("ns.example")
