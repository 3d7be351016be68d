"""What an entry takes on disk, indexes and all, and which table or index takes it."""

from __future__ import annotations

import psycopg

from benchmarks.figures import Figures
from benchmarks.filled import filled, plain

# A partition belongs to its parent, and what was stored out of line to its table.
_RELATIONS = """
SELECT CASE WHEN c.relkind = 't' THEN owner.relname || ' (out of line)'
    WHEN c.relkind = 'i' AND t.relkind = 't' THEN owner_of_index.relname || ' (out of line, index)'
    ELSE c.relname END AS relation,
    pg_relation_size(c.oid) AS bytes
FROM pg_class c
LEFT JOIN pg_class owner ON owner.reltoastrelid = c.oid
LEFT JOIN pg_index i ON i.indexrelid = c.oid
LEFT JOIN pg_class t ON t.oid = i.indrelid
LEFT JOIN pg_class owner_of_index ON owner_of_index.reltoastrelid = t.oid
WHERE c.relkind IN ('r', 'i', 't') AND pg_relation_size(c.oid) > 0
ORDER BY bytes DESC
"""


def measure(figures: Figures) -> None:
    """Measure the filled log."""
    with filled() as log, psycopg.connect(plain(log.url)) as connection:
        size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        entries = connection.execute("SELECT sum(size) FROM heads").fetchone()
        relations = connection.execute(_RELATIONS).fetchall()
    if size is None or entries is None:
        return
    figures.note("disk_bytes_an_entry", size[0] / int(entries[0]))
    figures.note_rows(
        "disk",
        [
            {"relation": name, "bytes_an_entry": round(bytes_ / int(entries[0]), 2)}
            for name, bytes_ in relations
            if bytes_ / int(entries[0]) >= 0.5
        ],
    )
