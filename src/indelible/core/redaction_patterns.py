"""Finds secrets in text by what they look like, and takes out only the secret's own span.

Two kinds. A *shape* is a secret wherever it stands: a private key in PEM, a JWT, a GitHub token, a
password in a URL. An *assignment* is a secret because of the name in front of it, so the caller
says which names are secret: ``PrivateKey = ...``, ``"password": "..."``, ``token=...&``,
``Cookie: ...``, ``--api-key ...``, ``<password>...</password>``.

What is public stays: certificates, public keys, access key ids (``AKIA...``, ``ASIA...``), Stripe's
publishable keys.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

REDACTED = "[REDACTED]"
"""What stands in a secret's place."""

CUT = "…[cut: "
"""How a note about something left out begins: ``…[cut: 12,345 characters]``."""

AWS_KEY_ID = re.compile(r"A(?:KIA|SIA|ROA|IDA|GPA|NPA|IPA)[A-Z0-9]{12,60}")
"""An access key's id: it names a key as a user name names a user, and stays."""

IsSecret = Callable[[str], bool]
"""Tells by its name whether a field holds a secret."""

# A block without its end runs to the end of the text: a cut-off key is a key.
_PEM = re.compile(
    r"-----BEGIN [A-Z0-9 ]*?(?:PRIVATE KEY|OpenVPN Static key)[A-Za-z0-9 ]*-----"
    r"[\s\S]*?(?:-----END [A-Za-z0-9 ]+-----|\Z)"
)
# Not inside a word, but directly behind an escape (\\n, %22) nevertheless.
_START = r"(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"
_JWT = re.compile(_START + r"eyJ[\w-]{5,}(?:\.[\w-]*){2,4}")
_TOKEN = re.compile(
    _START + r"(?:"
    r"gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|glrt-[\w-]{16,}"
    r"|xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,}"
    r"|[sr]k_(?:live|test)_\w{8,}|whsec_[\w/+=]{16,}"
    r"|AIza[\w-]{30,}|ya29\.[\w-]{16,}|1//0[\w-]{20,}|GOCSPX-[\w-]{16,}"
    r"|sk-[\w-]{20,}|hf_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{30,}|pypi-[\w-]{30,}"
    r"|do[opr]_v1_[0-9a-f]{32,}|SG\.[\w-]{16,}\.[\w-]{16,}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{16,}"
    r"|hv[sbr]\.[\w-]{20,}|dckr_pat_[\w-]{16,}|tskey-[\w-]{16,}|AGE-SECRET-KEY-1[A-Z0-9]{20,}"
    r"|indelible_[\w-]{20,}"
    r"|\$(?:argon2(?:id|i|d)|2[abxy]|[156y]|scrypt|pbkdf2[\w-]*)\$[^\s\"'<>;]{16,}"
    r")"
)
_WEBHOOK = re.compile(
    r"(hooks\.slack\.com/(?:services|workflows)/|discord(?:app)?\.com/api/webhooks/\d+/"
    r"|\.webhook\.office\.com/webhookb2/)[\w@/-]{8,}"
)
# The colon of a port has digits and a slash behind it; a password may hold slashes and at-signs.
_URL_PASSWORD = re.compile(
    r"(://[^\s/?#@:\"'<>]{0,256}:)(?!\d{1,5}[/?#])([^\s\"'<>]{1,512})@(?=[\w.\[%-])"
)
_URL_TOKEN = re.compile(r"(://)(?=[^\s/?#@:]{0,512}\d)([^\s/?#@:\"'<>]{20,512})@")
_SCHEME = re.compile(
    r"\b(bearer|basic|negotiate|apikey)(\s+)(?!(?:bearer|basic|negotiate|apikey)\b)"
    r"([\w\-.~+/%]{6,}=*)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?i)\b((?:password|secret|key|key-string|md5)\s+\d\s+)([^\s\[]\S{3,})")

