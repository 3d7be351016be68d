"""Who may what. This file decides; everything else asks it.

A principal is whoever is behind a request: a user through a session, or a service through an API
key. What it may do follows from its role, what it may see from its tenant, and both come from the
database at every request, never from what the request says.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from indelible.core.activity import Actor, TenantId
from indelible.core.scope import Scope
from indelible.errors import Conflict, EnrolmentRequired, Forbidden, Invalid


class Role(StrEnum):
    """What a user is. Super Admins belong to no tenant, everybody else to exactly one."""

    SUPER_ADMIN = "super_admin"
    ADMIN = "admin"
    VIEWER = "viewer"


class Permission(StrEnum):
    """What can be allowed. The strings are stable: the console and host applications know them."""

    ACTIVITY_READ = "activity.read"
    ACTIVITY_EXPORT = "activity.export"
    ACTIVITY_RECORD = "activity.record"
    LOG_READ = "log.read"
    SESSIONS_READ = "sessions.read"
    SESSIONS_EXPORT = "sessions.export"
    SESSIONS_REVOKE = "sessions.revoke"
    USERS_READ = "users.read"
    USERS_CHANGE = "users.change"
    IDENTITY_ASSUME = "identity.assume"
    TENANTS_READ = "tenants.read"
    PEOPLE_ERASE = "people.erase"
    RETENTION_CHANGE = "retention.change"
    TENANTS_CHANGE = "tenants.change"
    ACCOUNT_CHANGE = "account.change"
    SETTINGS_READ = "settings.read"
    SETTINGS_CHANGE = "settings.change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who is behind a request, as the database said it when the request came.

    Attributes:
        actor: whose rights are used; goes into entries as it is.
        role: None is a service that came with an API key.
        tenant: None is a Super Admin, or a key of the platform.
        session: public id of the session, None without one.
        assumed_by: the Super Admin behind an assumed session.
        enrolment_due: whether it may do nothing yet but set up its second factor.
    """

    actor: Actor
    role: Role | None
    tenant: TenantId | None
    session: str | None = None
    assumed_by: Actor | None = None
    enrolment_due: bool = False


_OF_A_VIEWER = frozenset({Permission.SETTINGS_READ, Permission.ACCOUNT_CHANGE})
_OF_AN_ADMIN = _OF_A_VIEWER | {
    Permission.ACTIVITY_READ,
    Permission.ACTIVITY_EXPORT,
    Permission.LOG_READ,
    Permission.SESSIONS_READ,
    Permission.SESSIONS_EXPORT,
    Permission.SESSIONS_REVOKE,
    Permission.USERS_READ,
    Permission.USERS_CHANGE,
}
_OF_A_SUPER_ADMIN = _OF_AN_ADMIN | {
    Permission.IDENTITY_ASSUME,
    Permission.TENANTS_READ,
    Permission.TENANTS_CHANGE,
    Permission.SETTINGS_CHANGE,
    Permission.PEOPLE_ERASE,
    Permission.RETENTION_CHANGE,
}
_OF_A_SERVICE = frozenset({Permission.ACTIVITY_RECORD, Permission.LOG_READ})

_WHILE_ASSUMED = frozenset(
    {
        Permission.ACTIVITY_READ,
        Permission.LOG_READ,
        Permission.SESSIONS_READ,
        Permission.USERS_READ,
        Permission.SETTINGS_READ,
    }
)
_WHILE_ENROLMENT_IS_DUE = frozenset({Permission.ACCOUNT_CHANGE})

_GRANTS: dict[Role | None, frozenset[Permission]] = {
    Role.SUPER_ADMIN: _OF_A_SUPER_ADMIN,
    Role.ADMIN: _OF_AN_ADMIN,
    Role.VIEWER: _OF_A_VIEWER,
    None: _OF_A_SERVICE,
}


def permissions_of(role: Role | None) -> frozenset[Permission]:
    """Return what *role* allows; None is a service with an API key."""
    return _GRANTS[role]


