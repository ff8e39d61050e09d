"""The menu says where one is."""

from __future__ import annotations

import pytest

from services.gateway.portal.menu import (
    CLIENT_MENU,
    CONSOLE_MENU,
    Menu,
    allowed,
    first_page,
    leads_to,
    section_of,
)
from services.tenancy.domain.permission import Role, permissions_of


@pytest.mark.parametrize(
    ("menu", "path", "section", "page"),
    [
        (CLIENT_MENU, "/", "Dashboard", "Dashboard"),
        (CLIENT_MENU, "/lists/may/files/f1", "Dialing", "Lists"),
        (CLIENT_MENU, "/api", "API", "Keys"),
        (CLIENT_MENU, "/api/webhooks/w1", "API", "Webhooks"),
        (CLIENT_MENU, "/prices/p1", "Billing", "Account"),
        (CONSOLE_MENU, "/clients/abc/money", "Clients", "Clients"),
        (CONSOLE_MENU, "/runs/r1", "Money", "Invoice runs"),
    ],
)
def test_a_path_is_in_a_section_and_on_a_page(
    menu: Menu, path: str, section: str, page: str
) -> None:
    """The nearest one, where one path lies below another."""
    found = section_of(menu, path)

    assert found is not None
    item = found.item_of(path)
    assert item is not None
    assert (found.label, item.label) == (section, page)


@pytest.mark.parametrize("path", ["/login", "/listsx", "/nothing"])
def test_other_paths_are_in_none(path: str) -> None:
    """Nor is what only begins alike."""
    assert section_of(CLIENT_MENU, path) is None


@pytest.mark.parametrize(
    ("role", "seen", "hidden"),
    [
        (Role.SUPERVISOR, {"/live", "/calls", "/reports"}, {"/", "/billing", "/team", "/api"}),
        (Role.BILLING, {"/", "/billing", "/calls"}, {"/live", "/campaigns", "/activity"}),
    ],
)
def test_nobody_is_led_to_what_its_role_may_not_see(
    role: Role, seen: set[str], hidden: set[str]
) -> None:
    """A section without pages is left out with them."""
    menu = allowed(CLIENT_MENU, permissions_of(role, of_operator=False))
    paths = {item.path for section in menu for item in section.items}

    assert seen <= paths
    assert not hidden & paths
    assert all(section.items for section in menu)


@pytest.mark.parametrize(("menu", "of_operator"), [(CLIENT_MENU, False), (CONSOLE_MENU, True)])
def test_who_may_look_at_everything_is_led_everywhere(menu: Menu, of_operator: bool) -> None:
    """So no page needs a permission that nobody has."""
    assert allowed(menu, permissions_of(Role.VIEWER, of_operator=of_operator)) == menu


@pytest.mark.parametrize(
    ("role", "of_operator", "first"),
    [
        (Role.SUPERVISOR, False, "/live"),
        (Role.SUPERVISOR, True, "/onboarding"),
        (Role.BILLING, True, "/"),
        (Role.OWNER, False, "/"),
    ],
)
def test_who_may_not_see_the_first_page_is_led_to_another(
    role: Role, of_operator: bool, first: str
) -> None:
    """After a log-in everybody comes to it."""
    menu = CONSOLE_MENU if of_operator else CLIENT_MENU
    mine = allowed(menu, permissions_of(role, of_operator=of_operator))

    assert first_page(mine) == first


def test_a_page_below_one_of_the_menu_is_led_to_with_it() -> None:
    """But not one that has a line of its own in the menu, for others."""
    few = allowed(CLIENT_MENU, frozenset({"apiKeys.read"}))
    staff = allowed(CONSOLE_MENU, frozenset({"margins.read"}))

    assert leads_to(few, CLIENT_MENU, "/api")
    assert not leads_to(few, CLIENT_MENU, "/api/webhooks")
    assert leads_to(staff, CONSOLE_MENU, "/clients/abc-solar/host-names")
    assert not leads_to(few, CLIENT_MENU, "/nowhere")