_NAME = r"[^\W\d](?:[\w.-]{0,80}\w)?"
_NAMED = re.compile(
    # "password": ... whether the JSON around it is whole, cut off or escaped once more
    rf"(?P<open>\\{{0,8}}[\"'])(?P<quoted>{_NAME})(?P=open)\s*(?:=>|[:=])\s*"
    # password=... as in queries, forms, connection strings and environments
    rf"|(?<![\w.%-])-{{0,2}}(?P<tight>{_NAME})=(?=[^\s=>])"
    # password:... where a list of words is, not in a URN: arn:aws:secretsmanager:...:secret:name
    rf"|(?<![\w.:/%-])(?P<colon>{_NAME}):(?=[^\s:/])"
    # password = ... and password: ... as in configuration files and headers
    rf"|(?<![\w.:/%-])(?P<loose>(?:[A-Za-z]{{1,30}}[ ])?{_NAME})[ \t]*"
    r"(?:(?:=>|:=|=(?!=))[ \t]*|:[ \t]+)"
    # --password ...
    rf"|(?<![\w-])--(?P<flag>{_NAME})[ \t]+"
    # <password>...</password>
    rf"|<(?P<tag>{_NAME})(?:[ \t][^<>:\n]{{0,200}})?>"
)
_STRING = re.compile(r"(?P<open>\\{0,8}[\"'])[\s\S]*?(?:(?<!\\)(?P=open)|\Z)")
_UNTIL = {
    "quoted": re.compile(r"[^\s,;}\]\"']+"),
    "tight": re.compile(r"[^\s&;\"'<>]+"),
    "colon": re.compile(r"[^\s&,;\"'<>]+"),
    "loose": re.compile(r"[|>][-+\d]*(?:\r?\n[ \t]+[^\r\n]*)+|[^\r\n]+"),
    "flag": re.compile(r"[^\s\"'-][^\s\"']*"),
    "tag": re.compile(r"[^<]+"),
}
_SEPARATOR = re.compile(r"[ \t]*(?:=>|:=|[:=])[ \t]*")
_NOTHING = frozenset(("", "true", "false", "null", "none", "nil", REDACTED.lower()))
_PASSES = 8
_CUT_SECRET = REDACTED + CUT

# What must stand in lower-case text for an assignment in it to have a secret name.
_WORDS = (
    r"pass|pwd|pw|secret|token|key|psk|cred|auth|cookie|otp|jwt|pin|csrf|xsrf|sess|sid|assertion"
    r"|verifier|cvv|cvc|pswd|plain|connection|communit|mnemonic|phrase|seed|kube|wort|senha"
    r"|contrase|парол|密码|パスワード|symfony|code|qr|material|motde|mot_de|bearer|basic|negotiate"
)


class Scent:
    """Tells quickly of most texts that there is no secret in them.

    It sees every string of every entry, so it asks ``in`` before it asks a regular expression: one
    pass with all the words costs 80 ns a character, these questions 1 ns.

    Args:
        names: further secret names, as one of their words in lower case.
    """

    __slots__ = ("_names", "_words")

    def __init__(self, names: frozenset[str] = frozenset()) -> None:
        self._names = tuple(sorted(names))
        self._words = re.compile("|".join([_WORDS, *map(re.escape, self._names)])).search

    def __call__(self, text: str) -> bool:
        """Return whether :func:`redact_text` may find something in *text*."""
        if len(text) >= 12 and has_shape(text):
            return True
        if "=" in text or " " in text or '"' in text or "'" in text or "<" in text or "\n" in text:
            return self._words(text.lower()) is not None
        return ":" in text and self._has_named_colon(text.lower())

    def _has_named_colon(self, low: str) -> bool:
        return (
            "pass" in low
            or "secret:" in low
            or "token:" in low
            or "key:" in low
            or "pwd:" in low
            or "\t" in low
            or any(name in low for name in self._names)
        )


def has_shape(text: str) -> bool:
    """Return whether *text* has a mark that some shape begins with: cheap, and rarely wrong."""
    if (
        ("eyJ" in text and "." in text)
        or "://" in text
        or "$" in text
        or "AIza" in text
        or "1//0" in text
    ):
        return True
    if "_" in text and (
        "gh" in text
        or "hub_pat_" in text
        or "_live_" in text
        or "_test_" in text
        or "hsec_" in text
        or "hf_" in text
        or "npm_" in text
        or "_v1_" in text
        or "kr_pat_" in text
        or "shp" in text
        or "indelible_" in text
    ):
        return True
    if "-" in text and (
        "-----BEGIN " in text
        or "xox" in text
        or "sk-" in text
        or "glpat-" in text
        or "glrt-" in text
        or "xapp-" in text
        or "CSPX-" in text
        or "pypi-" in text
        or "tskey-" in text
        or "ECRET-KEY-" in text
    ):
        return True
    return "." in text and ("ya29." in text or "SG." in text or "hv" in text)


