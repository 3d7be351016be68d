"""Erasure of persons, and purging by age.

What goes and what stays is said to the database itself:

* Only ``indelible_eraser`` takes disclosures, details and entry bytes away; the application becomes
  it for the one statement that needs it.
* An entry is purged to its log, seq, time, id and leaf hash, and to nothing else. The hash is
  compared with the bytes before they go.
* Of a receipt the hash of the reported body may go: it would confirm a guess at what was erased.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = """
-- A purged entry has no bytes; the hash of its leaf stays, and proves what is kept.
ALTER TABLE entries
    ALTER COLUMN bytes DROP NOT NULL,
    ADD COLUMN leaf bytea CHECK (octet_length(leaf) = 32),
    ADD CONSTRAINT entries_bytes_or_leaf CHECK ((bytes IS NULL) = (leaf IS NOT NULL));
-- How many entries are purged: the first ones, none between.
ALTER TABLE heads ADD COLUMN purged bigint NOT NULL DEFAULT 0;
ALTER TABLE receipts ALTER COLUMN body DROP NOT NULL;

-- Only what differs from the default. No foreign key: logs outlive the tenants they are about.
CREATE TABLE retention (
    tenant  uuid PRIMARY KEY,
    days    integer CHECK (days > 0),  -- null: the platform's default
    hold    text                       -- why nothing may be purged now; null: it may
);
"""

REFUSALS = r"""
CREATE OR REPLACE FUNCTION refuse_rewriting_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.bytes IS NULL AND OLD.bytes IS NOT NULL THEN
        IF NEW.leaf = sha256('\x00'::bytea || OLD.bytes)
            AND (NEW.log, NEW.seq, NEW.time, NEW.id) = (OLD.log, OLD.seq, OLD.time, OLD.id)
            AND (NEW.resource_type, NEW.person, NEW.resource, NEW.action, NEW.failed)
                = (0, 0, 0, -1, false)
            AND coalesce(NEW.client::text, NEW.session, NEW.details::text) IS NULL
        THEN
            RETURN NEW;
        END IF;
    ELSIF NEW.details IS NULL AND OLD.details IS NOT NULL THEN
        NEW.details := OLD.details;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            NEW.details := NULL;
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'UPDATE of entries is refused: the log is append-only'
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION refuse_rewriting_receipts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.body IS NULL AND (NEW.log, NEW.key, NEW.seq) = (OLD.log, OLD.key, OLD.seq) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'UPDATE of receipts is refused: the log is append-only'
        USING ERRCODE = 'insufficient_privilege';
END $$;

DROP TRIGGER append_only_rows ON receipts;
CREATE TRIGGER append_only_rows BEFORE DELETE ON receipts
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER append_only BEFORE UPDATE ON receipts
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_receipts();

-- An erased mention keeps what entries commit to, and nothing else of it may change.
CREATE FUNCTION refuse_rewriting_mentions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.disclosure IS NULL AND NEW.key IS NULL
        AND (NEW.id, NEW.log) = (OLD.id, OLD.log) AND NEW.digest IS NOT DISTINCT FROM OLD.digest
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'UPDATE of % is refused: the log is append-only', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""

ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'indelible_eraser') THEN
        BEGIN
            CREATE ROLE indelible_eraser NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another database's
        END;
    END IF;
    GRANT indelible_eraser TO CURRENT_USER;
END $$;
GRANT USAGE ON SCHEMA public TO indelible_eraser;
GRANT SELECT ON logs, heads, entries, people, clients, resources, receipts TO indelible_eraser;
GRANT UPDATE (erasures, purged) ON heads TO indelible_eraser;
GRANT UPDATE ON entries TO indelible_eraser;
GRANT UPDATE (body) ON receipts TO indelible_eraser;
GRANT UPDATE (email, assumed_by_email, disclosure, key), DELETE ON people TO indelible_eraser;
GRANT UPDATE (ip, user_agent, disclosure, key), DELETE ON clients TO indelible_eraser;
GRANT UPDATE (name, disclosure, key), DELETE ON resources TO indelible_eraser;
GRANT SELECT, INSERT, UPDATE ON retention TO indelible_app;
GRANT DELETE ON account_links TO indelible_app;
"""

SCOPED = ("logs", "heads", "entries", "people", "clients", "resources")
MENTIONS = ("people", "clients", "resources")


def upgrade() -> None:
    """Make room for what is purged, and say who may take away what."""
    op.execute(TABLES)
    op.execute(REFUSALS)
    for table in MENTIONS:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_mentions();"
        )
    op.execute(ROLE)
    for table in SCOPED:
        op.execute(f"CREATE POLICY eraser ON {table} TO indelible_eraser USING (true)")


def downgrade() -> None:
    """Refuse: what was erased does not come back."""
    raise NotImplementedError("Erasure is not taken back by a migration.")
