"""Changes to files: of bytes, and of what the bytes say, spelled anew as we would spell it."""

from __future__ import annotations

import base64
import json
from random import Random
from typing import Any


def of_bytes(data: bytes, random: Random) -> bytes:
    """Change some bytes: never to what they were."""
    while True:
        changed = _changed(data, random)
        if changed != data:
            return changed


def of_json(data: bytes, random: Random) -> bytes:
    """Change one value somewhere in a JSON text, and spell it as canonically as it was."""
    value = json.loads(data)
    while True:
        changed = json.loads(data)
        _change(changed, random)
        if changed != value:
            return json.dumps(changed, ensure_ascii=False, separators=(",", ":")).encode()


def of_json_lines(data: bytes, random: Random) -> bytes:
    """Change one of many JSON texts, or which there are."""
    lines = data.splitlines(keepends=True)
    at = random.randrange(len(lines))
    match random.randrange(5):
        case 0:
            del lines[at]
        case 1:
            lines.insert(random.randrange(len(lines) + 1), lines[at])
        case 2 if len(lines) > 1:
            other = (at + 1 + random.randrange(len(lines) - 1)) % len(lines)
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            lines[at] = of_json(lines[at], random) + b"\n"
    changed = b"".join(lines)
    return changed if changed != data else of_json_lines(data, random)


def _changed(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    end = min(len(data), at + 1 + int(random.expovariate(0.1)))
    other = random.randrange(len(data))
    flipped = bytes((data[at] ^ 1 << random.randrange(8),))
    head, piece, tail = data[:at], data[at:end], data[end:]
    return random.choice(
        (
            head + flipped + data[at + 1 :],
            head + flipped + data[at + 1 :],
            head + random.randbytes(1) + data[at + 1 :],
            head + tail,
            head + piece + piece + tail,
            head + data[other : other + end - at] + tail,
            head,
            head + random.randbytes(end - at) + piece + tail,
        )
    )


def _change(value: Any, random: Random) -> None:
    """Change something within an object or array."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        if isinstance(value, list):
            value.append("")
        return
    key = random.choice(keys)
    inner = value[key]
    if isinstance(inner, dict | list) and inner and random.random() < 0.9:
        _change(inner, random)
    elif isinstance(value, list) and random.random() < 0.5:
        value.insert(0, value.pop(key)) if random.random() < 0.5 else value.pop(key)
    else:
        value[key] = _other(inner, random)


def _other(value: Any, random: Random) -> Any:
    if isinstance(value, str) and value:
        if random.random() < 0.5:
            try:
                data = base64.b64decode(value, validate=True)
                return base64.b64encode(of_bytes(data, random)).decode()
            except ValueError:
                pass
        return of_bytes(value.encode(), random).decode(errors="replace")
    if isinstance(value, int) and not isinstance(value, bool):
        return value + random.choice((-1, 1, 256, -value))
    return random.choice((None, 0, 1, "", "x", [], {}, True))
