"""The records of a page as JSON."""

from __future__ import annotations

import json

from engine.stories.telling.plain import plain
from engine.stories.telling.records import Page


def write(page: Page) -> str:
    """One object, a field a line; the picture is left to `demerit plot`."""
    data = {key: value for key, value in plain(page).items() if key not in ("picture", "caption")}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
