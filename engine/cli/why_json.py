"""Explanations as plain data."""

from __future__ import annotations

from typing import Any

from engine.evaluation.explain import (
    Done,
    Judged,
    Judgement,
    Life,
    Link,
    PartNote,
    RuleStory,
    ScoreLife,
    StepNote,
    SumLine,
)
from engine.evaluation.ledger import effect_json, standing_json, step_json
from engine.evaluation.measure_story import MeasureStory, Route, Turn
from engine.evaluation.quoting import Figure, Note
from engine.evaluation.records import Step
from engine.values import format_number, iso_instant


def plain(answer: Life | StepNote | RuleStory | MeasureStory) -> dict[str, Any]:
    """Any explanation as plain data; numbers are decimal texts."""
    if isinstance(answer, Life):
        return _life(answer)
    if isinstance(answer, StepNote):
        return _step(answer)
    return _rule(answer) if isinstance(answer, RuleStory) else _measure(answer)


def clause_json(note: Note) -> dict[str, Any]:
    """A clause: its place, standing, source, reason and numbers; what is empty is left out."""
    made: dict[str, Any] = {"clause": note.path, "title": note.title}
    if note.where is not None:
        made |= {"file": note.where.file, "line": note.where.line}
    for key, value in (("standing", note.standing), ("source", note.source),
                       ("because", note.because)):  # fmt: skip
        if value:
            made[key] = value
    if note.figures:
        made["weights"] = [_figure(figure) for figure in note.figures]
    return made


def _figure(figure: Figure) -> dict[str, Any]:
    made = {"name": figure.name, "value": format_number(figure.value),
            "standing": figure.standing}  # fmt: skip
    if figure.unit:
        made["unit"] = figure.unit
    if figure.source:
        made["source"] = figure.source
    return made


def _life(life: Life) -> dict[str, Any]:
    return {
        "who": life.who,
        "scores": {score.name: _score(score) for score in life.scores},
        "standing": standing_json(life.standing),
        "steps": [step_json(step) for step in life.steps],
    }


def _score(score: ScoreLife) -> dict[str, Any]:
    return {
        "start": format_number(score.start),
        "lines": [_line(line) for line in score.lines],
        "end": format_number(score.end),
    }


def _line(line: SumLine) -> dict[str, Any]:
    return {"kind": line.kind, "total": format_number(line.total), "steps": list(line.steps),
            **clause_json(line.note)}  # fmt: skip


def _brief(step: Step) -> dict[str, Any]:
    return {"step": step.number, "at": iso_instant(step.at), "who": step.who, "event": step.event}


def _step(note: StepNote) -> dict[str, Any]:
    return {
        "step": step_json(note.step),
        "causes": [_link(link) for link in note.causes],
        "parts": [_part(part) for part in note.parts],
    }


def _link(link: Link) -> dict[str, Any]:
    made = _brief(link.step)
    return made if link.clause is None else {**made, "scheduled_by": clause_json(link.clause)}


def _part(note: PartNote) -> dict[str, Any]:
    made: dict[str, Any] = {"trigger": note.part.trigger, "who": note.part.who}
    if note.raised_by is not None:
        made["raised_by"] = clause_json(note.raised_by)
    return made | {
        "judged": [_judged(judged) for judged in note.judged],
        "effects": [_done(done) for done in note.done],
    }


def _judged(judged: Judged) -> dict[str, Any]:
    return {"rule": judged.rule, "verdict": judged.verdict, "why": judged.sentence,
            **clause_json(judged.note)}  # fmt: skip


def _done(done: Done) -> dict[str, Any]:
    return {**effect_json(done.effect), "behind": clause_json(done.note)}


def _rule(told: RuleStory) -> dict[str, Any]:
    return {
        "rule": str(told.rule.id),
        **clause_json(told.note),
        "waits_for": told.waits_for,
        "condition": told.condition,
        "exception": told.exception,
        "fired": told.fired,
        "judgements": [_judgement(judgement) for judgement in told.judgements],
        "never_judged_because": list(told.reasons),
    }


def _judgement(judgement: Judgement) -> dict[str, Any]:
    miss = judgement.verdict.miss
    made = _brief(judgement.step) | {
        "trigger": judgement.trigger,
        "verdict": judgement.verdict.verdict,
        "why": judgement.sentence,
        "effects": [effect_json(effect) for effect in judgement.effects],
    }
    return made if miss is None else {**made, "miss": miss._asdict()}


def _measure(told: MeasureStory) -> dict[str, Any]:
    return {
        "measure": told.note.name,
        **clause_json(told.note),
        "condition": told.condition,
        "began": told.began,
        "holds": told.holds,
        "turns": [_turn(turn) for turn in told.turns],
        "ways_it_could_have_begun": [_route(route) for route in told.routes],
        "lacking": told.lacking,
    }


def _turn(turn: Turn) -> dict[str, Any]:
    return {**_brief(turn.step), "effect": effect_json(turn.effect),
            "behind": clause_json(turn.note)}  # fmt: skip


def _route(route: Route) -> dict[str, Any]:
    return {"to": route.target, **_rule(route.story)}
