"""Every code that the front of the language uses has its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import codes

LANGUAGE = Path(codes.__file__).parent.parent / "language"
USED = sorted({
    code
    for path in LANGUAGE.glob("*.py")
    for code in re.findall(r'"(D[014]\d\d)"', path.read_text("utf-8"))
})  # fmt: skip


def test_there_are_some() -> None:
    assert {"D001", "D014", "D106", "D410"} <= set(USED)


@pytest.mark.parametrize("code", USED)
def test_a_code_has_a_page(code: str) -> None:
    first, second, *rest = codes.page(code).split("\n")
    assert re.fullmatch(rf"# {code}: [a-z`].+[^.]", first)
    assert second == ""
    assert len("\n".join(rest)) > 60


def test_unknown_codes_have_none() -> None:
    for code in ("D999", "../codes/D001", "", "__init__"):
        with pytest.raises(KeyError):
            codes.page(code)


def test_known_codes_are_in_order_and_nothing_else() -> None:
    known = codes.known()
    assert list(known) == sorted(known)
    assert all(re.fullmatch(r"D\d{3}", code) for code in known)
