"""One call of the recorder, within a deadline, with every way to fail said in our own errors."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from indelible.core.activity import Activity, Receipt
from indelible.errors import IndelibleError, Unknown
from indelible.ledger.ports import Recorder


async def reach(
    recorder: Recorder, activities: Sequence[Activity], *, source: str, deadline: float
) -> Sequence[Receipt]:
    """Record *activities* and return their receipts.

    Raises:
        IndelibleError: as the recorder says; Unknown where it hangs or breaks, because nobody
            knows how far it had come.
    """
    try:
        async with asyncio.timeout(deadline):
            return await recorder.record(activities, source=source)
    except TimeoutError as error:
        raise Unknown(f"The recorder did not answer in {deadline:g} s.") from error
    except IndelibleError:
        raise
    except Exception as error:
        raise Unknown(f"The recorder failed: {error!r}") from error
