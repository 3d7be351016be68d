"""Where other people's vectors lie."""

from __future__ import annotations

from pathlib import Path

import pytest

_VECTORS = Path(__file__).parents[2].parent / "shared" / "vectors"


@pytest.fixture(scope="session")
def vectors() -> Path:
    """Return the folder of vectors, or skip."""
    if not _VECTORS.is_dir():
        pytest.skip(f"other people's vectors are not at {_VECTORS}")
    return _VECTORS
