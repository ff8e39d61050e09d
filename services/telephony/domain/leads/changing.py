"""What may be changed of a lead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from services.kit.errors import FieldViolation, InvalidRequest
from services.telephony.domain.leads.fields import FIELDS

_DISPOSITION: Final = re.compile("[A-Z0-9]{1,6}")


def changes_of(wanted: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, str]:
    """Gives values by the dialer's columns; refuses with INVALID_REQUEST what there is no room for.

    `columns` are the fields that may be changed, with their columns.
    """
    violations = []
    for name, value in wanted.items():
        if name not in columns:
            violations.append(FieldViolation(f"lead.{name}", "Cannot be changed."))
        elif name == "disposition":
            if not _DISPOSITION.fullmatch(value):
                violations.append(
                    FieldViolation("lead.disposition", "Must be 1 to 6 capital letters and digits.")
                )
        elif len(value) > FIELDS[name].length_max:
            most = FIELDS[name].length_max
            violations.append(FieldViolation(f"lead.{name}", f"Must be at most {most} characters."))
    if violations:
        raise InvalidRequest(violations)
    return {columns[name]: value for name, value in wanted.items()}
