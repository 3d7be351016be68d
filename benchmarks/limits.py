"""What this machine can do at all: the disk, the hash, COPY, JSON, deflate, Python's web stack.

Each limit is that of one processor, or of the disk, with nothing of ours around it.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from isal import isal_zlib

from benchmarks.figures import Figures
from benchmarks.filled import plain
from benchmarks.population import Named, Population, tenant_names
from benchmarks.service import embedded
from benchmarks.traffic import Traffic
from indelible.core.activity import Activity, TenantId
from indelible.ledger.ports import EntryRow
from indelible.storage.postgres import copying

SECONDS = 1.0
ROWS, BATCHES = 5_000, 8
_ENTRY = 700  # bytes: the public part of an entry
_PACKED = 360  # the same, as it is stored


def measure(figures: Figures) -> None:
    """Measure each limit for about a second."""
    with tempfile.TemporaryDirectory(prefix="indelible-bench-") as folder:
        data = Path(folder)
        fsyncs = _fsyncs(data / "file")
        figures.note_times("limit_fsync", fsyncs)
        figures.note("limit_fsyncs_per_s", len(fsyncs) / sum(fsyncs))
        _note_pure(figures)
        with embedded(data) as url, psycopg.connect(plain(url), autocommit=True) as connection:
            for name, indexes in (("bare", ""), ("indexed", " INCLUDING INDEXES")):
                table = f"limit_{name}"
                connection.execute(f"CREATE TABLE {table} (LIKE entries_part{indexes})".encode())
                figures.note(f"limit_copy_{name}_rows_per_s", _copy(connection, table))


def _note_pure(figures: Figures) -> None:
    block, entry = os.urandom(1 << 20), os.urandom(_ENTRY)
    figures.note("limit_sha256_mib_per_s", _per_second(lambda: hashlib.sha256(block).digest()))
    figures.note("limit_sha256_entries_per_s", _per_second(lambda: hashlib.sha256(entry).digest()))
    sign = Ed25519PrivateKey.generate().sign
    figures.note("limit_ed25519_signatures_per_s", _per_second(lambda: sign(entry)))
    tenant = Named(0, TenantId("00000000-0000-4000-8000-000000000000"), tenant_names()[0])
    activities = Traffic(Population(tenant, 1_000), "limits").draw(1_000)
    encode = msgspec.json.Encoder().encode
    encoded = encode(activities)
    decoder = msgspec.json.Decoder(list[Activity])
    figures.note(
        "limit_json_encoded_entries_per_s", _per_second(lambda: encode(activities)) * 1_000
    )
    figures.note(
        "limit_json_decoded_entries_per_s", _per_second(lambda: decoder.decode(encoded)) * 1_000
    )
    megabytes = len(encoded) / 2**20
    deflated = _per_second(lambda: isal_zlib.compress(encoded, 1))
    figures.note("limit_deflate_mib_per_s", deflated * megabytes)


def _per_second(do: Callable[[], object]) -> float:
    """Return how often *do* can be done in a second."""
    done, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < SECONDS:
        do()
        done += 1
    return done / passed


def _fsyncs(path: Path) -> Sequence[float]:
    """Return the seconds that each page takes to be written and durable, as a commit is."""
    times: list[float] = []
    with path.open("wb", buffering=0) as file:
        file.truncate(1 << 24)
        began = time.perf_counter()
        while time.perf_counter() - began < SECONDS:
            start = time.perf_counter()
            file.seek(len(times) % 2_000 * 8_192)
            file.write(bytes(8_192))
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - start)
    return times


def _copy(connection: psycopg.Connection[tuple[object, ...]], table: str) -> float:
    """Return how many rows a second can be copied into *table* in batches."""
    statement = copying.ENTRIES.replace("entries_part", table).encode()
    batches = [_rows(number) for number in range(BATCHES)]
    began = time.perf_counter()
    for batch in batches:
        with connection.cursor().copy(statement) as copy:
            copy.write(batch)
    return ROWS * BATCHES / (time.perf_counter() - began)


def _rows(batch: int) -> bytes:
    first = batch * ROWS
    return copying.entries(
        EntryRow(
            1, 1 + seq % 9, seq, 1_700_000_000_000_000 + seq, seq % 97, seq % 1_009, seq % 61,
            seq.to_bytes(8) + os.urandom(8), seq % 8, seq % 20 == 0, f"session-{seq // 100}",
            os.urandom(_PACKED), os.urandom(145), os.urandom(32),
        )
        for seq in range(first, first + ROWS)
    )  # fmt: skip
