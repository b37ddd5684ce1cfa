"""The state and the watches, put together from what a session knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.findings import Finding
from engine.text import safe
from engine.values import show_instant
from tui.session.keeping import Keeper
from tui.session.life import Life
from tui.session.lives import Branch
from tui.session.source import clause_marks
from tui.session.state import (
    TRUNK,
    BranchRecord,
    BranchState,
    Doc,
    Marked,
    Place,
    Spot,
    State,
    WatchRecord,
)
from tui.session.viewmodel import WatchLine
from tui.session.watching import Traces

HISTORY = 12  # of a watch: values that are shown


def notes_here(life: Life, number: int, notes: Sequence[Marked]) -> tuple[tuple[str, str], ...]:
    """Id and text of the notes on a step, or on a clause that it is about."""
    if not number:
        return ()
    clauses = clause_marks(life.tape.step(number))
    return tuple(
        (n.id, n.text) for n in notes
        if (n.number == number and not n.clause) or n.clause in clauses
    )  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What a state is made of."""

    title: str
    keeper: Keeper
    place: Place
    life: Life
    branches: dict[str, Branch | None]  # by id; None: not asked for yet
    people: Sequence[str]
    findings: tuple[Finding, ...]
    message: str
    progress: str


def compose(facts: Facts) -> State:
    """The state that screens read."""
    doc, place, keeper = facts.keeper.doc, facts.place, facts.keeper
    names = facts.life.material.names()
    return State(
        facts.title, branches(doc, facts.branches), place.branch, place.number,
        len(facts.life.tape), place.who, place.score,
        tuple((who, safe(names.get(who, who))) for who in facts.people),
        place.filter, place.search, doc.breakpoints(),
        tuple(_marked(facts.life, m.id, m.spot, "") for m in doc.bookmarks()),
        tuple(_marked(facts.life, n.id, n.spot, n.text, n.clause) for n in doc.notes()),
        doc.watches(), place.compare_with, facts.findings, facts.message,
        len(keeper.done), len(keeper.undone),
        keeper.done[-1].label if keeper.done else "",
        keeper.undone[0].label if keeper.undone else "", facts.progress,
        facts.life.material.languages, facts.life.material.lang or "", place.mark, doc,
    )  # fmt: skip


def branches(doc: Doc, known: dict[str, Branch | None]) -> tuple[BranchState, ...]:
    """Every branch, the trunk first, then as they were made."""
    trunk = BranchRecord(TRUNK, "", "as written")
    made = []
    for record in (trunk, *doc.branches()):
        branch = known.get(record.id)
        total = len(branch.life.tape) if branch and branch.life else 0
        made.append(BranchState(
            record.id, record.parent or None, safe(record.name), record.edits,
            branch.revision if branch else 0, branch.status if branch else "computing", total,
            branch.finding if branch else None,
        ))  # fmt: skip
    return tuple(made)


def _marked(life: Life, ident: str, spot: Spot | None, text: str, clause: str = "") -> Marked:
    number = life.finder.number(spot.key) if spot is not None else 0
    at = show_instant(spot.at) if spot is not None else ""
    return Marked(ident, number, at, safe(text, lines=True), safe(clause))


def watch_lines(
    watches: Sequence[WatchRecord], traces: Traces | None, number: int
) -> tuple[WatchLine, ...]:
    """The pinned values after a step; "…" while they are worked out."""
    made = []
    for watch in watches:
        shown = safe(watch.who), safe(watch.expression)
        trace = traces.values.get((watch.who, watch.expression)) if traces else None
        if trace is None:
            made.append(WatchLine(watch.id, *shown, "…", False, ()))
            continue
        past = [change for change in trace.changes if change.step <= number]
        value = past[-1].value if past else "missing"
        problem = value if value.startswith("no value: ") else ""
        history = tuple((c.step, safe(c.value)) for c in reversed(past[-HISTORY:]))
        changed = bool(past) and past[-1].step == number and len(past) > 1
        made.append(WatchLine(watch.id, *shown, "" if problem else safe(value), changed, history,
                              safe(problem)))  # fmt: skip
    return tuple(made)
