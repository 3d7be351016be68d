"""Users: new accounts."""

from __future__ import annotations

import uuid

from indelible.core.activity import Action, Activity, Actor, Resource
from indelible.errors import Invalid
from indelible.identity.access import Role
from indelible.identity.emails import normal_email
from indelible.identity.model import Tenant, User, UserId, Visit
from indelible.identity.passwords import check_password
from indelible.identity.ports import Hasher, Recorder, Users
from indelible.identity.tenants import clean_name


class UserRegister:
    """The people with an account."""

    def __init__(self, *, users: Users, hasher: Hasher, recorder: Recorder) -> None:
        """Take the store, the hasher and the recorder."""
        self._users = users
        self._hasher = hasher
        self._recorder = recorder

    async def create(
        self,
        *,
        email: str,
        name: str,
        role: Role,
        tenant: Tenant | None,
        password: str,
        actor: Actor,
        visit: Visit | None = None,
    ) -> User:
        """Add an account that can sign in with *password*.

        Raises:
            Invalid: the address, the name or the password can't be used, or the role does not go
                with the tenant.
            Conflict: the address has an account already.
        """
        if (role is Role.SUPER_ADMIN) != (tenant is None):
            raise Invalid("A Super Admin has no tenant, everybody else has one.", field="tenant")
        address = normal_email(email)
        user = User(
            id=UserId(str(uuid.uuid4())),
            email=address,
            name=clean_name(name),
            role=role,
            tenant=tenant,
        )
        check_password(password, about=(address, user.name))
        password_hash = await self._hasher.hash(password)
        activity = Activity(
            actor=actor,
            tenant=tenant.id if tenant else None,
            action=Action.CREATE,
            resource=Resource(type="user", id=user.id, name=user.name),
            client=visit.client if visit else None,
            request=visit.granted if visit else None,
            payload={"email": user.email, "name": user.name, "role": role.value},
        )
        await self._recorder.record([activity], effect=self._users.insert(user, password_hash))
        return user