def allowed(principal: Principal) -> frozenset[Permission]:
    """Return what *principal* may do now: what its role allows, or less."""
    granted = permissions_of(principal.role)
    if principal.assumed_by is not None:
        # Routes refuse it anyway, by their policies; said here, a page offers nothing in vain.
        granted &= _WHILE_ASSUMED
    return granted & _WHILE_ENROLMENT_IS_DUE if principal.enrolment_due else granted


def require_enrolment(principal: Principal) -> None:
    """Return unless *principal* has to set up a second factor before anything else.

    Raises:
        EnrolmentRequired: it has.
    """
    if principal.enrolment_due:
        raise EnrolmentRequired("This account has to set up a second factor first.")


def require(principal: Principal, permission: Permission) -> None:
    """Return if *principal* has *permission*.

    Raises:
        Forbidden: it has not.
        EnrolmentRequired: it will have, once it has set up its second factor.
    """
    if permission not in _WHILE_ENROLMENT_IS_DUE:
        require_enrolment(principal)
    if permission not in permissions_of(principal.role):
        if permission is Permission.ACTIVITY_RECORD:
            raise Forbidden("People do not report by hand: recording takes an API key.")
        if principal.role is None:
            raise Forbidden("An API key can record and read tiles of a log; this takes a session.")
        raise Forbidden("Your role does not allow this.")


def scope_of(principal: Principal) -> Scope:
    """Return whose entries *principal* may see, once it was found to have the right to read.

    Raises:
        Forbidden: it belongs to no tenant and is no Super Admin, so nothing is in its sight.
    """
    if principal.role is Role.SUPER_ADMIN:
        return Scope.everything()
    if principal.tenant is None:
        raise Forbidden("An API key of the platform records and does not read.")
    return Scope.only(principal.tenant)


def roles_in_sight(principal: Principal) -> tuple[Role, ...]:
    """Return the roles that *principal* may give to people, and see anybody have."""
    if principal.role is Role.SUPER_ADMIN:
        return tuple(Role)
    return (Role.ADMIN, Role.VIEWER)


def require_assignable(principal: Principal, role: Role, tenant: TenantId | None) -> None:
    """Return if *principal* may give *role* to a user of *tenant*.

    Raises:
        Forbidden: the role is above its own.
        Invalid: the role does not go with the tenant.
    """
    if role not in roles_in_sight(principal):
        raise Forbidden("Only Super Admins make Super Admins.")
    require_fitting(role, tenant)


def require_fitting(role: Role, tenant: TenantId | None) -> None:
    """Return if a user of *tenant* may have *role* at all.

    Raises:
        Invalid: the role does not go with the tenant.
    """
    if (role is Role.SUPER_ADMIN) != (tenant is None):
        raise Invalid("A Super Admin has no tenant, everybody else has one.", field="tenant")


def require_another(principal: Principal, user: str) -> None:
    """Return if *user* is somebody else.

    Nobody takes rights from themselves, so that the last Super Admin can't be gone.

    Raises:
        Conflict: it is the principal's own account.
    """
    if principal.actor.id == user:
        raise Conflict("This is your own account: somebody else has to do it.")


def require_assumable(principal: Principal, role: Role) -> None:
    """Return if *principal* may act as somebody with *role*.

    Raises:
        Forbidden: it acts as somebody already, or that is a Super Admin.
    """
    require(principal, Permission.IDENTITY_ASSUME)
    if principal.assumed_by is not None:
        raise Forbidden("You act as somebody else already. Stop that first.")
    if role is Role.SUPER_ADMIN:
        raise Forbidden("Nobody acts as a Super Admin.")


def log_of(
    principal: Principal, named: TenantId | None, *, item: int | None = None
) -> TenantId | None:
    """Return the tenant whose log *principal* records into, for an activity that says *named*.

    A tenant's key needs to name nobody; a platform's key names any tenant, or none for the
    platform log.

    Raises:
        Invalid: the activity names another tenant than the key's. Whether that tenant exists makes
            no difference.
    """
    if principal.tenant is None:
        return named
    if named not in {None, principal.tenant}:
        raise Invalid("This API key records for another tenant.", item=item, field="tenant")
    return principal.tenant
