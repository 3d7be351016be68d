"""Search: what is found and counted by, in segments that a worker makes of the entries.

Nothing here is part of the log. All of it follows from the entries, and can be thrown away and made
anew (``indelible index rebuild``).

* A segment is a run of one log's entries, at most 65,536 of them; segments of a log don't overlap.
* A bitmap says which entries of a segment have one value in one field, a bit each.
* A column says for every entry of a segment whom or what it mentions.
* Names are what people and resources were called that were first mentioned in the segment.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE search_segments (
    log      integer NOT NULL REFERENCES logs,
    first    bigint NOT NULL,          -- seq of the first entry
    size     integer NOT NULL CHECK (size BETWEEN 1 AND 65536),
    named    boolean NOT NULL,         -- search_names holds what belongs to it
    samples  bytea NOT NULL,           -- seconds since 1970 of each 256th entry, then of the last
    times    bytea NOT NULL,           -- the same of every entry
    PRIMARY KEY (log, first)
);
CREATE TABLE search_bitmaps (
    log    integer NOT NULL,
    first  bigint NOT NULL,
    field  smallint NOT NULL,
    value  integer NOT NULL,
    bits   bytea NOT NULL,
    PRIMARY KEY (log, first, field, value)
);
CREATE TABLE search_columns (
    log    integer NOT NULL,
    first  bigint NOT NULL,
    field  smallint NOT NULL,
    ids    bytea NOT NULL,             -- rows that are mentioned, ascending
    codes  bytea NOT NULL,             -- place among them, of every entry
    PRIMARY KEY (log, first, field)
);
CREATE TABLE search_names (
    log    integer NOT NULL,
    first  bigint NOT NULL,
    field  smallint NOT NULL,
    ids    bytea NOT NULL,             -- rows
    names  bytea NOT NULL,             -- their names in lower case, a NUL behind each
    PRIMARY KEY (log, first, field)
);
-- Parts of them are read alone, and all of them often.
ALTER TABLE search_segments ALTER COLUMN samples SET STORAGE MAIN;
ALTER TABLE search_segments ALTER COLUMN times SET STORAGE EXTERNAL;
ALTER TABLE search_bitmaps ALTER COLUMN bits SET STORAGE EXTERNAL;
ALTER TABLE search_columns ALTER COLUMN ids SET STORAGE EXTERNAL;
ALTER TABLE search_columns ALTER COLUMN codes SET STORAGE EXTERNAL;
ALTER TABLE search_names ALTER COLUMN ids SET STORAGE EXTERNAL;
ALTER TABLE search_names ALTER COLUMN names SET STORAGE EXTERNAL;

-- Where a log stood when it first mentioned somebody: their first entry is not before.
ALTER TABLE people ADD COLUMN since bigint NOT NULL DEFAULT 0;
ALTER TABLE clients ADD COLUMN since bigint NOT NULL DEFAULT 0;
ALTER TABLE resources ADD COLUMN since bigint NOT NULL DEFAULT 0;
CREATE INDEX people_since ON people (log, since);
CREATE INDEX resources_since ON resources (log, since);

-- What it counted is counted by bitmaps.
DROP INDEX entries_kind;
"""

# Whoever makes segments holds the same lock: none comes back that says what was erased meanwhile.
FORGETTING = """
CREATE FUNCTION search_forget_names(wanted integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(499208805);
    DELETE FROM search_names WHERE log = wanted;
    UPDATE search_segments SET named = false WHERE log = wanted;
END $$;

CREATE FUNCTION search_forget_entries(wanted integer, beyond bigint) RETURNS void LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM search_forget_names(wanted);
    DELETE FROM search_bitmaps WHERE log = wanted AND first < beyond;
    DELETE FROM search_columns WHERE log = wanted AND first < beyond;
    DELETE FROM search_segments WHERE log = wanted AND first < beyond;
END $$;
"""

SEARCH = ("search_segments", "search_bitmaps", "search_columns", "search_names")


def upgrade() -> None:
    """Make the tables, with the row-level security of the log that they are made of."""
    op.execute(TABLES)
    op.execute(FORGETTING)
    for table in SEARCH:
        op.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO indelible_app;"
            f"GRANT SELECT ON {table} TO indelible_reader, indelible_overseer;"
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f"CREATE POLICY writer ON {table} TO indelible_app USING (true);"
            f"CREATE POLICY overseer ON {table} FOR SELECT TO indelible_overseer USING (true);"
            f"CREATE POLICY tenant ON {table} FOR SELECT TO indelible_reader USING (log = "
            "(SELECT logs.id FROM logs "
            "WHERE logs.tenant = nullif(current_setting('indelible.scope', true), '')::uuid));"
        )


def downgrade() -> None:
    """Refuse: an older version knows nothing of what has been appended since."""
    raise NotImplementedError("Search is not taken back by a migration.")
