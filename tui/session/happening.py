"""What a step came to, in one word and one line."""

from __future__ import annotations

from collections.abc import Iterator

from engine.evaluation.misses import show_value
from engine.evaluation.records import SCORE_EFFECTS, Effect, Step
from engine.text import safe
from engine.values import format_number, show_instant
from tui.session.viewmodel import GLYPHS, Happening

ORDER: tuple[Happening, ...] = tuple(GLYPHS)  # type: ignore[arg-type]  # its keys are these
CODES: dict[str, int] = {name: code for code, name in enumerate(ORDER)}
#: Codes below this are consequences: somebody could feel them.
FELT = CODES["moved"]
_BY_EFFECT = {
    "began": "began", "extended": "began", "restarted": "began", "ended": "ended",
    "listed": "listed", "unlisted": "unlisted", "message": "message", "notice": "message",
}  # fmt: skip
_LONGEST = 600  # characters of a line; screens cut it to their width


def code_of(step: Step) -> int:
    """The strongest thing that happened in a step, as its place in :data:`ORDER`."""
    if step.duplicate:
        return CODES["duplicate"]
    best = CODES["refused"] if step.refused else CODES["nothing"]
    for part in step.parts:
        if part.refused:
            best = min(best, CODES["refused"])
        elif part.trigger.startswith("entered "):
            best = min(best, CODES["grade"])
        for verdict in part.verdicts:
            if verdict.verdict == "fired":
                best = min(best, CODES["fired"])
        for effect in part.effects:
            found = _BY_EFFECT.get(effect.kind)
            if found is None and effect.kind in SCORE_EFFECTS and effect.change:
                found = "moved"
            if found is not None:
                best = min(best, CODES[found])
    return best


def summary(step: Step) -> str:
    """A step in one line, e.g. ``trust 1000 → 980 · no-ferry began``."""
    if step.duplicate:
        return "this id was seen before"
    text = " · ".join(dict.fromkeys(_pieces(step)))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def readable(step: Step) -> str:
    """All words of a step that somebody may search for."""
    event = step.input
    said: list[str] = []
    if event is not None:
        said = [show_value(value, "") for value in event.fields.values()]
        said += [event.id or "", event.says or "", event.source or "", event.reporter or ""]
    told = [effect.detail for part in step.parts for effect in part.effects]
    return " ".join([step.who, step.event, summary(step), *said, *told])


def _pieces(step: Step) -> Iterator[str]:
    if step.refused:
        yield "refused"
    for name, before, after in step.scores:
        yield f"{safe(name)} {format_number(before)} → {format_number(after)}"
    for part in step.parts:
        if part.trigger.startswith("entered "):
            yield f"{part.trigger}{_whose(step, part.who)}"
        for effect in part.effects:
            yield from _effect(step, effect)
    fired = [safe(rule) for rule in step.fired]
    if fired:
        yield f"fired {', '.join(fired)}"


def _effect(step: Step, effect: Effect) -> Iterator[str]:
    whose, name = _whose(step, effect.target), safe(effect.name)
    kind = effect.kind
    if kind in SCORE_EFFECTS:
        if effect.target != step.who and effect.change:
            yield f"{name} {signed(effect.change)}{whose}"
    elif kind in ("began", "ended", "extended", "restarted", "listed", "unlisted"):
        yield f"{name} {kind}{whose}"
    elif kind == "turned-away":
        yield f"turned away from {name}{whose}"
    elif kind == "emitted":
        yield f"raised {name}{whose}"
    elif kind == "scheduled" and effect.after is not None:
        yield f"{name} comes on {show_instant(effect.after)}{whose}"
    elif kind in ("message", "notice"):
        yield f"{in_quotes(effect.detail)}{whose}"


def in_quotes(text: str) -> str:
    """A foreign text in quotation marks; its own ones become single."""
    return f"“{safe(text).replace('“', '‘').replace('”', '’')}”"


def _whose(step: Step, who: str) -> str:
    return "" if who == step.who else f" ({safe(who)})"


def signed(change: int) -> str:
    """A change with its sign; a real minus, so that it is seen."""
    return f"+{format_number(change)}" if change >= 0 else f"−{format_number(-change)}"


def change_of(step: Step) -> int:
    """By how much the scores of the step's person moved together, in millionths."""
    return sum(after - before for _, before, after in step.scores)
