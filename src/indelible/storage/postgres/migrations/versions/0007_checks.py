"""What full checks found, for the page about integrity."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE checks (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz NOT NULL,
    logs        integer NOT NULL,
    entries     bigint NOT NULL,
    found       integer NOT NULL,      -- how many findings there were
    findings    text[] NOT NULL        -- the first of them, in words
);
CREATE INDEX checks_ended ON checks (ended_at);
CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON checks
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON checks
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
GRANT SELECT, INSERT ON checks TO indelible_app;
"""


def upgrade() -> None:
    """Make the table; what was found can't be taken back."""
    op.execute(TABLES)


def downgrade() -> None:
    """Refuse: what was found is not thrown away by a migration."""
    raise NotImplementedError("What checks found is not thrown away by a migration.")
