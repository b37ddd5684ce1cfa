"""The policy's text around the clauses of a step, marked with what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from engine.evaluation.records import SCORE_EFFECTS, Effect, Step
from engine.findings import Where
from engine.text import safe
from tui.session.clauses import Texts, known
from tui.session.material import Material
from tui.session.viewmodel import Line, Source

Mark = Literal["", "fired", "missed", "excepted", "overridden", "limited", "effect"]
#: From the strongest to the weakest: a line has one mark.
_MARKS: tuple[Mark, ...] = (
    "fired", "overridden", "excepted", "limited", "missed", "effect", "",
)  # fmt: skip
MEASURE_KINDS = ("began", "ended", "extended", "restarted")
_UNMARKED = Source("", (), 1)


class Sources:
    """Makes sources, and remembers the last ones."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._texts = Texts(material.files)
        self._made: dict[tuple[str, tuple[tuple[int, Mark], ...], int], Source] = {}

    def source(self, step: Step | None) -> Source:
        """The file that a step is about, its clauses marked."""
        if step is None:
            return self._plain(self._main_file())
        marks = clause_marks(step)
        spots = {}
        for path, mark in marks.items():
            where = known(self._material, path, step.at).where
            if where is not None and where.file in self._material.files:
                spots[path] = mark, where
        focus = _focus(spots) or self._of_event(step)
        if focus is None:
            return self._plain(self._main_file())
        file = focus.file
        lines: dict[int, Mark] = {}
        for path, (mark, where) in spots.items():
            if where.file == file:
                for number in self._texts.extent(where, path):
                    lines[number] = _stronger(lines.get(number, ""), mark)
        return self._made_of(file, tuple(sorted(lines.items())), focus.line)

    def file(self, where: Where) -> Source:
        """A file with a place in focus and nothing marked."""
        return self._made_of(where.file, (), where.line)

    def _of_event(self, step: Step) -> Where | None:
        where = known(self._material, f"events.{step.event}", step.at).where
        return where if where is not None and where.file in self._material.files else None

    def _main_file(self) -> str:
        policy = self._material.versions[0][1] if self._material.versions else None
        if policy is not None and policy.where is not None:
            return policy.where.file
        return ""

    def _plain(self, file: str) -> Source:
        return self._made_of(file, (), 1) if file else _UNMARKED

    def _made_of(self, file: str, marks: tuple[tuple[int, Mark], ...], focus: int) -> Source:
        key = file, marks, focus
        found = self._made.get(key)
        if found is None:
            if len(self._made) > 32:
                self._made.clear()
            by_line: Mapping[int, Mark] = dict(marks)
            lines = tuple(
                Line(number, text, by_line.get(number, ""))
                for number, text in enumerate(self._texts.lines(file), start=1)
            )
            found = self._made[key] = Source(safe(file), lines, focus)
        return found


def clause_marks(step: Step) -> dict[str, Mark]:
    """Every clause that a step judged or acted by, with the strongest that became of it;
    those that changed how somebody stands come first."""
    effects = [effect for part in step.parts for effect in part.effects]
    marks: dict[str, Mark] = {effect.clause: "" for effect in effects if _heavy(effect)}
    for part in step.parts:
        for verdict in part.verdicts:
            path = f"rules.{verdict.rule}"
            mark: Mark = verdict.verdict if verdict.verdict in get_args(Mark) else ""  # type: ignore[assignment]
            marks[path] = _stronger(marks.get(path, ""), mark)
        for effect in part.effects:
            path = effect.clause
            marks[path] = _stronger(marks.get(path, ""), "effect")
    return marks


def _heavy(effect: Effect) -> bool:
    return effect.kind in MEASURE_KINDS or (effect.kind in SCORE_EFFECTS and effect.change != 0)


def _stronger(one: Mark, other: Mark) -> Mark:
    return min(one, other, key=_MARKS.index)


def _focus(spots: Mapping[str, tuple[Mark, Where]]) -> Where | None:
    """The place to show: what fired before what acted before what missed."""
    order: tuple[Mark, ...] = ("fired", "effect", "overridden", "excepted", "limited", "missed")
    for wanted in order:
        for mark, where in spots.values():
            if mark == wanted:
                return where
    return None
