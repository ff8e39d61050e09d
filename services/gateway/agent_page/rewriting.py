"""What the dialer answers, as an agent's browser gets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.gateway.agent_page.names import names_product, without_names
from services.gateway.agent_page.paths import PUBLIC_NAMES
from services.gateway.agent_page.sealing import STAND_IN_IN_SCRIPTS, Kind, Seal

# Of shorter ones nobody could say where else they stand: a log-in with one is refused.
PASSWORD_LENGTH_MIN: Final = 8
VARIABLES: Final = {
    "pass": Kind.LOGIN,
    "orig_pass": Kind.LOGIN,
    "phone_pass": Kind.PHONE,
    "server_ip": Kind.SERVER,
    "session_name": Kind.SESSION,
    "session_id": Kind.ROOM,
    "conf_exten": Kind.ROOM,
    "ext_context": Kind.CONTEXT,
    "campaign_cid": Kind.CALLER_NUMBER,
    "dial_prefix": Kind.PREFIX,
    "manual_dial_prefix": Kind.PREFIX,
    "three_way_dial_prefix": Kind.PREFIX,
    "manual_dial_list_id": Kind.LIST,
}
"""The page's constants that leave as stand-ins."""
_SCRIPT: Final = re.compile(r"(<script\b[^>]*>)(.*?)(</script\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# In a script only what stands on lines of its own: a slash may be within a text or a pattern.
_LINE_COMMENT: Final = re.compile(r"^[ \t]*(?://|<!--|-->)[^\n]*$\n?", re.MULTILINE)
_BLOCK_COMMENT: Final = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*$\n?", re.MULTILINE | re.DOTALL)
_VARIABLE: Final = re.compile(
    r"(\bvar\s+|[,;]\s*)(" + "|".join(VARIABLES) + r")(\s*=\s*)(?:'([^'\n]*)'|\"([^\"\n]*)\")"
)
_HIDDEN: Final = re.compile(r"<input\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"(\b(name|value)\s*=\s*)(?:'([^']*)'|\"([^\"]*)\")", re.IGNORECASE)
_CHANNEL: Final = re.compile(
    r"(?:SIP|PJSIP|IAX2|Local|DAHDI|Zap)/[\w.@:+*#/-]+(?:;[12])?", re.IGNORECASE
)
# Whatever stands around it: an address at the end of a sentence is one too.
_IPV4: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3,}")
_SCRIPT_NAME: Final = re.compile(
    r"(?:\./|/agc/)?\b(" + "|".join(map(re.escape, PUBLIC_NAMES)) + r")"
)
_SECRETS: Final = (Kind.LOGIN, Kind.PHONE)
# Those that nobody can reach through us.
_OTHER_PAGE: Final = re.compile(r"[\w./-]*\.php\b(?:\?[^\s\"'<>]*)?", re.IGNORECASE)
_LINK: Final = re.compile(
    r"<a\b[^>]*?\bhref\s*=\s*(?:'([^']*)'|\"([^\"]*)\")[^>]*>.*?</a\s*>",
    re.IGNORECASE | re.DOTALL,
)
_HARMLESS: Final = re.compile(r"[^\w .-]")
_KEPT: Final = re.compile("\x00(\\d+)\x00")

# Scripts need stand-ins, also of what they show: nobody has to read them.
_UNREAD: Final = """<script>
(function () {
  var standIn = STAND_IN, unread = { SCRIPT: 1, STYLE: 1, TEXTAREA: 1 };
  function tidy(node) {
    if (node.nodeType === 3) {
      var told = node.data.replace(standIn, "\\u2022\\u2022\\u2022");
      if (told !== node.data) { node.data = told; }
    } else if (!unread[node.nodeName]) { node.childNodes.forEach(tidy); }
  }
  function seen(changes) {
    changes.forEach(function (change) {
      if (change.type === "characterData") { tidy(change.target); }
      else { change.addedNodes.forEach(tidy); }
    });
  }
  tidy(document.body);
  new MutationObserver(seen).observe(
    document.body, { childList: true, subtree: true, characterData: true }
  );
})();
</script>
""".replace("STAND_IN", STAND_IN_IN_SCRIPTS, 1)

