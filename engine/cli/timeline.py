"""A run as people read it: a table of steps, and how each subject stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.cli import output
from engine.evaluation.records import SCORE_EFFECTS, Effect, Standing, Step
from engine.text import safe
from engine.values import format_number, show_instant

if TYPE_CHECKING:
    from rich.text import Text

#: Events of the clock, as people say them.
CLOCK_WORDS = {
    "join": "joins", "drift": "drifts", "lapse": "something lapses", "end": "a term ends",
    "review": "time passes", "every": "a period is over",
}  # fmt: skip
LONG = 60  # steps; a longer run is shortened to its end, unless with `--all`
SHOWN = 20  # steps that are then shown
WIDE = 96  # columns that the table needs
_WIDEST_CAST = 30  # subjects whose standing is shown without `--all`


def show_steps(steps: Sequence[Step], count: int, *, whole: bool) -> None:
    """The table of the last steps of ``count``; of a long run few, unless ``whole``."""
    shown = steps if whole or count <= LONG else steps[-SHOWN:]
    if len(shown) < count:
        hidden = count - len(shown)
        output.say((f"… {hidden} earlier steps are not shown; see them with --all", "dim"))
    if output.out().width < WIDE:
        _show_narrow(shown)
    elif shown:
        _show_table(shown)


def _show_narrow(steps: Sequence[Step]) -> None:
    """The steps as paragraphs, where there is no room for a table."""
    for step in steps:
        when = show_instant(step.at)
        output.say((f"{step.number:>4}  {when}  {step.who}: ", "bold"), event_words(step), hang=6)
        for made in (score_text(step), what_happened(step)):
            if made.plain:
                output.show(made, indent=6, hang=2)


def step_line(step: Step) -> str:
    """A step on one line, for a log that grows."""
    when = show_instant(step.at)
    told = [*score_text(step).plain.split("\n"), *what_happened(step).plain.split("\n")]
    done = "; ".join(piece for piece in told if piece)
    return f"{step.number:>5}  {when}  {safe(step.who)}: {event_words(step)}  {done}\n"


def _show_table(steps: Sequence[Step]) -> None:
    table = output.table(">step", "=when", "who", "event", "what happened", "=score")
    for step in steps:
        output.add_row(
            table,
            [str(step.number), show_instant(step.at), step.who, event_words(step),
             what_happened(step), score_text(step)],
        )  # fmt: skip
    output.show(table)


def event_words(step: Step) -> str:
    """The event's type, or what the clock did."""
    return step.event if step.input is not None else CLOCK_WORDS.get(step.event, step.event)


def what_happened(step: Step) -> Text:
    """Each thing that a step did, with a glyph and a word."""
    made = output.text()
    for number, piece in enumerate(_happenings(step)):
        if number:
            made.append("\n")
        made.append_text(piece)
    return made if made.plain else output.sign("same")


def _happenings(step: Step) -> Iterable[Text]:
    if step.duplicate:
        yield output.sign("duplicate", "duplicate: this id was seen before")
    if step.refused:
        yield output.sign("refused")
    for part in step.parts:
        if part.refused and part.parent is not None:
            yield output.sign("refused", part.trigger)
        fired = [v.rule for v in part.verdicts if v.verdict == "fired"]
        if fired:
            yield output.sign("fired", f"fired {', '.join(fired)}")
        for effect in part.effects:
            yield from _effect(step, effect)
        word, _, grade = part.trigger.partition(" ")
        if word == "entered":
            yield output.sign("grade", f"entered {grade}" + _whose(step, part.who))


def _whose(step: Step, who: str) -> str:
    return "" if who == step.who else f" ({who})"


def _effect(step: Step, effect: Effect) -> Iterable[Text]:
    whose = _whose(step, effect.target)
    kind, name = effect.kind, effect.name
    if kind in SCORE_EFFECTS:
        if effect.target != step.who and effect.change:
            moved = f"{signed(effect.change)} {name}{whose}"
            yield output.sign("gain" if effect.change > 0 else "loss", moved)
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


def signed(change: int) -> str:
    """A change with its sign; a real minus, so that it is seen."""
    return f"+{format_number(change)}" if change >= 0 else f"−{format_number(-change)}"


def score_text(step: Step) -> Text:
    """The scores of the step's subject that moved, before → after."""
    made = output.text()
    for number, (name, before, after) in enumerate(step.scores):
        up = after > before
        label = f"{name} " if len(step.scores) > 1 or number else ""
        glyph, _, style = output.SIGNS["gain" if up else "loss"]
        made.append("\n" if number else "")
        moved = f"{glyph} {label}{format_number(before)} → {format_number(after)}"
        made.append_text(output.text((moved, style)))
    return made


def show_standings(standings: Mapping[str, Standing], *, whole: bool) -> None:
    """How each subject stands."""
    shown = list(standings.items())
    if not whole and len(shown) > _WIDEST_CAST:
        output.say((f"{len(shown)} subjects; the first {_WIDEST_CAST} are shown, all with --all",
                    "dim"))  # fmt: skip
        shown = shown[:_WIDEST_CAST]
    if not shown:
        return
    table = output.table("who", "scores", "holds", "on lists", ">messages", ">refused")
    for who, standing in shown:
        output.add_row(
            table,
            [who, scores_text(standing), ", ".join(standing.active) or "–",
             ", ".join(standing.listed) or "–", str(standing.notified), str(standing.refused)],
        )  # fmt: skip
    output.show(table)


def scores_text(standing: Standing) -> str:
    """Every score with its grade."""
    only = len(standing.scores) == 1
    words = []
    for name, value in standing.scores.items():
        grade = standing.grades.get(name)
        label = "" if only else f"{name} "
        words.append(f"{label}{format_number(value)}" + (f" ({grade})" if grade else ""))
    return ", ".join(words) if only else "\n".join(words) or "–"
