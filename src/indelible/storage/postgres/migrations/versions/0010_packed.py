"""The public part of an entry is kept packed, and the hash of its leaf beside it.

What was stored before stays as it is: a JSON object, whose leaf follows from it. Only what is
packed needs its leaf in a column, for the database can't unpack.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Not checked for what is there: that would read all of it.
TABLES = """
ALTER TABLE entries
    DROP CONSTRAINT entries_bytes_or_leaf,
    ADD CONSTRAINT entries_bytes_or_leaf CHECK (
        leaf IS NOT NULL OR (bytes IS NOT NULL AND get_byte(bytes, 0) = ascii('{'))
    ) NOT VALID;
ALTER TABLE entries_part ALTER COLUMN bytes SET STORAGE EXTERNAL;
"""

REFUSALS = r"""
CREATE OR REPLACE FUNCTION refuse_rewriting_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.bytes IS NULL AND OLD.bytes IS NOT NULL THEN
        IF NEW.leaf = coalesce(OLD.leaf, sha256('\x00'::bytea || OLD.bytes))
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
"""


def upgrade() -> None:
    """Make room for packed entries; purge them by the hash that is stored with them."""
    op.execute(TABLES)
    op.execute(REFUSALS)


def downgrade() -> None:
    """Refuse: what is packed can't be read by those who do not know of it."""
    raise NotImplementedError("Packing is not taken back by a migration.")
