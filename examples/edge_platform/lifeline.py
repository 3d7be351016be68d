"""A child process that ends with its parent, however that ends."""

from __future__ import annotations

import os
import threading

VARIABLE = "EDGE_PLATFORM_LIFELINE"


def hold() -> None:
    """End this process when standard input closes, if the parent said that it holds the other end.

    A parent that is killed can't tell its children; its end of a pipe closes all the same.
    """
    if os.environ.get(VARIABLE):
        threading.Thread(target=_wait_for_the_end, daemon=True).start()


def _wait_for_the_end() -> None:
    # The bare descriptor: a lock of sys.stdin, held here, would be in the way of a normal end.
    while os.read(0, 4096):
        pass
    os._exit(1)
