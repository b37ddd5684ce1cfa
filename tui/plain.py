"""``demerit play --plain``: a life as sentences, one a step. For screen readers and pipes."""

from __future__ import annotations

import time
from pathlib import Path

from engine.cli import exits, output
from engine.findings import DemeritError, Finding, did_you_mean
from engine.store.database import Store
from engine.text import quoted, safe
from tui.opening import simulated_opener
from tui.session import commands as c
from tui.session.session import Session
from tui.session.viewmodel import GLYPHS, Row
from tui.targets import Target

_SHOWN = 3  # people of a list that are named
_PATIENCE = 0.05  # seconds between two looks at a life that is still being played


def tell(target: Target, step: int, who: str) -> int:
    """Print a life from a step on, all of it or one person's, and give the exit code."""
    opener = target.opener
    if target.crowd is not None:
        if not who:
            return tell_crowd(target.crowd)
        opener = simulated_opener(target.crowd, who)
    assert opener is not None
    store = Store.in_memory()
    session = opener(store)
    try:
        _wait(session)
        _check(session, who)
        output.write(f"{safe(session.state.title)}\n")
        for number in range(max(step, 1), session.total() + 1):
            row = session.row(number)
            if not who or row.who == who:
                output.write(sentence(session, row))
        finding = session.state.branch_state().finding
        if finding is not None:
            output.write(f"The run stopped here: {safe(finding.message)}\n")
        for line in standings(session, who):
            output.write(line)
        return exits.BAD_USE if finding is not None else exits.GOOD
    finally:
        session.close()
        store.close()


def tell_crowd(folder: Path) -> int:
    """Print what a simulation came to, and who stands out, and give the exit code."""
    from tui.session.crowd import Crowd

    crowd = Crowd(folder)
    try:
        while crowd.busy:
            time.sleep(_PATIENCE)
            crowd.poll()
        view = crowd.view()
        output.write(f"{view.title}: {view.facts}.\n")
        for group in view.groups:
            shares = ", ".join(f"{share:.1%} {grade}" for grade, _, share in group.shares)
            middle = f", the middle {view.score} {group.middle}" if group.middle else ""
            output.write(
                f"{group.name}, {group.number:,}{middle}{': ' if shares else ''}{shares}.\n"
            )
        for ident, _ in view.rolls:
            crowd.choose_roll(ident)
            view = crowd.view()
            people = [f"{p.name}, {' '.join(filter(None, [p.score, p.grade, f'({p.about})']))}"
                      for p in view.people[:_SHOWN]]  # fmt: skip
            about = f"{view.about[:1].upper()}{view.about[1:]}"
            output.write(f"{about}: {'; '.join(people) if people else 'nobody'}.\n")
        output.write(f"{view.finding}\n" if view.finding else "For one life, add --who ID.\n")
        return exits.BAD_USE if view.finding else exits.GOOD
    finally:
        crowd.close()


def _wait(session: Session) -> None:
    """Until the whole life is there."""
    while session.state.branch_state().status == "computing":
        time.sleep(_PATIENCE)
        session.poll()


def _check(session: Session, who: str) -> None:
    known = [person for person, _ in session.state.people]
    if who and who not in known:
        hint = did_you_mean(who, known, "people")
        raise DemeritError(Finding("D517", f"there is no {quoted(who)} in this life", hint=hint))


def sentence(session: Session, row: Row) -> str:
    """One step: number, time, person, event, what happened, what came of it."""
    name = dict(session.state.people).get(row.who, row.who)
    event = f"{row.event} (by the clock)" if row.clock else row.event
    word = GLYPHS[row.happening][1]
    said = row.said.replace("→", "to").replace(" · ", "; ")
    came = f"{word}: {said}" if said else word
    came = came.removesuffix(".")  # the last sentence of a message may bring its own
    return f"{row.number}. {row.at}, {name}: {event}. {came[:1].upper()}{came[1:]}.\n"


def standings(session: Session, who: str) -> list[str]:
    """How everybody stands at the end."""
    people = [pair for pair in session.state.people if not who or pair[0] == who]
    lines = []
    if session.total():
        session.dispatch(c.Go(session.total()))
    for ident, name in people[:50]:
        session.dispatch(c.Choose(ident))
        dossier = session.view().dossier
        told = [f"{s.name} {s.value}" + (f", grade {s.grade}" if s.grade else "")
                for s in dossier.scores]  # fmt: skip
        told += [f"holds {m.title} ({m.left})" for m in dossier.measures]
        told += [f"is on the list {listed}" for listed in dossier.listed]
        lines.append(f"{name} ends with {'; '.join(told) if told else 'nothing on record'}.\n")
    if len(people) > 50:
        lines.append(f"{len(people) - 50} more people are not told of; name one with --who.\n")
    return lines
