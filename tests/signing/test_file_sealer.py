"""The key that seals secrets: made on first need, never replaced, never guessed around."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from indelible.errors import Misconfigured
from indelible.signing.file_sealer import FileSealer

SECRET = b"twenty bytes of it.."


def files(folder: Path) -> list[Path]:
    """Return what is in a folder."""
    return list(folder.iterdir())


def sealer(folder: Path, *, used: bool = False) -> FileSealer:
    """Return a sealer over a folder; *used* says whether the database holds sealed secrets."""

    async def in_use() -> bool:
        return used

    return FileSealer(folder / "secrets.key", in_use=in_use)


async def test_the_key_is_made_on_first_need(tmp_path: Path) -> None:
    """Nothing is made before the first secret; then a file that its owner alone may read."""
    first = sealer(tmp_path)
    await first.check()
    assert files(tmp_path) == []
    sealed = await first.seal(SECRET, about="anna")
    assert SECRET not in sealed
    [file] = files(tmp_path)
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == ("secrets.key", 0o600)
    later = sealer(tmp_path, used=True)
    await later.check()
    assert await later.open(sealed, about="anna") == SECRET


async def test_the_same_secret_is_sealed_differently(tmp_path: Path) -> None:
    """Nobody sees from the database who has the same secret."""
    one = sealer(tmp_path)
    assert await one.seal(SECRET, about="anna") != await one.seal(SECRET, about="anna")


async def test_a_secret_is_of_one_account(tmp_path: Path) -> None:
    """A sealed secret that is moved to another account, or changed anywhere, is not opened."""
    one = sealer(tmp_path)
    sealed = await one.seal(SECRET, about="anna")
    with pytest.raises(Misconfigured, match="another account"):
        await one.open(sealed, about="vera")
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(Misconfigured):
            await one.open(bytes(changed), about="anna")
    for length in range(len(sealed)):
        with pytest.raises(Misconfigured):
            await one.open(sealed[:length], about="anna")


async def test_a_lost_key_is_said_and_not_replaced(tmp_path: Path) -> None:
    """With sealed secrets about, a missing key stops the start, and no new one is made."""
    lost = sealer(tmp_path, used=True)
    for attempt in (lost.check(), lost.seal(SECRET, about="a"), lost.open(b"x" * 48, about="a")):
        with pytest.raises(Misconfigured, match="Restore the file"):
            await attempt
    assert files(tmp_path) == []


async def test_another_machines_key_is_told_apart(tmp_path: Path) -> None:
    """A machine with a key of its own says so, instead of taking every code for wrong."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    sealed = await sealer(tmp_path / "one").seal(SECRET, about="anna")
    other = sealer(tmp_path / "two")
    await other.seal(SECRET, about="vera")
    with pytest.raises(Misconfigured, match="Every machine"):
        await other.open(sealed, about="anna")


@pytest.mark.parametrize(("mode", "data"), [(0o640, b"k" * 32), (0o600, b"short")])
async def test_a_key_that_others_may_read_or_that_is_none(
    tmp_path: Path, mode: int, data: bytes
) -> None:
    """A key file that others may read, or that holds no key, stops the start."""
    path = tmp_path / "secrets.key"
    path.write_bytes(data)
    path.chmod(mode)
    with pytest.raises(Misconfigured):
        await sealer(tmp_path).check()
