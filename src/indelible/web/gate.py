"""What a request may come through: which proxies are believed, over what, and from which site."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from indelible.core.client_address import ClientAddress
from indelible.errors import Forbidden

_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What the operator said about the way to us.

    Attributes:
        clients: knows the proxies whose ``X-Forwarded-For`` and ``X-Forwarded-Proto`` are believed.
        insecure_cookies: let people sign in over plain HTTP from hosts other than localhost.
    """

    clients: ClientAddress = field(default_factory=ClientAddress)
    insecure_cookies: bool = False

    def client_ip(self, scope: Scope) -> str | None:
        """Return the real client address."""
        return self.clients.of(_peer(scope), scope["headers"])

    def is_https(self, scope: Scope) -> bool:
        """Return whether the browser spoke TLS, to us or to a proxy that we trust."""
        if scope.get("scheme") == "https":
            return True
        said = Headers(scope=scope).get("x-forwarded-proto", "")
        # The last proxy's word, like the last hop's address.
        spoken = said.rpartition(",")[2].strip().lower()
        return spoken == "https" and self.clients.trusts(_peer(scope))

    def admit_password(self, scope: Scope) -> None:
        """Return if a password may travel over this connection.

        Raises:
            Forbidden: it is plain HTTP to another machine, where anybody on the way reads it.
        """
        if self.is_https(scope) or self.insecure_cookies or _host(scope) in _LOCAL_HOSTS:
            return
        raise Forbidden(
            "Signing in over plain HTTP would show your password to everybody on the way. Use "
            "https://, or http://localhost on the machine itself. Behind a proxy that speaks "
            "HTTPS, the operator names it in INDELIBLE_TRUSTED_PROXIES; for trials in a private "
            "network there is INDELIBLE_INSECURE_COOKIES."
        )


def check_same_site(scope: Scope) -> None:
    """Return if no other site's page can have caused this request.

    Browsers say it themselves in ``Sec-Fetch-Site``, older ones in ``Origin``. A client that says
    neither is no browser that carries somebody's cookies about.

    Raises:
        Forbidden: another site did.
    """
    headers = Headers(scope=scope)
    fetched_from = headers.get("sec-fetch-site")
    if fetched_from is not None:
        if fetched_from in {"same-origin", "none"}:
            return
        raise Forbidden("This request comes from another site.")
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host", ""):
        raise Forbidden("This request comes from another site.")


def csrf_token(token: str) -> str:
    """Return what proves that a page of ours, which was told it, made a request of this session.

    It follows from the session's token and leads nowhere near it.
    """
    digest = hashlib.sha256(b"indelible csrf" + token.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def check_csrf(scope: Scope, token: str) -> None:
    """Return if an unsafe request of the session of *token* comes from a page of ours.

    Raises:
        Forbidden: it does not, or not provably.
    """
    check_same_site(scope)
    shown = Headers(scope=scope).get("x-csrf-token", "")
    if not hmac.compare_digest(shown.encode("latin-1"), csrf_token(token).encode("ascii")):
        raise Forbidden("The X-CSRF-Token header is not this session's. Load the page anew.")


def _peer(scope: Scope) -> str | None:
    client = scope.get("client")
    return client[0] if client else None


def _host(scope: Scope) -> str:
    host = Headers(scope=scope).get("host", "")
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
