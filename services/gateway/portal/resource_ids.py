"""Ids of resources that people make: made of the name that they give, and read from paths."""

from __future__ import annotations

import re

from services.gateway.portal.visit import Visit
from services.kit.errors import NotFound

_NAME_LETTERS_MAX = 26
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z", re.ASCII)


def resource_id(display_name: str, request_id: str) -> str:
    """Gives an id of at most 31 letters: the name, and a few letters that the form was sent with.

    The same form sent twice asks for the same.
    """
    words = _NO_LETTER.sub("-", display_name.lower()).strip("-")
    if not words[:1].isalpha():
        words = f"n-{words}" if words else "new"
    return f"{words[:_NAME_LETTERS_MAX].rstrip('-')}-{request_id[:4]}"


def id_in_path(visit: Visit, parameter: str) -> str:
    """Gives the id that the path has; refuses with RESOURCE_NOT_FOUND what can be none."""
    found: str = visit.request.path_params[parameter]
    if not _ID.match(found):
        raise NotFound(resource=found)
    return found


def name_in_path(visit: Visit, collection: str, parameter: str) -> str:
    """Gives the resource name of what the path names, as of the site's own tenant.

    Refuses with RESOURCE_NOT_FOUND what can be no id.
    """
    return f"{visit.site.tenant}/{collection}/{id_in_path(visit, parameter)}"
