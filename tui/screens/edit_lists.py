"""The lists of the what-if editor: what an event says, values with sliders, rules and reforms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from textual.message import Message

from engine.text import safe
from engine.values import format_number
from tui.parts import FieldForm, Switch, Value
from tui.widgets.lines import BLANK, Line, cut, fit, shortened, spread, width_of
from tui.widgets.pane import Pick, blank_or
from tui.widgets.slider import slider

_RAIL = 14  # cells of a slider that titles leave alone
#: What the own parts of an event mean.
ABOUT = {
    "at": "when, e.g. 2019-03-01 14:30", "who": "whose event it is", "event": "its type",
    "id": "the same id twice counts once", "source": "the institution that reports it",
    "reporter": "who says so", "says": "the writer's note",
}  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """An event that is being written."""

    texts: Mapping[str, str]
    written: Mapping[str, str]  # as it stands in the timeline; empty for a new one
    forms: Sequence[FieldForm]
    order: Sequence[str]
    buttons: Sequence[tuple[str, str]]  # id and words
    problem: str = ""  # instead of everything


class EventList(Pick):
    """One part of the event a line, then what can be done with it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.rows: dict[int, str] = {}  # line → name of a part, or "!" and the id of a button

    def build(self, width: int, height: int) -> list[Line]:
        draft: Draft = self.data
        self.stops, self.rows = [], {}
        if draft.problem:
            return [BLANK, ((f"  {draft.problem}", "dim"),)]
        lines: list[Line] = []
        forms = {form.name: form for form in draft.forms}
        wide = min(max((width_of(name) for name in draft.order), default=4), 18)
        for name in draft.order:
            self._row(len(lines), name)
            lines.append(self._part(draft, name, forms.get(name), wide, width))
        lines.append(BLANK)
        for ident, words in draft.buttons:
            self._row(len(lines), f"!{ident}")
            lines.append((("  ▸ ", "title"), (words, "strong")))
        return lines

    def _row(self, line: int, name: str) -> None:
        self.stops.append(line)
        self.rows[line] = name

    @staticmethod
    def _part(draft: Draft, name: str, form: FieldForm | None, wide: int, width: int) -> Line:
        text, was = draft.texts.get(name, ""), draft.written.get(name, "")
        changed = text != was
        hint = ABOUT.get(name) or (form.hint if form is not None else "")
        if changed and draft.written:
            hint = f"was {safe(was) or 'nothing'}"
        needed = form is not None and form.needed and not text
        lead: Line = (("≈ " if changed and draft.written else "  ", "warn"),
                      (f"{fit(name, wide)}  ", "key"))  # fmt: skip
        shown = cut(safe(text), max(width * 3 // 5, 10)) if text else "…" if needed else "–"
        room = width - wide - 6 - width_of(shown)
        tail: Line = ((cut(hint, room), "dim"),) if room >= 12 else ()
        return spread((*lead, (shown, "warn" if changed and draft.written else "")), tail, width)


@dataclass(frozen=True)
class Settings:
    """Values as they are now, and as they were written."""

    values: Sequence[Value]
    written: Mapping[str, int]  # by key
    drafts: Mapping[str, int] = field(default_factory=dict)  # moved, but not played yet


def _titled(value: Value, width: int) -> str:
    """The title; of a long condition the part with the number in it."""
    head = value.title[: value.title.find("›") + 1]
    if value.of_condition and width_of(head) > width > 1:
        return "…" + head[-(width - 1) :]
    return value.title


class ValueList(Pick):
    """A slider a line."""

    class Slid(Message):
        """A cell of the chosen slider was clicked."""

        def __init__(self, cell: int) -> None:
            super().__init__()
            self.cell = cell

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.rows: dict[int, Value] = {}
        self.rail = (0, 0)  # first cell and width of the sliders

    def build(self, width: int, height: int) -> list[Line]:
        settings: Settings = self.data
        lines: list[Line] = []
        self.stops, self.rows = [], {}
        ends = [n for v in settings.values for n in (v.low, v.high, v.number)]
        number = min(max((width_of(format_number(n)) for n in ends), default=4), 10)
        unit = max((width_of(v.unit) for v in settings.values), default=0)
        tail = max(unit + 2, number + 5)  # ` was ` and a number
        room = max(width - number - tail - 7 - _RAIL, width * 9 // 20)
        title = min(max((width_of(v.title) for v in settings.values), default=8), room)
        self.rail = title + 6 + number, max(width - title - number - tail - 7, 8)
        group = ""
        for value in settings.values:
            if value.group != group:
                group = value.group
                lines += [*([BLANK] if lines else []), ((f" {group}", "heading"),)]
            self.stops.append(len(lines))
            self.rows[len(lines)] = value
            lines.append(self._line(settings, value, title, number, width))
        return blank_or(lines, "this policy has no numbers to change")

    def clicked(self, index: int, x: int) -> None:
        super().clicked(index, x)
        start, width = self.rail
        if index in self.rows and start <= x < start + width:
            self.post_message(self.Slid(x - start))

    def _line(self, settings: Settings, value: Value, title: int, wide: int, width: int) -> Line:
        now = settings.drafts.get(value.key, value.number)
        was = settings.written.get(value.key)
        changed = was is not None and was != now
        rail = slider(now, min(value.low, now), max(value.high, now), was, self.rail[1])
        tail = f" {value.units(now)}"
        if changed and was is not None:
            tail = f" was {format_number(was)}"
        role = "warn" if changed else "strong"
        return shortened((
            (" ≈ " if changed else "   ", "warn"), (fit(_titled(value, title), title), ""),
            (" " + fit(format_number(now), wide, right=True) + " ", role), *rail,
            (tail, "warn" if changed else "dim"),
        ), width)  # fmt: skip


@dataclass(frozen=True)
class Choices:
    """Rules and reforms."""

    rules: Sequence[tuple[Switch, bool]]  # on or off
    reforms: Sequence[tuple[Path, str, bool]]  # file, title, applied


class RuleList(Pick):
    """A rule a line, then the reforms of the pack."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.rows: dict[int, Switch | Path] = {}

    def build(self, width: int, height: int) -> list[Line]:
        choices: Choices = self.data
        lines: list[Line] = []
        self.stops, self.rows = [], {}
        if choices.rules:
            lines.append(((" Rules", "heading"),))
        wide = min(max((width_of(rule.id) for rule, _ in choices.rules), default=4), width // 2)
        for rule, on in choices.rules:
            self._row(len(lines), rule)
            sign = ("  [on]  ", "good") if on else ("  [off] ", "bad")
            lines.append(shortened((sign, (fit(safe(rule.id), wide), "strong" if on else "dim"),
                                    (f"  {rule.title}", "dim")), width))  # fmt: skip
        if choices.reforms:
            lines += [BLANK, ((" Reforms", "heading"),)]
        for path, title, applied in choices.reforms:
            self._row(len(lines), path)
            sign = ("  ✓ ", "good") if applied else ("  ▸ ", "title")
            lines.append(shortened((sign, (safe(path.stem), "strong"), (f"  {title}", "dim"),
                                    ("  applied" if applied else "", "good")), width))  # fmt: skip
        return blank_or(lines, "this life has no policy that could be changed")

    def _row(self, line: int, row: Switch | Path) -> None:
        self.stops.append(line)
        self.rows[line] = row
