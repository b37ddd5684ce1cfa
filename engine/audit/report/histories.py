"""Counterexamples told step by step, for a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.audit.report.material import Words
from engine.audit.report.quotes import Cited, Quotes
from engine.audit.verdicts import Counterexample, Told
from engine.evaluation.records import Step
from engine.evaluation.spoken import spoken_step
from engine.language.load import LoadedPolicy
from engine.values import format_number, show_instant

MOST = 24  # rows of a history that are told

_CLOCK = {
    "join": "joins", "drift": "drifts", "lapse": "something lapses", "end": "a term ends",
    "review": "time passes", "every": "a period is over",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A step, or the same step again and again."""

    number: int
    when: str
    until: str  # of several: the last one's instant
    who: str
    event: str
    times: int
    fields: str
    happens: tuple[str, ...]
    clauses: tuple[Cited, ...]


@dataclass(frozen=True)
class History:
    """A played history."""

    name: str  # how it differs from others, "" for the only one
    rows: tuple[Row, ...]
    left_out: int  # rows in the middle that are not told
    ends: tuple[tuple[str, str], ...]  # who, and as what


class Teller:
    """Tells histories of one page; each clause behind them is quoted once."""

    def __init__(self, words: Words, quotes: Quotes, lang: str | None) -> None:
        self._words, self._quotes, self._lang = words, quotes, lang

    def histories(self, example: Counterexample, loaded: LoadedPolicy) -> tuple[History, ...]:
        """Every history of a counterexample."""
        return tuple(self.history(told, loaded) for told in example.histories)

    def history(self, told: Told, loaded: LoadedPolicy) -> History:
        """One history: its steps that matter, and how it ends."""
        runs: list[list[Step]] = []
        for step in (spoken_step(s, self._lang) for s in told.steps if _matters(s)):
            if runs and self._bare(runs[-1][-1]) == self._bare(step):
                runs[-1].append(step)
            else:
                runs.append([step])
        half = MOST // 2
        shown = runs if len(runs) <= MOST else [*runs[:half], *runs[-half:]]
        rows = tuple(self._row(run, told, loaded, n) for n, run in enumerate(shown, 1))
        return History(told.name, rows, len(runs) - len(shown), _ends(told))

    def _bare(self, step: Step) -> object:
        """What two steps that are told as one have in common."""
        given = None if step.input is None else (step.input.type, repr(step.input.fields))
        moves = [(name, after - before) for name, before, after in step.scores]
        words = self._words(step._replace(scores=()))
        return step.who, step.event, given, words, moves

    def _row(self, run: Sequence[Step], told: Told, loaded: LoadedPolicy, number: int) -> Row:
        first, last = run[0], run[-1]
        before = {name: value for name, value, _ in first.scores}
        moved = tuple((name, before.get(name, was), now) for name, was, now in last.scores)
        event = first.input
        return Row(
            number, show_instant(first.at), show_instant(last.at) if len(run) > 1 else "",
            first.who, _CLOCK.get(first.event, first.event) if event is None else event.type,
            len(run), _fields(first), self._words(last._replace(scores=moved)),
            self._clauses(first, told, loaded),
        )  # fmt: skip

    def _clauses(self, step: Step, told: Told, loaded: LoadedPolicy) -> tuple[Cited, ...]:
        policy = [p for start, p in told.versions if start is None or start <= step.at][-1]
        paths = dict.fromkeys(e.clause for part in step.parts for e in part.effects)
        found = (self._quotes.clause(loaded, path, policy) for path in paths)
        return tuple(one for one in found if one is not None)


def _matters(step: Step) -> bool:
    return step.input is not None or any(part.effects for part in step.parts)


def _fields(step: Step) -> str:
    if step.input is None:
        return ""
    return ", ".join(f"{name} {_shown(value)}" for name, value in step.input.fields.items())


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_number(value) if isinstance(value, int) else str(value)


def _ends(told: Told) -> tuple[tuple[str, str], ...]:
    """How everybody stands in the end."""
    made = []
    for who, standing in told.standings.items():
        scores = [
            f"{name} {format_number(value)}"
            + (f" ({standing.grades[name]})" if name in standing.grades else "")
            for name, value in standing.scores.items()
        ]
        made.append((who, ", ".join([*scores, *standing.active, *standing.listed]) or "nothing"))
    return tuple(made)
