"""API keys: what a service records with."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from indelible.core.activity import Action, Activity, Actor, ActorType, Resource
from indelible.errors import NotFound
from indelible.identity.access import Principal
from indelible.identity.login import digest_of
from indelible.identity.model import ApiKey, Tenant
from indelible.identity.ports import Keys, Recorder
from indelible.identity.tenants import clean_name

RESOURCE_TYPE = "api_key"
_SPELLING = re.compile(r"ind_([a-z2-7]{12})_([0-9a-f]{64})", re.ASCII)
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """A new key. *text* is the whole of it, shown this once and stored nowhere."""

    key: ApiKey
    text: str = field(repr=False)


class KeyRing:
    """The API keys of the platform and its tenants.

    A key is spelled ``ind_<public id>_<secret>``: the id names it in entries and lists, the secret
    is 256 random bits, of which SHA-256 is stored.
    """

    def __init__(self, *, keys: Keys, recorder: Recorder) -> None:
        """Take the store and the recorder."""
        self._keys = keys
        self._recorder = recorder

    async def create(self, *, tenant: Tenant | None, name: str, actor: Actor) -> IssuedKey:
        """Issue a key that records into *tenant*'s log; None may name any tenant.

        Raises:
            Invalid: the name can't be one.
        """
        key = ApiKey(
            id="".join(secrets.choice(_LETTERS) for _ in range(12)),
            name=clean_name(name),
            tenant=tenant.id if tenant else None,
        )
        secret = secrets.token_hex(32)
        activity = _about(key, Action.CREATE, actor)
        await self._recorder.record([activity], effect=self._keys.insert(key, digest_of(secret)))
        return IssuedKey(key=key, text=f"ind_{key.id}_{secret}")

    async def authenticate(self, text: str) -> Principal | None:
        """Return the service behind a key, as the database says it now; None without one."""
        parts = _SPELLING.fullmatch(text)
        if parts is None:
            return None
        found = await self._keys.find(parts[1])
        digest = digest_of(parts[2])
        if found is None or not hmac.compare_digest(digest, found[1]):
            return None
        key = found[0]
        return Principal(
            actor=Actor(type=ActorType.SERVICE, id=key.id, name=key.name),
            role=None,
            tenant=key.tenant,
        )

    async def all(self) -> Sequence[ApiKey]:
        """Return every key without its secret, revoked ones included, oldest first."""
        return await self._keys.all()

    async def revoke(self, id: str, *, actor: Actor) -> ApiKey:  # noqa: A002
        """Make a key useless from its next request on, and record that.

        Raises:
            NotFound: no key in use has this id.
        """
        key = next((key for key in await self.all() if key.id == id), None)
        if key is None or key.revoked_at is not None:
            raise NotFound(f"No API key in use has the id {id}.")
        activity = _about(key, Action.REVOKE, actor)
        await self._recorder.record([activity], effect=self._keys.revoke(id))
        return key


def _about(key: ApiKey, action: Action, actor: Actor) -> Activity:
    return Activity(
        actor=actor,
        tenant=key.tenant,
        action=action,
        resource=Resource(type=RESOURCE_TYPE, id=key.id, name=key.name),
    )