def redact_text(text: str, is_secret: IsSecret) -> str:
    """Return *text* with ``[REDACTED]`` in place of each secret in it, or *text* itself."""
    found = _redact_once(text, is_secret)
    if found == text:
        return text
    # What was taken out may have hidden the start of a further one.
    for _ in range(_PASSES):
        before, found = found, _redact_once(found, is_secret)
        if found == before:
            break
    return found


def _redact_once(found: str, is_secret: IsSecret) -> str:
    if "-----BEGIN " in found:
        found = _PEM.sub(REDACTED, found)
    if "=" in found or ":" in found or "--" in found or "<" in found:
        found = _redact_assignments(found, is_secret)
    if has_shape(found):
        found = _redact_shapes(found)
    if " " in found or "\n" in found or "\t" in found:
        found = _SCHEME.sub(_redact_scheme, found)
        found = _NUMBERED.sub(rf"\1{REDACTED}", found)
    return found


def _redact_shapes(found: str) -> str:
    if "eyJ" in found:
        found = _JWT.sub(REDACTED, found)
    found = _TOKEN.sub(REDACTED, found)
    if "://" in found:
        found = _WEBHOOK.sub(rf"\1{REDACTED}", found)
        if "@" in found:
            found = _URL_PASSWORD.sub(rf"\1{REDACTED}@", found)
            found = _URL_TOKEN.sub(rf"\1{REDACTED}@", found)
    return found


def _redact_assignments(text: str, is_secret: IsSecret) -> str:
    # The name first and its value in a second step: the value of a harmless name may
    # hold a further assignment (``config: password=...``), so it is not stepped over.
    done: list[str] = []
    start = 0
    named = _NAMED.search(text)
    while named:
        kind = named.lastgroup or ""
        name = named[kind]
        end = named.end()
        if is_secret(name) or (" " in name and is_secret(name.partition(" ")[2])):
            value = _STRING.match(text, end) or _UNTIL[kind].match(text, end)
            if value and not _stays(value[0]):
                done += (text[start:end], _in_its_quotes(value))
                # It may be a name, with its separator taken along: "password"=\npassword: ...
                taken = value.start() + len(value[0].rstrip(":=>"))
                start = end = _end_of_chain(text, taken, kind)
        named = _NAMED.search(text, end)
    return "".join((*done, text[start:])) if done else text


def _end_of_chain(text: str, end: int, kind: str) -> int:
    """Go on where what was taken for a value is a name itself: ``--token "password": "..."``."""
    while separator := _SEPARATOR.match(text, end):
        further = _STRING.match(text, separator.end()) or _UNTIL[kind].match(text, separator.end())
        if further is None:
            break
        end = further.end()
    return end


def _stays(value: str) -> bool:
    """Tell what is no secret though its name is: nothing, yes or no, an identifier, a nested value.

    A nested value's own names are looked at instead.
    """
    bare = value.strip("\\\"'").strip()
    return (
        bare.lower() in _NOTHING
        or bare.startswith(("{", _CUT_SECRET) if bare.startswith(REDACTED) else ("{", "["))
        or AWS_KEY_ID.fullmatch(bare) is not None
    )


def _in_its_quotes(value: re.Match[str]) -> str:
    mark = value.groupdict().get("open") or ""
    return f"{mark}{REDACTED}{mark}"


def _redact_scheme(found: re.Match[str]) -> str:
    scheme, space, value = found.groups()
    secret = _is_basic(value) if scheme.lower() == "basic" else not _is_word(value)
    return f"{scheme}{space}{REDACTED}" if secret else found[0]


def _is_word(value: str) -> bool:
    """Tell prose (``bearer authentication``) from what a machine drew."""
    return len(value) < 20 and value.rstrip(".").isalpha() and value[1:].islower()


def _is_basic(value: str) -> bool:
    try:
        return b":" in base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except binascii.Error:
        return False
