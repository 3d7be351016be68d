"""Sessions that are revoked, searched, and stepped up.

Who revoked a session is copied, as it was known then: no key refers to the user, who may change or
go. Readers see sessions with their users and tenants, of their own tenant alone, and never the
digest of a token or the hash of a password: columns are granted one by one.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE sessions
    ADD COLUMN proved_at        timestamptz,  -- when its user last gave the password
    ADD COLUMN revoked_by       text,
    ADD COLUMN revoked_by_email text,
    ADD COLUMN revoked_by_name  text,
    ADD COLUMN revoked_reason   text,
    DROP CONSTRAINT sessions_ended_how_check,
    ADD CONSTRAINT sessions_ended_how_check CHECK (ended_how IN ('sign_out', 'revoked')),
    ADD CONSTRAINT sessions_revoked_by_somebody CHECK (
        (ended_how IS NOT DISTINCT FROM 'revoked')
        = (revoked_by IS NOT NULL AND revoked_reason IS NOT NULL)
    );
UPDATE sessions SET proved_at = created_at;
ALTER TABLE sessions
    ALTER COLUMN proved_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN proved_at SET NOT NULL;

-- Pages are read in both directions: newest first is this one backwards.
DROP INDEX sessions_created;
CREATE INDEX sessions_created ON sessions (created_at, id);
"""

READERS = """
GRANT SELECT (id, user_id, created_at, last_active_at, expires_at, idle, client_ip, user_agent,
    ended_at, ended_how, revoked_by, revoked_by_email, revoked_by_name, revoked_reason)
    ON sessions TO indelible_reader, indelible_overseer;
GRANT SELECT (id, email, name, role, tenant, disabled) ON users
    TO indelible_reader, indelible_overseer;
GRANT SELECT (id, name, disabled) ON tenants TO indelible_reader, indelible_overseer;
"""

# Evaluated once a statement (the sub-select), so that scans do not pay for it by the row.
SCOPE = "(SELECT nullif(current_setting('indelible.scope', true), '')::uuid)"
IN_SIGHT = {
    "tenants": f"id = {SCOPE}",
    "users": f"tenant = {SCOPE}",
    "sessions": f"user_id IN (SELECT users.id FROM users WHERE users.tenant = {SCOPE})",
}


def upgrade() -> None:
    """Add the columns, and let readers see what is in their scope."""
    op.execute(COLUMNS)
    op.execute(READERS)
    for table, in_sight in IN_SIGHT.items():
        op.execute(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f"CREATE POLICY writer ON {table} TO indelible_app USING (true);"
            f"CREATE POLICY overseer ON {table} FOR SELECT TO indelible_overseer USING (true);"
            f"CREATE POLICY tenant ON {table} FOR SELECT TO indelible_reader USING ({in_sight});"
        )


def downgrade() -> None:
    """Refuse: who revoked what is not thrown away by a migration."""
    raise NotImplementedError("Sessions are not taken down by a migration.")
