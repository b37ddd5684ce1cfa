"""The gallery shows what really happens.

With ``DEMERIT_WRITE_DOCS=1`` it is written anew instead: read what came.
"""

from __future__ import annotations

import os

import pytest

from docs.make_gallery import EXCERPTS, PAGE, Excerpt, gallery
from policies import packs


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch):
    monkeypatch.delenv("DEMERIT_LANG", raising=False)


def test_the_gallery_is_not_stale():
    made = gallery()
    if os.environ.get("DEMERIT_WRITE_DOCS") == "1":
        PAGE.write_text(made, "utf-8")
    assert PAGE.read_text("utf-8") == made


def test_every_pack_hangs_in_it():
    assert list(EXCERPTS) == list(packs())


def test_an_excerpt_that_does_not_happen_is_our_mistake(monkeypatch):
    wrong = Excerpt("accident", ("second-car", "no-such-rule"))
    monkeypatch.setitem(EXCERPTS, "double-booking", wrong)
    with pytest.raises(ValueError, match="no-such-rule"):
        gallery()
