from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from edge_platform.device import Devices, DeviceServer, Unreachable


async def test_a_device_keeps_its_configuration_over_a_restart(tmp_path: Path) -> None:
    """A push returns what the device had before, also when the simulator was restarted since."""
    edge = uuid.uuid4()
    for before, after in (("", "hostname a\n"), ("hostname a\n", "hostname b\n" * 20_000)):
        async with await DeviceServer(tmp_path).start() as server:
            devices = Devices(*server.sockets[0].getsockname())
            assert await devices.push(edge, after) == before
            assert await devices.push(edge, after) == after
            assert await devices.push(uuid.uuid4(), "x") == ""


async def test_a_device_that_does_not_answer_is_unreachable(tmp_path: Path) -> None:
    """A lost connection and a closed port are both Unreachable, and nothing is applied."""
    async with await DeviceServer(tmp_path, loss=1.0).start() as server:
        devices = Devices(*server.sockets[0].getsockname())
        with pytest.raises(Unreachable):
            await devices.push(uuid.uuid4(), "x")
    with pytest.raises(Unreachable):
        await devices.push(uuid.uuid4(), "x")
    assert not list(tmp_path.iterdir())  # noqa: ASYNC240
