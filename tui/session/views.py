"""Everything that the panes show of one step, from a life and where one is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.evaluation.records import Step
from engine.text import safe
from engine.values import show_instant
from tui.session.chart import Charts
from tui.session.dossier import dossier, value_text
from tui.session.happening import ORDER, summary
from tui.session.life import Life
from tui.session.source import Sources, clause_marks
from tui.session.viewmodel import Mark, Row, StepView, WatchLine
from tui.session.why import Teller


@dataclass(frozen=True)
class Shown:
    """Which branch is shown, and what is pinned to its steps."""

    branch: str
    name: str
    revision: int
    others: Mapping[str, Life]  # branch name → life, laid over the chart


class Views:
    """Makes the views of one life."""

    def __init__(self, life: Life, charts: Charts) -> None:
        self._life = life
        self._charts = charts
        self._sources = Sources(life.material)
        self._teller = Teller(life.material, life.tape)

    def row(self, number: int, marks: tuple[Mark, ...] = ()) -> Row:
        """A line of the timeline."""
        columns, step = self._life.tape.columns, self._life.tape.step(number)
        return Row(
            number, show_instant(step.at), safe(step.who), safe(step.event),
            ORDER[columns.code[number - 1]], summary(step), step.input is None,
            columns.change[number - 1], marks,
        )  # fmt: skip

    def step(
        self, number: int, who: str, score: str, shown: Shown,
        watches: tuple[WatchLine, ...] = (), notes: tuple[tuple[str, str], ...] = (),
    ) -> StepView:  # fmt: skip
        """The view of a step (0 where there is none), seen for one person."""
        life, tape = self._life, self._life.tape
        step = tape.step(number) if number else None
        others = {name: (o.material, o.tape) for name, o in shown.others.items()}
        chart = self._charts.chart(life.material, tape, number, who, score, others)
        return StepView(
            shown.branch, shown.revision, number, len(tape),
            show_instant(step.at) if step else "", safe(step.who) if step else "",
            safe(step.event) if step else "", tuple(_input(step)) if step else (),
            safe(str(step.input.says or "")) if step and step.input else "",
            ORDER[tape.columns.code[number - 1]] if number else "nothing",
            self._sources.source(step), dossier(life.material, tape, number, who),
            self._teller.why(step) if step else (), chart, safe(shown.name),
            step.input.row if step and step.input else 0,
            safe(focus_clause(step)) if step else "", watches, notes,
        )  # fmt: skip


def focus_clause(step: Step) -> str:
    """The clause that a step is about: what fired, else what acted, else its event type."""
    marks = clause_marks(step)
    for wanted in ("fired", "effect", "overridden", "excepted", "limited", "missed"):
        for path, mark in marks.items():
            if mark == wanted:
                return path
    return f"events.{step.event}" if step.input is not None else ""


def _input(step: Step) -> list[tuple[str, str]]:
    event = step.input
    if event is None:
        return []
    made = [(safe(name), value_text(value)) for name, value in event.fields.items()]
    if event.at != event.known:
        made.append(("happened", show_instant(event.at)))
    for label, text in (("id", event.id), ("source", event.source), ("reporter", event.reporter)):
        if text is not None:
            made.append((label, safe(str(text))))
    return made
