"""The menus: sections, and the pages of each. A new page is one line here.

Nobody is led to a page that its role may not see; the services decide by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A page, what one must be allowed to see it, and other paths whose pages belong to it."""

    path: str
    label: str
    needs: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Tells whether a path is this page, or lies below it."""
        below = [f"{each}/" for each in (self.path, *self.also) if each != "/"]
        return path in (self.path, *self.also) or path.startswith(tuple(below))


@dataclass(frozen=True, slots=True)
class MenuSection:
    """Pages that belong together; the section's own link leads to the first."""

    label: str
    items: tuple[MenuItem, ...]

    def item_of(self, path: str) -> MenuItem | None:
        """Gives the page that a path is, or lies below; the nearest of several."""
        holding = [item for item in self.items if item.holds(path)]
        return max(holding, key=lambda item: len(item.path), default=None)


Menu = Sequence[MenuSection]

CLIENT_MENU: Menu = (
    MenuSection("Dashboard", (MenuItem("/", "Dashboard", ("invoices.read",)),)),
    MenuSection(
        "Dialing",
        (
            MenuItem("/live", "Live", ("agents.read", "calls.read")),
            MenuItem("/campaigns", "Campaigns", ("campaigns.read",)),
            MenuItem("/lists", "Lists", ("leads.read",)),
            MenuItem("/agents", "Agents", ("agents.read",)),
            MenuItem("/numbers", "Numbers", ("dids.read",)),
            MenuItem("/do-not-call", "Do not call", ("dnc.read",)),
        ),
    ),
    MenuSection(
        "Results",
        (
            MenuItem("/calls", "Calls", ("calls.read",)),
            MenuItem("/recordings", "Recordings", ("recordings.read",)),
            MenuItem("/reports", "Reports", ("reports.read",)),
        ),
    ),
    MenuSection(
        "Billing",
        (
            MenuItem("/billing", "Account", ("invoices.read", "payments.read"), ("/prices",)),
            MenuItem("/invoices", "Invoices", ("invoices.read",)),
        ),
    ),
    MenuSection(
        "API",
        (
            MenuItem("/api", "Keys", ("apiKeys.read",)),
            MenuItem("/api/webhooks", "Webhooks", ("webhooks.read",)),
            MenuItem("/docs", "Reference"),
        ),
    ),
    MenuSection(
        "Company",
        (
            MenuItem("/team", "Team", ("users.read",)),
            MenuItem("/activity", "Activity", ("audit.read",)),
            MenuItem("/company/brand", "Brand", ("profile.read",)),
            MenuItem("/host-names", "Host names", ("hostNames.read",)),
            MenuItem("/support-access", "Support access", ("supportAccesses.read",)),
            MenuItem("/agreement", "Agreement", ("agreements.read",)),
            MenuItem("/data", "Your data", ("cancellation.read",)),
        ),
    ),
    MenuSection(
        "Training",
        (
            MenuItem("/training", "Overview"),
            MenuItem("/training/agents", "Agents"),
            MenuItem("/training/supervisors", "Supervisors"),
            MenuItem("/training/admins", "Administrators"),
        ),
    ),
)

# Of a client whose service has ended, and every path that is still open to its owner.
ENDED_MENU: Menu = (
    MenuSection("Your data", (MenuItem("/data", "Your data", ("cancellation.read",)),)),
    MenuSection(
        "Billing",
        (
            MenuItem("/billing", "Account", ("invoices.read", "payments.read")),
            MenuItem("/invoices", "Invoices", ("invoices.read",)),
        ),
    ),
)

CONSOLE_MENU: Menu = (
    MenuSection(
        "Clients",
        (
            MenuItem("/", "Clients", ("margins.read",), also=("/clients",)),
            MenuItem("/onboarding", "Onboarding", ("tenants.read",)),
            MenuItem("/agreements", "Agreements", ("tenants.read",)),
        ),
    ),
    MenuSection(
        "Money",
        (
            MenuItem("/runs", "Invoice runs", ("invoices.read",)),
            MenuItem("/profit", "Profit", ("margins.read",)),
            MenuItem("/costs", "Costs", ("costs.read",)),
        ),
    ),
    MenuSection(
        "Dialer",
        (
            MenuItem("/system", "System"),
            MenuItem("/carriers", "Carriers", ("carriers.read",)),
            MenuItem("/routes", "Routes", ("routes.read", "carriers.read", "tenants.read")),
            MenuItem("/stock", "Number stock", ("stock.read", "carriers.read", "tenants.read")),
            MenuItem("/legs", "Legs", ("legs.read", "routes.read", "tenants.read")),
            MenuItem("/reconciliations", "Reconciliation", ("reconciliations.read",)),
        ),
    ),
    MenuSection(
        "Security",
        (
            MenuItem("/leaks", "Leak alarms", ("leakAlarms.read", "tenants.read")),
            MenuItem("/team", "Team", ("users.read",)),
            MenuItem("/activity", "Activity", ("auditRecords.read",)),
        ),
    ),
    MenuSection("API", (MenuItem("/docs", "Reference"),)),
)


def allowed(menu: Menu, permissions: frozenset[str]) -> Menu:
    """Gives what of a menu is for somebody with these permissions, without empty sections."""
    left = (
        replace(
            each, items=tuple(item for item in each.items if permissions.issuperset(item.needs))
        )
        for each in menu
    )
    return tuple(each for each in left if each.items)


def first_page(menu: Menu) -> str:
    """Gives the page that somebody with this menu comes to: "/", or what they have first."""
    is_for_them = not menu or section_of(menu, "/") is not None
    return "/" if is_for_them else menu[0].items[0].path


def section_of(menu: Menu, path: str) -> MenuSection | None:
    """Gives the section that a path is in; None for pages that no menu leads to."""
    return next((section for section in menu if section.item_of(path)), None)


def leads_to(menu: Menu, whole: Menu, path: str) -> bool:
    """Tells whether a path is of a page that is in somebody's menu, not in the whole one alone."""
    holding = [item for section in whole for item in section.items if item.holds(path)]
    nearest = max(holding, key=lambda item: len(item.path), default=None)
    return nearest is not None and any(nearest in section.items for section in menu)
