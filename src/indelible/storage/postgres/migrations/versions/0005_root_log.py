"""The root log: checkpoints of logs as leaves, and what others said of its own checkpoints.

Its leaves name no person and no tenant but by random ids, so every reader may see them. What was
appended can't be changed, as elsewhere; what moves is the head, and what is known of a witness.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE root_leaves (
    index  bigint PRIMARY KEY,
    log    integer NOT NULL REFERENCES logs,
    size   bigint NOT NULL,       -- of the log, in the checkpoint
    data   bytea NOT NULL,        -- the signed checkpoint: exactly what was hashed
    UNIQUE (log, size)
);

-- One row: it serialises the publishers.
CREATE TABLE root_head (
    one    boolean PRIMARY KEY DEFAULT true CHECK (one),
    size   bigint NOT NULL DEFAULT 0,
    range  bytea NOT NULL DEFAULT ''  -- a hash for each 1-bit of size, largest first
) WITH (fillfactor = 50);
INSERT INTO root_head DEFAULT VALUES;

-- Full tiles only; the partial ones at the right edge follow from the leaves.
CREATE TABLE root_tiles (
    level  smallint NOT NULL,
    index  bigint NOT NULL,
    data   bytea NOT NULL CHECK (octet_length(data) = 8192),
    PRIMARY KEY (level, index)
);
ALTER TABLE root_tiles ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE root_checkpoints (
    size          bigint PRIMARY KEY,
    root          bytea NOT NULL CHECK (octet_length(root) = 32),
    signature     bytea NOT NULL,     -- key id and Ed25519 signature, as in the note's line
    published_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A witness cosigns the same checkpoint again when nothing moved for long: a row for each time.
CREATE TABLE cosignatures (
    size     bigint NOT NULL REFERENCES root_checkpoints,
    witness  text NOT NULL,           -- name of its key
    key_id   bytea NOT NULL CHECK (octet_length(key_id) = 4),
    blob     bytea NOT NULL,          -- what stands behind the key id in the note's line
    time     bigint NOT NULL,         -- when the witness says it saw it, Unix seconds
    PRIMARY KEY (size, witness, key_id, time)
);
CREATE INDEX cosignatures_witness ON cosignatures (witness, key_id, size, time);

-- What the last conversation with a witness came to: overwritten by the next one.
CREATE TABLE witness_states (
    witness   text NOT NULL,
    key_id    bytea NOT NULL CHECK (octet_length(key_id) = 4),
    state     text NOT NULL CHECK (state IN ('cosigns', 'unreachable', 'refuses', 'fork',
        'roll_back')),
    size      bigint NOT NULL,        -- of our checkpoint that it was asked to cosign
    seen      bigint,                 -- size that the witness says it has seen
    detail    text NOT NULL,
    since     timestamptz NOT NULL DEFAULT clock_timestamp(),
    at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (witness, key_id)
);

-- RFC 3161 tokens over the text of root checkpoints.
CREATE TABLE timestamps (
    size       bigint NOT NULL REFERENCES root_checkpoints,
    authority  text NOT NULL,
    token      bytea NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (size, authority, at)
);

-- An operator owned up to a database that went back or apart: from these heads on it is another.
CREATE TABLE restores (
    id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    by      text NOT NULL,
    reason  text NOT NULL,
    heads   jsonb NOT NULL
);

-- The note in which the previous key signs this one in; null for the first.
ALTER TABLE signing_keys ADD COLUMN statement bytea;
"""

APPEND_ONLY = (
    "root_leaves",
    "root_tiles",
    "root_checkpoints",
    "cosignatures",
    "timestamps",
    "restores",
)
READ = ", ".join((*APPEND_ONLY, "root_head", "witness_states"))


def upgrade() -> None:
    """Make the root log's tables, and say who may do what with them."""
    op.execute(TABLES)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();"
            f"CREATE TRIGGER append_only_table BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();"
        )
    op.execute(
        f"GRANT SELECT ON {READ} TO indelible_app, indelible_reader, indelible_overseer;"
        f"GRANT INSERT ON {', '.join(APPEND_ONLY)} TO indelible_app;"
        "GRANT UPDATE ON root_head TO indelible_app;"
        "GRANT INSERT, UPDATE ON witness_states TO indelible_app;"
    )


def downgrade() -> None:
    """Refuse: there is no way back that keeps the log."""
    raise NotImplementedError("The root log is not taken down by a migration.")
