"""What a step did, as people read it: the event, each thing that came of it, the scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from engine.cli import output
from engine.evaluation.records import SCORE_EFFECTS, Effect, Part, Step
from engine.values import format_number, show_instant

if TYPE_CHECKING:
    from rich.text import Text

#: Events of the clock, as people say them.
CLOCK_WORDS = {
    "join": "joins", "drift": "drifts", "lapse": "something lapses", "end": "a term ends",
    "review": "time passes", "every": "a period is over",
}  # fmt: skip
_CHANGES = ("left", "entered", "began", "ended", "every")  # first words of triggers


def event_words(step: Step) -> str:
    """The event's type, or what the clock did."""
    return step.event if step.input is not None else CLOCK_WORDS.get(step.event, step.event)


def happened_words(step: Step) -> str:
    """When an event happened that became known only later; "" for any other."""
    event = step.input
    if event is None or event.at == step.at:
        return ""
    happened, known = show_instant(event.at), show_instant(step.at)
    if happened[:11] == known[:11] and len(happened) > 11:
        return f"happened {happened[11:]}"
    return f"happened {happened[5:] if happened[:5] == known[:5] else happened}"


def what_happened(step: Step) -> Text:
    """Each thing that a step did, with a glyph and a word, every cause before its effects."""
    made = output.text()
    for number, piece in enumerate(_happenings(step)):
        if number:
            made.append("\n")
        made.append_text(piece)
    return made if made.plain or step.scores else output.sign("same")


def _happenings(step: Step) -> Iterator[Text]:
    if step.duplicate:
        yield output.sign("duplicate", "duplicate: this id was seen before")
    if step.refused:
        yield output.sign("refused")
    for number, part in enumerate(step.parts):
        follower = step.parts[number + 1] if number + 1 < len(step.parts) else None
        before = step.parts[number - 1] if number else None
        yield from _cause(step, part, before, follower)
        fired = [v.rule for v in part.verdicts if v.verdict == "fired"]
        if fired:
            yield output.sign("fired", f"fired {', '.join(fired)}{_whose(step, part.who)}")
        for effect in part.effects:
            yield from _effect(step, effect)


def _cause(step: Step, part: Part, before: Part | None, follower: Part | None) -> Iterator[Text]:
    """What set a part off, where an earlier line does not say it."""
    if part.parent is None:
        return
    word, _, grade = part.trigger.partition(" ")
    whose = _whose(step, part.who)
    if part.refused:
        yield output.sign("refused", f"{part.trigger}{whose}")
    elif word == "left" and not _goes_on(part, follower):
        yield output.sign("grade", f"left {grade}{whose}")
    elif word == "entered" and before is not None and _goes_on(before, part):
        yield output.sign("grade", f"left {before.trigger[5:]}, entered {grade}{whose}")
    elif word == "entered":
        yield output.sign("grade", f"entered {grade}{whose}")
    elif word not in _CHANGES:
        yield output.sign("raised", f"{part.trigger}{whose}")


def _goes_on(part: Part, follower: Part | None) -> bool:
    """Whether a grade that was left is told on one line with that which was entered."""
    if not part.trigger.startswith("left ") or follower is None or part.effects:
        return False
    fired = any(verdict.verdict == "fired" for verdict in part.verdicts)
    return not fired and follower.who == part.who and follower.trigger.startswith("entered ")


def _whose(step: Step, who: str) -> str:
    return "" if who == step.who else f" ({who})"


def _effect(step: Step, effect: Effect) -> Iterable[Text]:
    whose = _whose(step, effect.target)
    kind, name = effect.kind, effect.name
    if kind in SCORE_EFFECTS:
        yield from _moved(step, effect, whose)
    elif kind in ("began", "ended"):
        until = f" until {show_instant(effect.after)}" if effect.after is not None else ""
        yield output.sign(kind, f"{kind} {name}{until if kind == 'began' else ''}{whose}")
    elif kind in ("extended", "restarted"):
        until = show_instant(effect.after) if effect.after is not None else "further notice"
        yield output.sign("began", f"{kind} {name} until {until}{whose}")
    elif kind == "turned-away":
        yield output.sign("refused", f"turned away from {name}: {effect.detail}{whose}")
    elif kind in ("listed", "unlisted"):
        yield output.sign("listed", f"{kind} {name}{whose}")
    elif kind in ("message", "notice"):
        yield output.sign("message", f"“{effect.detail}”{whose}")
    elif kind == "scheduled" and effect.after is not None:
        yield output.sign("same", f"{name} comes on {show_instant(effect.after)}{whose}")
    elif kind == "idle":
        yield output.sign("same", f"no effect: {effect.detail}{whose}")


def _moved(step: Step, effect: Effect, whose: str) -> Iterator[Text]:
    """Scores of others, and what lapsed; the step's own scores have a column of their own."""
    glyph = "gain" if effect.change > 0 else "loss"
    if effect.kind == "lapse" and effect.clause.startswith("rules."):
        rule = effect.clause.partition(".")[2]
        if not effect.change:
            yield output.sign("same", f"nothing is left of what {rule} did{whose}")
        elif effect.change > 0:
            yield output.sign(glyph, f"what {rule} took is given back{whose}")
        else:
            yield output.sign(glyph, f"what {rule} gave is taken back{whose}")
    elif effect.target != step.who and effect.change:
        yield output.sign(glyph, f"{signed(effect.change)} {effect.name}{whose}")


def signed(change: int) -> str:
    """A change with its sign; a real minus, so that it is seen."""
    if not change:
        return "±0"
    return f"+{format_number(change)}" if change > 0 else f"−{format_number(-change)}"


def score_text(step: Step, *, named: bool) -> Text:
    """The scores of the step's subject that moved, before → after; ``named``: which."""
    made = output.text()
    for number, (name, before, after) in enumerate(step.scores):
        glyph, _, style = output.SIGNS["gain" if after > before else "loss"]
        label = f"{name} " if named else ""
        made.append("\n" if number else "")
        moved = f"{glyph} {label}{format_number(before)} → {format_number(after)}"
        made.append_text(output.text((moved, style)))
    return made
