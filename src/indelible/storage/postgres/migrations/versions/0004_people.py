"""Second factors, links, assumed identities, and a clock that does not run backwards.

Secrets of second factors are sealed by a key that the database does not have; recovery codes and
the tokens of links are kept as digests.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

USERS = """
ALTER TABLE users
    ADD COLUMN external_id      text UNIQUE,  -- of a host application with a login of its own
    ADD COLUMN password_short   boolean NOT NULL DEFAULT false,  -- for use with a second factor
    ADD COLUMN totp_secret      bytea,        -- sealed
    ADD COLUMN totp_enrolled_at timestamptz,  -- null: the secret was not confirmed yet
    ADD COLUMN totp_step        bigint,       -- of the last code that was taken: each is good once
    -- Readers may know that there is no password yet, and never its hash.
    ADD COLUMN invited          boolean NOT NULL
        GENERATED ALWAYS AS (password_hash IS NULL AND external_id IS NULL) STORED;
CREATE INDEX users_created ON users (created_at, id);

CREATE TABLE recovery_codes (
    user_id  uuid NOT NULL REFERENCES users,
    digest   bytea NOT NULL CHECK (octet_length(digest) = 32),
    used_at  timestamptz,
    PRIMARY KEY (user_id, digest)
);

-- What lets somebody set a password who has none, or lost it. Good once, and not for long.
CREATE TABLE account_links (
    id          uuid PRIMARY KEY,
    digest      bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    user_id     uuid NOT NULL REFERENCES users,
    kind        text NOT NULL CHECK (kind IN ('invitation', 'reset')),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    void_at     timestamptz  -- a later link took its place
);
CREATE INDEX account_links_user ON account_links (user_id, created_at DESC);
"""

SESSIONS = """
ALTER TABLE sessions
    ADD COLUMN parent           uuid REFERENCES sessions,  -- the session that assumed this one
    ADD COLUMN assumed_by       text,
    ADD COLUMN assumed_by_email text,
    ADD COLUMN assumed_by_name  text,
    ADD COLUMN assumed_reason   text,
    DROP CONSTRAINT sessions_ended_how_check,
    ADD CONSTRAINT sessions_ended_how_check CHECK (ended_how IN (
        'sign_out', 'revoked',
        'expired',           -- time was seen to be over
        'password_changed', 'disabled', 'role_changed',
        'parent_ended',      -- the session that assumed this one ended
        'renewed'            -- another one took its place
    )),
    ADD CONSTRAINT sessions_assumed_by_somebody CHECK (
        (parent IS NULL) = (assumed_by IS NULL)
        AND (parent IS NULL) = (assumed_reason IS NULL)
    );
CREATE INDEX sessions_parent ON sessions (parent) WHERE parent IS NOT NULL;
GRANT SELECT (parent, assumed_by, assumed_by_email, assumed_by_name, assumed_reason) ON sessions
    TO indelible_reader, indelible_overseer;
"""

CLOCK = """
-- A server whose clock is set back goes on from the latest time that was seen, so that what had
-- expired stays expired.
CREATE TABLE clock (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    seen      timestamptz NOT NULL DEFAULT clock_timestamp(),
    ahead     interval NOT NULL DEFAULT '0'  -- by how much we are, since the server's was set back
);
INSERT INTO clock DEFAULT VALUES;

CREATE FUNCTION steady_time(server timestamptz DEFAULT clock_timestamp()) RETURNS timestamptz
    LANGUAGE sql VOLATILE AS
    'SELECT greatest(server + ahead, seen) FROM clock';

-- Notes the time every ten seconds, whoever calls it how often. Time that is ahead of the server's
-- runs by a tenth slower until it is so no more: it never stands still, and never goes back.
CREATE FUNCTION note_time() RETURNS void LANGUAGE sql VOLATILE AS $$
    UPDATE clock
    SET seen = greatest(seen, clock_timestamp() + ahead),
        ahead = CASE
            WHEN clock_timestamp() + ahead < seen THEN seen - clock_timestamp()
            ELSE greatest('0', ahead - (clock_timestamp() + ahead - seen) / 10)
        END
    WHERE singleton IN (
        SELECT singleton FROM clock
        WHERE clock_timestamp() + ahead NOT BETWEEN seen AND seen + interval '10 seconds'
        FOR UPDATE SKIP LOCKED
    )
$$;
"""

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON account_links, recovery_codes TO indelible_app;
GRANT DELETE ON recovery_codes TO indelible_app;
GRANT SELECT, UPDATE ON clock TO indelible_app;
GRANT SELECT ON clock TO indelible_reader, indelible_overseer;
GRANT SELECT (created_at, external_id, totp_enrolled_at, invited, password_short) ON users
    TO indelible_reader, indelible_overseer;
GRANT SELECT (created_at) ON tenants TO indelible_reader, indelible_overseer;
"""


def upgrade() -> None:
    """Add what is needed, and let readers see what is no secret."""
    op.execute(USERS)
    op.execute(SESSIONS)
    op.execute(CLOCK)
    op.execute(GRANTS)


def downgrade() -> None:
    """Refuse: second factors are not thrown away by a migration."""
    raise NotImplementedError("People are not taken down by a migration.")
