"""Every code of scenarios and streams has its page, and every page a code."""

from __future__ import annotations

import re
from pathlib import Path

ENGINE = Path(__file__).parents[2] / "engine"


def test_every_code_has_a_page_that_names_it() -> None:
    rooms = (ENGINE, ENGINE.parent / "tui")
    sources = "".join(path.read_text("utf-8") for room in rooms for path in room.rglob("*.py"))
    used = set(re.findall(r'"(D5\d\d)"', sources))
    pages = {path.stem: path.read_text("utf-8") for path in (ENGINE / "codes").glob("D5??.md")}
    assert used == set(pages)
    for code, page in pages.items():
        assert page.startswith(f"# {code}: ")
        assert page.count("```") == 4
        assert page.index("\nWrong") < page.index("\nMended")