Keep = Callable[[Kind, str], str]


@dataclass(frozen=True, slots=True, repr=False)
class Around:
    """Whose page it is: the session's seal, the secrets of the log-in, the brand's name."""

    seal: Seal
    password: str
    phone_password: str
    brand: str


def rewritten(text: str, around: Around, is_page: bool) -> str:
    """Gives an answer without comments, secrets, addresses and names of products.

    Stand-ins are put in last, so that nothing of the rest touches them.
    """
    text = text.replace("\x00", "")
    kept: list[str] = []

    def keep(kind: Kind, value: str) -> str:
        kept.append(around.seal.close(kind, value))
        return f"\x00{len(kept) - 1}\x00"

    if is_page:
        text = _tidied(text)
        text = _VARIABLE.sub(lambda found: _variable(found, keep), text)
        text = _HIDDEN.sub(lambda found: _input(found, keep), text)
    else:
        text = _COMMENT.sub("", text)
    for kind, secret in (
        (Kind.LOGIN, around.password),
        (Kind.PHONE, around.phone_password),
    ):
        text = text.replace(secret, keep(kind, ""))
    text = _SCRIPT_NAME.sub(lambda found: PUBLIC_NAMES[found[1]], text)
    text = _OTHER_PAGE.sub("#", text)
    text = _CHANNEL.sub(lambda found: keep(Kind.CHANNEL, found[0]), text)
    text = _IPV4.sub(lambda found: keep(Kind.SERVER, found[0]), text)
    text = without_names(text, _HARMLESS.sub("", around.brand))
    text = _KEPT.sub(lambda found: kept[int(found[1])], text)
    return text + _UNREAD if is_page else text


def has_session(text: str) -> bool:
    """Tells whether a page is one of an agent that the dialer has let in."""
    return any(
        found[2] == "session_name" and (found[4] or found[5]) for found in _VARIABLE.finditer(text)
    )


def _variable(found: re.Match[str], keep: Keep) -> str:
    kind, value = VARIABLES[found[2]], found[4] if found[4] is not None else found[5]
    # Which password it is, is known: what it is, need not even be sealed.
    told = "" if kind in _SECRETS else value
    return f"{found[1]}{found[2]}{found[3]}'{keep(kind, told)}'" if value else found[0]


def _input(found: re.Match[str], keep: Keep) -> str:
    given = {
        each[2].lower(): each[3] if each[3] is not None else each[4]
        for each in _ATTRIBUTE.finditer(found[0])
    }
    kind = VARIABLES.get(given.get("name", ""))
    if kind is None or not given.get("value"):
        return found[0]
    told = keep(kind, "" if kind in _SECRETS else given["value"])

    def replaced(attribute: re.Match[str]) -> str:
        return f'{attribute[1]}"{told}"' if attribute[2].lower() == "value" else attribute[0]

    return _ATTRIBUTE.sub(replaced, found[0])


def _tidied(text: str) -> str:
    """A page without comments and dead links, but with what an old habit hides of a script in a
    comment."""
    pieces, end = [], 0
    for found in _SCRIPT.finditer(text):
        pieces.append(_of_markup(text[end : found.start()]))
        script = _BLOCK_COMMENT.sub("", _LINE_COMMENT.sub("", found[2]))
        pieces.append(f"{found[1]}{script}{found[3]}")
        end = found.end()
    pieces.append(_of_markup(text[end:]))
    return "".join(pieces)


def _of_markup(text: str) -> str:
    return _LINK.sub(lambda found: "" if _is_dead(found) else found[0], _COMMENT.sub("", text))


def _is_dead(link: re.Match[str]) -> bool:
    """Whether it leads to a page of the dialer's that is not open, or to its makers."""
    path = (link[1] if link[1] is not None else link[2]).partition("?")[0]
    if path.rpartition("/")[2] in PUBLIC_NAMES:
        return False
    return path.lower().endswith(".php") or names_product(path)
