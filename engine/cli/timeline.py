"""A run as people read it: a table of steps, and how each subject stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.cli import output
from engine.cli.happenings import event_words, happened_words, score_text, what_happened
from engine.cli.rows import Column, show_rows
from engine.evaluation.records import Standing, Step
from engine.text import safe
from engine.values import format_number, show_instant

if TYPE_CHECKING:
    from rich.text import Text

LONG = 60  # steps; a longer run is shortened to its end, unless with `--all`
SHOWN = 20  # steps that are then shown
_WIDEST_CAST = 30  # subjects whose standing is shown without `--all`

_COLUMNS = (
    Column("step", right=True, least=None),
    Column("when", least=None),
    Column("who", least=16),
    Column("event", least=20),
    Column("what happened", least=34, hang=2),
    Column("score", least=None),
)
_STANDINGS = (
    Column("who"), Column("scores"), Column("holds"), Column("on lists"),
    Column("messages", right=True), Column("refused", right=True),
)  # fmt: skip


def show_steps(steps: Sequence[Step], count: int, *, whole: bool) -> None:
    """The table of the last steps of ``count``; of a long run few, unless ``whole``."""
    shown = steps if whole or count <= LONG else steps[-SHOWN:]
    if not shown:
        return
    if len(shown) < count:
        hidden = count - len(shown)
        output.say((f"… {hidden} earlier steps are not shown; see them with --all", "dim"))
    named = len({name for step in shown for name, _, _ in step.scores}) > 1
    if not show_rows(_COLUMNS, shown, lambda step: _cells(step, named), strict=True):
        _show_narrow(shown, named)


def _cells(step: Step, named: bool) -> list[str | Text]:
    when = output.text(show_instant(step.at))
    if happened := happened_words(step):
        when.append(f"\n{happened}", "dim")
    return [str(step.number), when, step.who, event_words(step), what_happened(step),
            score_text(step, named=named)]  # fmt: skip


def _show_narrow(steps: Sequence[Step], named: bool) -> None:
    """The steps as paragraphs, where there is no room for a table."""
    for step in steps:
        happened = happened_words(step)
        line = output.text(
            (f"{step.number:>4}  {show_instant(step.at)}  {step.who}: ", "bold"),
            event_words(step),
            (f" ({happened})" if happened else "", "dim"),
        )
        for score in score_text(step, named=named).split("\n"):
            if score.plain:
                line.append("  ").append_text(score)
        output.show(line, hang=6)
        made = what_happened(step)
        if made.plain:
            output.show(made, indent=6, hang=2)


def step_line(step: Step) -> str:
    """A step on one line, for a log that grows."""
    happened = happened_words(step)
    when = show_instant(step.at) + (f" ({happened})" if happened else "")
    told = [*score_text(step, named=True).plain.split("\n"),
            *what_happened(step).plain.split("\n")]  # fmt: skip
    done = "; ".join(piece for piece in told if piece)
    return f"{step.number:>5}  {when}  {safe(step.who)}: {event_words(step)}  {done}\n"


def show_standings(standings: Mapping[str, Standing], *, whole: bool) -> None:
    """How each subject stands."""
    shown = list(standings.items())
    if not whole and len(shown) > _WIDEST_CAST:
        output.say((f"{len(shown)} subjects; the first {_WIDEST_CAST} are shown, all with --all",
                    "dim"))  # fmt: skip
        shown = shown[:_WIDEST_CAST]
    if not shown:
        return
    show_rows(_STANDINGS, shown, lambda row: _standing(*row))


def _standing(who: str, standing: Standing) -> list[str]:
    return [who, scores_text(standing), ", ".join(standing.active) or "–",
            ", ".join(standing.listed) or "–", str(standing.notified),
            str(standing.refused)]  # fmt: skip


def scores_text(standing: Standing) -> str:
    """Every score with its grade."""
    only = len(standing.scores) == 1
    words = []
    for name, value in standing.scores.items():
        grade = standing.grades.get(name)
        label = "" if only else f"{name} "
        words.append(f"{label}{format_number(value)}" + (f" ({grade})" if grade else ""))
    return ", ".join(words) if only else "\n".join(words) or "–"
