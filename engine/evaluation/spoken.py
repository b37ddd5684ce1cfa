"""A ledger as it is shown in one language; what was hashed stays in the first one."""

from __future__ import annotations

from engine.evaluation.records import Effect, Part, Step
from engine.language.rows import Event
from engine.language.translations import Translated, in_language


def spoken_step(step: Step, tag: str | None) -> Step:
    """The same step, its messages and its writer's note in the language that is shown."""
    if tag is None:
        return step
    parts = tuple(_part(part, tag) for part in step.parts)
    return step._replace(parts=parts, input=step.input and _event(step.input, tag))


def _part(part: Part, tag: str) -> Part:
    if not any(isinstance(effect.detail, Translated) for effect in part.effects):
        return part
    return part._replace(effects=tuple(_effect(effect, tag) for effect in part.effects))


def _effect(effect: Effect, tag: str) -> Effect:
    return effect._replace(detail=in_language(effect.detail, tag))


def _event(event: Event, tag: str) -> Event:
    return event if event.says is None else event._replace(says=in_language(event.says, tag))
