"""The ledger: logs, heads, entries, disclosures, tiles, checkpoints.

Who may do what is said to the database itself:

* ``indelible_app`` writes: it inserts, and updates heads. It can't change what was appended.
* ``indelible_reader`` reads, and only the log that the session's scope names (row-level security).
* ``indelible_overseer`` reads every log. A role of its own, because a policy that says "this log,
  or any" hides from the planner how many rows that is.

UPDATE, DELETE and TRUNCATE of what was appended are refused by trigger too, so that the owner of
the tables can't do it by accident.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE logs (
    id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    origin  text NOT NULL UNIQUE,
    tenant  uuid UNIQUE NULLS NOT DISTINCT  -- null: the platform log, of which there is one
);

-- A head is rewritten at every append; its row is what serialises the appends of its log.
CREATE TABLE heads (
    log     integer PRIMARY KEY REFERENCES logs,
    size    bigint NOT NULL DEFAULT 0,
    range   bytea NOT NULL DEFAULT '',  -- a hash for each 1-bit of size, largest first
    time    bigint NOT NULL DEFAULT 0,  -- of the last entry, microseconds since 1970
    erasures bigint NOT NULL DEFAULT 0  -- counts erasures, so that no cache outlives one
) WITH (fillfactor = 50);

CREATE SEQUENCE disclosure_ids INCREMENT BY 1000;

-- What entries of a log say about the same person, client or resource is said once. A row whose
-- disclosure was erased keeps its digest: entries committed to it.
CREATE TABLE people (
    id          bigint PRIMARY KEY,
    log         integer NOT NULL REFERENCES logs,
    actor_type  text NOT NULL,
    actor_id    text NOT NULL,
    assumed_by_id text,
    email       text,
    assumed_by_email text,
    disclosure  bytea,
    digest      text,
    key         bytea,
    UNIQUE (log, key)
);
CREATE INDEX people_actor ON people (actor_id);
CREATE INDEX people_assumed_by ON people (assumed_by_id) WHERE assumed_by_id IS NOT NULL;

CREATE TABLE clients (
    id          bigint PRIMARY KEY,
    log         integer NOT NULL REFERENCES logs,
    ip          text,
    user_agent  text,
    disclosure  bytea,
    digest      text,
    key         bytea,
    UNIQUE (log, key)
);
CREATE INDEX clients_ip ON clients (ip);

CREATE TABLE resources (
    id          bigint PRIMARY KEY,
    log         integer NOT NULL REFERENCES logs,
    type        text NOT NULL,
    resource_id text NOT NULL,
    name        text,
    disclosure  bytea,
    digest      text,
    key         bytea,
    UNIQUE (log, key)
);
CREATE INDEX resources_resource ON resources (resource_id);

CREATE TABLE resource_types (
    id    integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name  text NOT NULL UNIQUE
);

-- Wide columns last, fixed ones ordered so that nothing is padded.
CREATE TABLE entries (
    log      integer NOT NULL,
    resource_type integer NOT NULL,
    seq      bigint NOT NULL,
    time     timestamptz NOT NULL,
    person   bigint NOT NULL,
    resource bigint NOT NULL,
    client   bigint,
    id       uuid NOT NULL,           -- UUIDv7 made from time and seq: its order is theirs
    action   smallint NOT NULL,       -- position in core.activity.Action
    failed   boolean NOT NULL,
    session  text,
    bytes    bytea NOT NULL,          -- exactly what was hashed
    details  bytea,                   -- the disclosure's JSON text, deflated; erasable
    PRIMARY KEY (log, seq)
) PARTITION BY RANGE (log);
-- Row-level security refuses COPY, and stands on the table that readers see. Appends go straight to
-- the part, where only indelible_app has a right, and only to insert.
CREATE TABLE entries_part PARTITION OF entries DEFAULT WITH (autovacuum_freeze_min_age = 0);
ALTER TABLE entries_part ALTER COLUMN details SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX entries_id ON entries (id, log);
-- Reading: counts come from the first index alone, whatever is filtered by. The others find what is
-- rare; their keys repeat, so that they take next to no room.
CREATE INDEX entries_kind ON entries (log, resource_type, action, failed, id)
    INCLUDE (person, resource);
CREATE INDEX entries_person ON entries (person, log);
CREATE INDEX entries_resource ON entries (resource, log);
CREATE INDEX entries_client ON entries (client, log);
CREATE INDEX entries_session ON entries (session, log) WHERE session IS NOT NULL;

-- Full tiles only; the partial ones at the right edge follow from the entries.
CREATE TABLE tiles (
    log    integer NOT NULL REFERENCES logs,
    level  smallint NOT NULL,
    index  bigint NOT NULL,
    data   bytea NOT NULL CHECK (octet_length(data) = 8192),
    PRIMARY KEY (log, level, index)
);
ALTER TABLE tiles ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE checkpoints (
    log        integer NOT NULL REFERENCES logs,
    size       bigint NOT NULL,
    root       bytea NOT NULL CHECK (octet_length(root) = 32),
    signature  bytea NOT NULL,        -- key id and Ed25519 signature, as in the note's last line
    PRIMARY KEY (log, size)
);

-- A reporter's key, seen once: the same key again gets the first receipt.
CREATE TABLE receipts (
    log   integer NOT NULL REFERENCES logs,
    key   bytea NOT NULL,             -- hash of source and key
    body  bytea NOT NULL,             -- hash of what was reported, redacted
    seq   bigint NOT NULL,
    PRIMARY KEY (log, key)
);

CREATE TABLE signing_keys (
    public_key  bytea PRIMARY KEY CHECK (octet_length(public_key) = 32),
    since       timestamptz NOT NULL DEFAULT now()
);
"""

