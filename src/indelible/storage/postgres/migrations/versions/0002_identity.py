"""Identity: tenants, users, sessions, API keys, settings, attempts to sign in.

No table of the ledger refers to one of these, and none of these to the ledger: evidence does not
depend on what it is about. Ended sessions and revoked keys stay: the application may not delete
them.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE tenants (
    id          uuid PRIMARY KEY,
    name        text NOT NULL,
    disabled    boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX tenants_name ON tenants (lower(name));

CREATE TABLE users (
    id            uuid PRIMARY KEY,
    email         text NOT NULL UNIQUE,
    name          text NOT NULL,
    role          text NOT NULL CHECK (role IN ('super_admin', 'admin', 'viewer')),
    tenant        uuid REFERENCES tenants,
    password_hash text,               -- Argon2id; null: none was set yet
    disabled      boolean NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT users_super_admin_without_tenant CHECK ((role = 'super_admin') = (tenant IS NULL))
);
CREATE INDEX users_tenant ON users (tenant);

-- A session is valid while it has not ended and neither time is over, by this database's clock.
CREATE TABLE sessions (
    id             uuid PRIMARY KEY,    -- public; says nothing of the token
    token_digest   bytea NOT NULL UNIQUE CHECK (octet_length(token_digest) = 32),
    user_id        uuid NOT NULL REFERENCES users,
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_active_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at     timestamptz NOT NULL,
    idle           interval NOT NULL,
    client_ip      inet,
    user_agent     text,
    ended_at       timestamptz,
    ended_how text CHECK (ended_how IN ('sign_out')),
    CHECK ((ended_at IS NULL) = (ended_how IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX sessions_user ON sessions (user_id, created_at DESC);
CREATE INDEX sessions_created ON sessions (created_at DESC, id);

CREATE TABLE api_keys (
    id          text PRIMARY KEY,
    digest      bytea NOT NULL CHECK (octet_length(digest) = 32),
    name        text NOT NULL,
    tenant      uuid REFERENCES tenants,  -- null: the platform's, names tenants itself
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    revoked_at  timestamptz
);

-- One row. A new setting is a new column.
CREATE TABLE settings (
    singleton   boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    date_format text NOT NULL DEFAULT 'YYYY-MM-DD HH:mm:ss',
    time_zone   text NOT NULL DEFAULT 'UTC'
);
INSERT INTO settings DEFAULT VALUES;

-- A row for each bucket that an attempt counts in; a sign-in takes its attempt back.
CREATE TABLE sign_in_attempts (
    attempt  uuid NOT NULL,
    bucket   bytea NOT NULL,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (bucket, at, attempt)
);
CREATE INDEX sign_in_attempts_attempt ON sign_in_attempts (attempt);
CREATE INDEX sign_in_attempts_at ON sign_in_attempts (at);
"""

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON tenants, users, sessions, api_keys TO indelible_app;
GRANT SELECT, UPDATE ON settings TO indelible_app;
-- UPDATE is what locking a row asks for.
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_attempts TO indelible_app;
"""


def upgrade() -> None:
    """Make the tables and say what the application may do with them."""
    op.execute(TABLES)
    op.execute(GRANTS)


def downgrade() -> None:
    """Refuse: accounts and sessions are not thrown away by a migration."""
    raise NotImplementedError("Identity is not taken down by a migration.")
