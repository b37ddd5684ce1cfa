"""Every code of the checks has its page, and every page a code."""

from __future__ import annotations

import re
from pathlib import Path

CODES = Path(__file__).parents[2] / "engine" / "codes"
LANGUAGE = CODES.parent / "language"


def test_every_code_has_a_page_that_names_it() -> None:
    sources = "".join(p.read_text("utf-8") for p in LANGUAGE.rglob("*.py"))
    used = set(re.findall(r'"(D[23]\d\d)"', sources))
    pages = {p.stem for p in CODES.glob("D[23]??.md")}
    assert used == pages
    for code in sorted(pages):
        page = (CODES / f"{code}.md").read_text("utf-8")
        assert page.startswith(f"# {code}: ")
        assert page.count("```yaml") == 2
