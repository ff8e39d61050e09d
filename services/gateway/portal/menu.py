"""The menus: sections, and the pages of each. A new page is one line here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A page, and other paths whose pages belong to it."""

    path: str
    label: str
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
    MenuSection("Dashboard", (MenuItem("/", "Dashboard"),)),
    MenuSection(
        "Dialing",
        (
            MenuItem("/live", "Live"),
            MenuItem("/campaigns", "Campaigns"),
            MenuItem("/lists", "Lists"),
            MenuItem("/agents", "Agents"),
            MenuItem("/numbers", "Numbers"),
            MenuItem("/do-not-call", "Do not call"),
        ),
    ),
    MenuSection(
        "Results",
        (
            MenuItem("/calls", "Calls"),
            MenuItem("/recordings", "Recordings"),
            MenuItem("/reports", "Reports"),
        ),
    ),
    MenuSection(
        "Billing",
        (
            MenuItem("/billing", "Account", also=("/prices",)),
            MenuItem("/invoices", "Invoices"),
        ),
    ),
    MenuSection(
        "API",
        (
            MenuItem("/api", "Keys"),
            MenuItem("/api/webhooks", "Webhooks"),
            MenuItem("/docs", "Reference"),
        ),
    ),
    MenuSection(
        "Company",
        (
            MenuItem("/team", "Team"),
            MenuItem("/activity", "Activity"),
            MenuItem("/agreement", "Agreement"),
            MenuItem("/data", "Your data"),
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
    MenuSection("Your data", (MenuItem("/data", "Your data"),)),
    MenuSection("Billing", (MenuItem("/billing", "Account"), MenuItem("/invoices", "Invoices"))),
)

CONSOLE_MENU: Menu = (
    MenuSection(
        "Clients",
        (MenuItem("/", "Clients", also=("/clients",)), MenuItem("/agreements", "Agreements")),
    ),
    MenuSection(
        "Money",
        (
            MenuItem("/runs", "Invoice runs"),
            MenuItem("/profit", "Profit"),
            MenuItem("/costs", "Costs"),
        ),
    ),
    MenuSection(
        "Dialer",
        (
            MenuItem("/system", "System"),
            MenuItem("/carriers", "Carriers"),
            MenuItem("/routes", "Routes"),
            MenuItem("/stock", "Number stock"),
            MenuItem("/legs", "Legs"),
            MenuItem("/reconciliations", "Reconciliation"),
        ),
    ),
    MenuSection(
        "Security",
        (
            MenuItem("/leaks", "Leak alarms"),
            MenuItem("/team", "Team"),
            MenuItem("/activity", "Activity"),
        ),
    ),
    MenuSection("API", (MenuItem("/docs", "Reference"),)),
)


def section_of(menu: Menu, path: str) -> MenuSection | None:
    """Gives the section that a path is in; None for pages that no menu leads to."""
    return next((section for section in menu if section.item_of(path)), None)