REFUSALS = """
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the log is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- Of an entry only the details may go, and only to nothing.
CREATE FUNCTION refuse_rewriting_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.details IS NULL AND OLD.details IS NOT NULL THEN
        NEW.details := OLD.details;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            NEW.details := NULL;
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'UPDATE of entries is refused: the log is append-only'
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE ON entries
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_entries();
CREATE TRIGGER append_only_rows BEFORE DELETE ON entries
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON entries_part
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
"""

APPEND_ONLY = ("tiles", "checkpoints", "receipts", "signing_keys")
SCOPED = ("people", "clients", "resources", "entries", "tiles", "checkpoints", "heads")

ROLES = """
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['indelible_app', 'indelible_reader', 'indelible_overseer'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another database's
            END;
        END IF;
        EXECUTE format('GRANT %I TO CURRENT_USER', role);
    END LOOP;
END $$;
GRANT USAGE ON SCHEMA public TO indelible_app, indelible_reader, indelible_overseer;
GRANT USAGE ON SEQUENCE disclosure_ids TO indelible_app;
GRANT SELECT, INSERT ON logs, heads, people, clients, resources, resource_types, entries,
    entries_part, tiles, checkpoints, receipts, signing_keys TO indelible_app;
GRANT UPDATE ON heads TO indelible_app;
GRANT SELECT ON logs, heads, people, clients, resources, resource_types, entries, tiles,
    checkpoints, signing_keys TO indelible_reader, indelible_overseer;
"""


def upgrade() -> None:
    """Make the ledger's tables, refusals, roles and row-level security."""
    op.execute(TABLES)
    op.execute(REFUSALS)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();"
            f"CREATE TRIGGER append_only_table BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();"
        )
    op.execute(ROLES)
    op.execute(
        "ALTER TABLE logs ENABLE ROW LEVEL SECURITY;"
        "CREATE POLICY writer ON logs TO indelible_app USING (true);"
        "CREATE POLICY overseer ON logs FOR SELECT TO indelible_overseer USING (true);"
        "CREATE POLICY tenant ON logs FOR SELECT TO indelible_reader "
        "USING (tenant = (SELECT nullif(current_setting('indelible.scope', true), '')::uuid));"
    )
    for table in SCOPED:
        # Evaluated once a statement (the sub-select), so that scans do not pay for it by the row.
        op.execute(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f"CREATE POLICY writer ON {table} TO indelible_app USING (true);"
            f"CREATE POLICY overseer ON {table} FOR SELECT TO indelible_overseer USING (true);"
            f"CREATE POLICY tenant ON {table} FOR SELECT TO indelible_reader USING (log = "
            "(SELECT logs.id FROM logs "
            "WHERE logs.tenant = nullif(current_setting('indelible.scope', true), '')::uuid));"
        )


def downgrade() -> None:
    """Refuse: there is no way back that keeps the log."""
    raise NotImplementedError("The ledger is not taken down by a migration.")
