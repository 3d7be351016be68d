"""Upkeep of tables that grow for ever and are purged at their beginning.

By default a table is vacuumed when a fifth of it is dead rows: of 100 million entries that would be
20 million, and the room of as many. A fiftieth costs a pass over the indexes ten times as often,
and that is still but one in a week of purging.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PURGED = ("entries_part", "receipts")

# Only what has to change: a purge calls this every time, and logs have hundreds of segments.
FORGETTING = """
CREATE OR REPLACE FUNCTION search_forget_names(wanted integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(499208805);
    DELETE FROM search_names WHERE log = wanted;
    UPDATE search_segments SET named = false WHERE log = wanted AND named;
END $$;
"""


def upgrade() -> None:
    """Vacuum sooner, and write less when names are forgotten."""
    for table in PURGED:
        op.execute(f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.02)")
    op.execute(FORGETTING)


def downgrade() -> None:
    """Refuse: the log is not taken down by a migration."""
    raise NotImplementedError("Upkeep is not taken back by a migration.")
