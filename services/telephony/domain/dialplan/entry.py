"""A plan as the row of the dialer's carrier table that carries it out."""

from __future__ import annotations

from dataclasses import dataclass

from services.kit.errors import FieldViolation, InvalidRequest
from services.telephony.domain.dialplan.accounts import account_entry
from services.telephony.domain.dialplan.guard import guard, open_variable
from services.telephony.domain.dialplan.inbound import inbound
from services.telephony.domain.dialplan.meter import cap_variable, journal_variable, meter
from services.telephony.domain.dialplan.outbound import outbound
from services.telephony.domain.dialplan.plan import Plan, checked

# Widths of the table's columns, which cut in silence what is longer.
GLOBALS_CHARACTERS_MAX = 255
TEXT_BYTES_MAX = 65_535

SHARED_CONTEXT = "vicidial-auto-external"
"""Where the dialer's generator puts every dialplan entry, one behind the other."""


@dataclass(frozen=True, slots=True)
class CarrierEntry:
    """The three columns that the dialer's generator writes into its files as they are."""

    globals_string: str
    account_entry: str
    dialplan_entry: str


def carrier_entry(plan: Plan, *, is_open: bool = True, version: int = 0) -> CarrierEntry:
    """Renders a plan; refuses with INVALID_REQUEST a value that could break out, or too much.

    With `is_open` false the prefixes refuse every call, and live ones may end. The `version` is
    how one sees on a host which entry it runs.
    """
    checked(plan)
    entry = CarrierEntry(
        globals_string="\n".join(
            [
                f"{cap_variable(plan)}={plan.calls_max}",
                f"{open_variable(plan)}={int(is_open)}",
                f"{journal_variable(plan)}={plan.journal}",
                f"{version_variable(plan)}={version}",
            ]
        ),
        account_entry=account_entry(plan),
        dialplan_entry=_dialplan(plan),
    )
    violations = [
        FieldViolation(field, f"Rendered, it has {size} characters of {limit}.")
        for field, size, limit in (
            ("journal", len(entry.globals_string), GLOBALS_CHARACTERS_MAX),
            ("carriers", len(entry.account_entry), TEXT_BYTES_MAX),
            ("caller_ids", len(entry.dialplan_entry), TEXT_BYTES_MAX),
        )
        if size > limit
    ]
    if violations:
        raise InvalidRequest(violations)
    return entry


def version_variable(plan: Plan) -> str:
    """The global that says which version of the entry a host runs."""
    return f"{plan.code.upper()}VERSION"


def _dialplan(plan: Plan) -> str:
    return "\n\n".join(
        [
            outbound(plan),
            guard(plan),
            meter(plan),
            inbound(plan),
            # What the generator writes next belongs where it was before this entry.
            f"[{SHARED_CONTEXT}](+)",
        ]
    )
