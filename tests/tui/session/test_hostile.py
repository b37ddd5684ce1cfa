"""Foreign text never leaves the core as it came: not from ledgers, not from notes."""

from __future__ import annotations

import json
import time
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from engine.store.database import Store
from engine.text import safe
from tests.tui.session.helpers import opened, texts
from tui.session import commands as c
from tui.session.session import open_ledger
from tui.session.state import UserMistake

#: Every control, format and separator character of Unicode that a JSON text may hold.
EVIL = "".join(
    chr(code) for code in range(0x30000)
    if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp") and not 0xD800 <= code <= 0xDFFF
)  # fmt: skip
MARKUP = ("[/]", "[red]x[/red]", "[@click=app.quit]x[/]", "$x", "\\[", "[D]", "{x}", "[link=x]")


def hostile(mark: str) -> list[dict[str, Any]]:
    """A ledger in which every text is hostile."""
    clause = f"rules.r{mark}"
    head = {"ledger": 1, "policy": mark, "versions": [{"from": None, "clauses": {
        clause: {"file": f"{mark}.yaml", "line": 3, "standing": mark, "cite": mark}}}]}  # fmt: skip
    effects = [
        {"kind": "add", "target": mark, "name": mark, "clause": clause, "after": "2"},
        {"kind": "began", "target": mark, "name": f"m{mark}", "clause": clause},
        {"kind": "listed", "target": mark, "name": f"l{mark}", "clause": clause},
        {"kind": "message", "target": mark, "name": mark, "clause": clause, "detail": mark},
        {"kind": "idle", "target": mark, "name": mark, "clause": clause, "detail": mark},
        {"kind": "scheduled", "target": mark, "name": mark, "clause": clause,
         "after": "2031-03-03T00:00:00Z"},
    ]  # fmt: skip
    verdicts = [[f"r{mark}", "fired"], [f"s{mark}", "missed", mark, mark, f">= {mark}"],
                [f"t{mark}", "overridden", mark], [f"u{mark}", "missed", mark, mark]]  # fmt: skip
    first = {
        "at": "2031-03-02T00:00:00Z", "event": mark, "step": 1, "who": mark,
        "input": {"at": "2031-03-01T00:00:00Z", "fields": {mark: mark}, "id": mark, "says": mark,
                  "source": mark, "reporter": mark},
        "parts": [{"trigger": mark, "who": mark, "verdicts": verdicts, "effects": effects},
                  {"trigger": f"entered {mark}", "who": f"b{mark}", "parent": 0,
                   "raised_by": clause}],
        "scores": {mark: ["1", "2"]},
    }  # fmt: skip
    second = {"at": "2031-03-03T00:00:00Z", "event": mark, "step": 2, "who": mark,
              "cause": {"clause": clause, "step": 1}, "refused": True,
              "parts": [{"trigger": f"refused {mark}", "who": mark, "refused": True}]}  # fmt: skip
    return [head, first, second]


@pytest.mark.parametrize("mark", [EVIL, *MARKUP])
def test_a_hostile_ledger_shows_nothing_raw(
    mark: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "evil.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in hostile(mark)), "utf-8")
    session = open_ledger(path, Store.in_memory())
    end = time.monotonic() + 60
    while session.state.branch_state().status == "computing" and time.monotonic() < end:
        time.sleep(0.01)
        session.poll()
    assert session.total() == 2
    for number in (1, 2):
        session.dispatch(c.Go(number))
        for who in session.people_ids():
            session.dispatch(c.Choose(who))
            for text in texts((session.view(), session.row(number), session.state.title)):
                assert safe(text, lines=True) == text
    assert any(safe(mark) in text for text in texts(session.view()))
    assert safe(session.told_life(mark), lines=True) == session.told_life(mark)
    with pytest.raises(UserMistake) as caught:
        session.dispatch(c.Search(mark + "nowhere"))
    assert safe(str(caught.value)) == str(caught.value)
    session.close()


def test_notes_and_names_are_kept_as_written_and_shown_safe() -> None:
    session = opened("double-booking/scenarios/the-note.yaml")
    session.dispatch(c.Note(f"a{EVIL}b"))
    session.dispatch(c.Fork(f"c{EVIL}d"))
    session.dispatch(c.Watch("score"))
    shown = session.state
    for text in texts((shown.notes, [b.name for b in shown.branches], shown.message,
                       shown.undo_label, session.view(), session.compare())):  # fmt: skip
        assert safe(text, lines=True) == text
    kept = session._keeper.doc.notes()[0].text
    assert kept == f"a{EVIL}b"
