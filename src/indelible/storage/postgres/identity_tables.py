"""The tables of identity, as the queries name them. Migrations 0002 to 0004 make them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import INET

from indelible.core.activity import TenantId
from indelible.identity.access import Role
from indelible.identity.model import Tenant, User, UserId

_tables = sa.MetaData()
_Id = sa.Uuid(as_uuid=False)
_Time = sa.DateTime(timezone=True)

tenants = sa.Table(
    "tenants",
    _tables,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("disabled", sa.Boolean),
    sa.Column("created_at", _Time),
)

users = sa.Table(
    "users",
    _tables,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("email", sa.Text),
    sa.Column("name", sa.Text),
    sa.Column("role", sa.Text),
    sa.Column("tenant", _Id, sa.ForeignKey("tenants.id")),
    sa.Column("password_hash", sa.Text),
    sa.Column("disabled", sa.Boolean),
    sa.Column("created_at", _Time),
    sa.Column("external_id", sa.Text),
    sa.Column("invited", sa.Boolean),
    sa.Column("password_short", sa.Boolean),
    sa.Column("totp_secret", sa.LargeBinary),
    sa.Column("totp_enrolled_at", _Time),
    sa.Column("totp_step", sa.BigInteger),
)

recovery_codes = sa.Table(
    "recovery_codes",
    _tables,
    sa.Column("user_id", _Id, sa.ForeignKey("users.id")),
    sa.Column("digest", sa.LargeBinary),
    sa.Column("used_at", _Time),
)

account_links = sa.Table(
    "account_links",
    _tables,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("digest", sa.LargeBinary),
    sa.Column("user_id", _Id, sa.ForeignKey("users.id")),
    sa.Column("kind", sa.Text),
    sa.Column("created_at", _Time),
    sa.Column("expires_at", _Time),
    sa.Column("used_at", _Time),
    sa.Column("void_at", _Time),
)

sessions = sa.Table(
    "sessions",
    _tables,
    sa.Column("id", _Id, primary_key=True),
    sa.Column("token_digest", sa.LargeBinary),
    sa.Column("user_id", _Id, sa.ForeignKey("users.id")),
    sa.Column("created_at", _Time),
    sa.Column("last_active_at", _Time),
    sa.Column("expires_at", _Time),
    sa.Column("idle", sa.Interval),
    sa.Column("client_ip", INET),
    sa.Column("user_agent", sa.Text),
    sa.Column("ended_at", _Time),
    sa.Column("ended_how", sa.Text),
    sa.Column("proved_at", _Time),
    sa.Column("revoked_by", sa.Text),
    sa.Column("revoked_by_email", sa.Text),
    sa.Column("revoked_by_name", sa.Text),
    sa.Column("revoked_reason", sa.Text),
    sa.Column("parent", _Id),
    sa.Column("assumed_by", sa.Text),
    sa.Column("assumed_by_email", sa.Text),
    sa.Column("assumed_by_name", sa.Text),
    sa.Column("assumed_reason", sa.Text),
)

api_keys = sa.Table(
    "api_keys",
    _tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("digest", sa.LargeBinary),
    sa.Column("name", sa.Text),
    sa.Column("tenant", _Id, sa.ForeignKey("tenants.id")),
    sa.Column("created_at", _Time),
    sa.Column("revoked_at", _Time),
)

settings = sa.Table(
    "settings",
    _tables,
    sa.Column("singleton", sa.Boolean, primary_key=True),
    sa.Column("date_format", sa.Text),
    sa.Column("time_zone", sa.Text),
)

sign_in_attempts = sa.Table(
    "sign_in_attempts",
    _tables,
    sa.Column("attempt", _Id),
    sa.Column("bucket", sa.LargeBinary),
    sa.Column("at", _Time),
)

now = sa.func.steady_time(type_=_Time)
"""The database's clock, which does not run backwards; see migration 0004. It is read anew wherever
it stands: waiting for a lock takes time."""

snapshot_time = sa.select(
    sa.func.steady_time(sa.func.transaction_timestamp(), type_=_Time)
).scalar_subquery()
"""When the transaction began: one instant for all that is read in a snapshot, asked for once."""

SESSIONS_WITH_USERS = sessions.join(users).outerjoin(tenants)

idle_end = (sessions.c.last_active_at + sessions.c.idle).label("idle_end")

USER_COLUMNS = (
    users.c.id.label("user_id"),
    users.c.email,
    users.c.name,
    users.c.role,
    users.c.disabled,
    users.c.totp_enrolled_at.is_not(None).label("second_factor"),
    users.c.password_short,
    users.c.external_id.is_not(None).label("hosted"),
    tenants.c.id.label("tenant_id"),
    tenants.c.name.label("tenant_name"),
    tenants.c.disabled.label("tenant_disabled"),
)
"""What :func:`user_of` reads, of users with their tenants joined to them."""


def user_of(row: sa.Row[*tuple[Any, ...]]) -> User:
    """Return the user in a row that has :data:`USER_COLUMNS`."""
    said = row._mapping
    tenant = None
    if said["tenant_id"] is not None:
        tenant = Tenant(
            id=TenantId(said["tenant_id"]),
            name=said["tenant_name"],
            disabled=said["tenant_disabled"],
        )
    return User(
        id=UserId(said["user_id"]),
        email=said["email"],
        name=said["name"],
        role=Role(said["role"]),
        tenant=tenant,
        disabled=said["disabled"],
        second_factor=said["second_factor"],
        short_password=said["password_short"],
        hosted=said["hosted"],
    )
