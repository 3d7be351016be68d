"""Runs inside the base install: everything of core, capture and verifier, and a proof that is checked."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys

SERVER_PACKAGES = (
    "alembic", "argon2", "fastapi", "psycopg", "pydantic_settings", "sqlalchemy", "starlette",
    "uvicorn",
)  # fmt: skip


def import_all() -> None:
    import indelible

    for part in ("core", "capture", "monitor", "verify"):
        folders = [f"{folder}/{part}" for folder in indelible.__path__]
        for module in pkgutil.walk_packages(folders, f"indelible.{part}."):
            importlib.import_module(module.name)
    for name in SERVER_PACKAGES:
        assert importlib.util.find_spec(name) is None, f"{name} is in the base install"
        assert name not in sys.modules


def verify() -> None:
    from indelible.core.activity import Action, ActorType, Status
    from indelible.core.checkpoint import Checkpoint, sign_checkpoint
    from indelible.core.entry import Digests, PublicActor, PublicPart, PublicResource, encode
    from indelible.core.entry_id import entry_id, format_id
    from indelible.core.evidence import ProofFile, check_entry
    from indelible.core.instant import format_time
    from indelible.core.key import SignerKey
    from indelible.core.merkle import leaf_hash, tree_root
    from indelible.core.proof import prove_inclusion
    from indelible.errors import Tampered

    key = SignerKey.from_seed("audit.example.com/logs/platform", bytes(32))
    entries = [
        encode(
            PublicPart(
                action=Action.CREATE,
                actor=PublicActor(id="u1", type=ActorType.USER),
                id=format_id(entry_id(1_700_000_000_000_000 + seq, 0, bytes(6))),
                log=key.verifier.name,
                resource=PublicResource(id=f"e{seq}", type="edge"),
                sd=Digests(),
                seq=seq,
                status=Status.SUCCESS,
                time=format_time(1_700_000_000_000_000 + seq),
            )
        )
        for seq in range(7)
    ]
    leaves = [leaf_hash(entry) for entry in entries]

    def read(nodes):
        return [
            tree_root(leaves[node.offset << node.level : (node.offset + 1) << node.level])
            for node in nodes
        ]

    checkpoint = Checkpoint(key.verifier.name, len(leaves), tree_root(leaves))
    note = sign_checkpoint(checkpoint, key.verifier, key.sign)
    file = ProofFile(3, tuple(prove_inclusion(3, len(leaves), read)), note)
    assert check_entry(entries[3], ProofFile.parse(file.to_text()), key.verifier).seq == 3
    changed = entries[3].replace(b'"create"', b'"delete"')
    assert changed != entries[3]
    try:
        check_entry(changed, file, key.verifier)
    except Tampered:
        return
    raise AssertionError("a changed entry was believed")


if __name__ == "__main__":
    import_all()
    verify()
    print("verified")
