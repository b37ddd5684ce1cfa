"""What commands say on every Python, whichever matcher it has."""

from __future__ import annotations

import re

_NO_DURABLE = re.compile(r"^note: durable-rules cannot be imported.*\n", re.MULTILINE)


def but_for_the_matcher(said: str | bytes) -> str:
    """Without the one line that tells of the plain matcher where durable-rules is not there."""
    return _NO_DURABLE.sub("", said.decode() if isinstance(said, bytes) else said)
