"""Arrays of numbers with a little JSON before them, in one block of bytes.

The block can be mapped from a file: its arrays are then read where they lie.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from typing import Any

_STEP = 8  # bytes to which every section is aligned
_HEAD = 16  # bytes of the length, in decimal digits

Sections = Mapping[str, "array[int] | bytes"]


def pack(meta: Mapping[str, Any], sections: Sections) -> bytes:
    """One block of facts and named sections."""
    table = {}
    pieces = []
    place = 0
    for name, held in sections.items():
        data = bytes(held) if isinstance(held, bytes) else held.tobytes()
        table[name] = ["B" if isinstance(held, bytes) else held.typecode, place, len(data)]
        pad = -len(data) % _STEP
        pieces += [data, b"\0" * pad]
        place += len(data) + pad
    head = json.dumps({"meta": meta, "sections": table}, ensure_ascii=False).encode()
    head += b" " * (-len(head) % _STEP)
    return b"".join([f"{len(head):{_HEAD}d}".encode(), head, *pieces])


def unpack(block: bytes | memoryview) -> tuple[dict[str, Any], dict[str, memoryview]]:
    """What :func:`pack` put together; the sections are views of the block.

    Raises ``ValueError`` or ``KeyError`` for a block that is damaged.
    """
    view = memoryview(block)
    length = int(bytes(view[:_HEAD]))
    head = json.loads(bytes(view[_HEAD : _HEAD + length]))
    data = view[_HEAD + length :]
    sections = {}
    for name, (kind, start, size) in head["sections"].items():
        part = data[start : start + size]
        if len(part) != size:
            raise ValueError(name)
        sections[name] = part if kind == "B" else part.cast(kind)
    return head["meta"], sections
