"""Who is behind a CloudTrail event, and in which session.

An actor's id is public and can't be erased, so it is what AWS calls a principal id (``AIDA…``,
``AROA…``) and never a name. Where the id that AWS gives contains a name, a digest stands for it;
the name itself is a disclosure.
"""

from __future__ import annotations

import hashlib
import re

from indelible.capture.cloudtrail_event import Event, Identity
from indelible.core.activity import Actor, ActorType

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
_PEOPLE = frozenset({"Root", "IAMUser", "FederatedUser", "SAMLUser", "WebIdentityUser",
                     "IdentityCenterUser", "Directory", "Unknown"})  # fmt: skip
_SSO_ROLE = "AWSReservedSSO_"  # roles that IAM Identity Center hands to people
_HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"  # a user name at a failed sign-in: often a password
_MAX_NAME = 1024


def actor_of(event: Event) -> Actor:
    """Return whose rights were used."""
    who = event.identity
    if who.type == "AWSService" or (who.type is None and who.invoked_by):
        service = who.invoked_by or event.source
        return Actor(type=ActorType.SERVICE, id=service[:256], name=service[:_MAX_NAME])
    if who.type == "Root":
        return Actor(id=f"arn:aws:iam::{who.account_id or who.principal_id}:root", name="root")
    if who.type == "AssumedRole":
        return _assumed(who)
    if who.on_behalf_of and who.on_behalf_of.user_id:
        return Actor(id=who.on_behalf_of.user_id[:256], name=_short(who.user_name))
    if who.account_id == "ANONYMOUS_PRINCIPAL" or who.user_name == _HIDDEN:
        return Actor(type=ActorType.ANONYMOUS, id="anonymous")
    return _principal(who)


def session_of(event: Event) -> str | None:
    """Return the public id of the session: that of the temporary credentials, never a secret."""
    key = event.identity.access_key_id or event.identity.credential_id or ""
    return None if key.startswith("AKIA") or not key else key[:256]


def opaque(kind: str, *parts: str | None) -> str:
    """Return an id for what AWS identifies by a person's name: always the same, and no name."""
    digest = hashlib.sha256("\n".join(part or "" for part in parts).encode("utf-8", "replace"))
    return f"{kind}-{digest.hexdigest()[:20]}"


def _assumed(who: Identity) -> Actor:
    """Return the actor behind a role: a person, where the session's name says so, or a service."""
    role, _, session = (who.principal_id or "").partition(":")
    issuer = who.session_context.session_issuer if who.session_context else None
    name = (issuer.user_name if issuer else None) or role
    if _MAIL.match(session) or name.startswith(_SSO_ROLE):
        return Actor(id=opaque(role or "role", session), email=_mail(session), name=_short(session))
    full = f"{name}/{session}" if session else name
    return Actor(type=ActorType.SERVICE, id=(role or opaque("role", who.arn))[:256], name=full)


def _principal(who: Identity) -> Actor:
    id_, _, name = (who.principal_id or "").partition(":")
    shown = who.user_name or name or None
    if name or not id_:
        # "account:caller", "saml:qualifier:subject", or nothing: only a digest may be public.
        known = who.principal_id or who.arn or who.user_name
        if not known:
            return Actor(type=ActorType.ANONYMOUS, id="anonymous")
        id_ = opaque("principal", who.account_id, who.identity_provider, known)
    # Of another account only the account is known, unless the id says that it is a user's.
    kind = ActorType.USER if who.type in _PEOPLE or id_.startswith("AIDA") else ActorType.SERVICE
    return Actor(type=kind, id=id_[:256], name=_short(shown), email=_mail(shown))


def _mail(text: str | None) -> str | None:
    return text if text and len(text) <= _MAX_NAME and _MAIL.match(text) else None


def _short(text: str | None) -> str | None:
    return text[:_MAX_NAME] if text else None
