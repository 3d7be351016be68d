"""Who may what."""

from __future__ import annotations

import pytest

from indelible.core.activity import Actor, ActorType, TenantId
from indelible.core.scope import Scope
from indelible.errors import Forbidden, Invalid
from indelible.identity.access import (
    Permission,
    Principal,
    Role,
    log_of,
    permissions_of,
    require,
    scope_of,
)

ACME, ZETA = TenantId("acme"), TenantId("zeta")

MATRIX = {
    Permission.ACTIVITY_READ: {Role.SUPER_ADMIN, Role.ADMIN},
    Permission.ACTIVITY_EXPORT: {Role.SUPER_ADMIN, Role.ADMIN},
    Permission.ACTIVITY_RECORD: {None},
    Permission.LOG_READ: {Role.SUPER_ADMIN, Role.ADMIN, None},
    Permission.SESSIONS_READ: {Role.SUPER_ADMIN, Role.ADMIN},
    Permission.SESSIONS_EXPORT: {Role.SUPER_ADMIN, Role.ADMIN},
    Permission.SESSIONS_REVOKE: {Role.SUPER_ADMIN, Role.ADMIN},
    Permission.USERS_READ: {Role.SUPER_ADMIN, Role.ADMIN},
    Permission.USERS_CHANGE: {Role.SUPER_ADMIN, Role.ADMIN},
    Permission.IDENTITY_ASSUME: {Role.SUPER_ADMIN},
    Permission.TENANTS_READ: {Role.SUPER_ADMIN},
    Permission.PEOPLE_ERASE: {Role.SUPER_ADMIN},
    Permission.RETENTION_CHANGE: {Role.SUPER_ADMIN},
    Permission.TENANTS_CHANGE: {Role.SUPER_ADMIN},
    Permission.ACCOUNT_CHANGE: {Role.SUPER_ADMIN, Role.ADMIN, Role.VIEWER},
    Permission.SETTINGS_READ: {Role.SUPER_ADMIN, Role.ADMIN, Role.VIEWER},
    Permission.SETTINGS_CHANGE: {Role.SUPER_ADMIN},
}


def principal(role: Role | None, tenant: TenantId | None) -> Principal:
    kind = ActorType.USER if role else ActorType.SERVICE
    return Principal(actor=Actor(id="1", type=kind), role=role, tenant=tenant)


def test_matrix_names_every_permission():
    """No permission is granted or refused without a line in the matrix."""
    assert set(MATRIX) == set(Permission)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", [*Role, None])
def test_roles_have_their_permissions(role, permission):
    """Each role has exactly the permissions of the matrix."""
    someone = principal(role, None if role is Role.SUPER_ADMIN else ACME)
    assert (permission in permissions_of(role)) == (role in MATRIX[permission])
    if role in MATRIX[permission]:
        require(someone, permission)
    else:
        with pytest.raises(Forbidden):
            require(someone, permission)


def test_scope_comes_from_the_principal():
    """A Super Admin sees everything, everybody else their tenant."""
    assert scope_of(principal(Role.SUPER_ADMIN, None)) == Scope.everything()
    assert scope_of(principal(Role.ADMIN, ACME)) == Scope.only(ACME)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.VIEWER, None])
def test_without_a_tenant_only_a_super_admin_sees_anything(role):
    """A principal without a tenant that is no Super Admin sees nothing rather than everything."""
    with pytest.raises(Forbidden):
        scope_of(principal(role, None))


def test_a_tenants_key_records_for_its_tenant_alone():
    """A tenant's key needs to name nobody and may name nobody else; says which item did."""
    key = principal(None, ACME)
    assert log_of(key, None) == ACME
    assert log_of(key, ACME) == ACME
    with pytest.raises(Invalid) as caught:
        log_of(key, ZETA, item=3)
    assert (caught.value.item, caught.value.field) == (3, "tenant")


def test_the_platforms_key_records_for_whom_it_names():
    """The platform's key names any tenant, or none for the platform log."""
    key = principal(None, None)
    assert [log_of(key, named) for named in (None, ZETA)] == [None, ZETA]
