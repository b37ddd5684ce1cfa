"""The cast: everybody in one list, and the sheet of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tui.session.cast import Knowing, Related, Sheet
from tui.widgets.dossier import heading, measure_line, score_lines
from tui.widgets.lines import BLANK, Line, fit, hanging, shortened, spread
from tui.widgets.pane import Pane, Pick

#: What is so, and who knows of it: glyph, word, role.
KNOWING = {
    "told": ("✉", "they know", "good"),
    "untold": ("○", "not told", "warn"),
    "late": ("◷", "known late", "info"),
    "unknown": ("?", "not known yet", "bad"),
}


@dataclass(frozen=True)
class People:
    """What the list shows. Equal keys mean equal lines."""

    key: tuple[object, ...]
    people: Sequence[tuple[str, str]]  # id, name
    short: Callable[[str], str]  # how somebody stands, in a word


class CastList(Pane):
    """Everybody; only the lines that are seen are ever made."""

    has_cursor = True

    @property
    def count(self) -> int:
        return len(self.data.people) if self.data is not None else 0

    def build(self, width: int, height: int) -> list[Line]:
        return []  # made one by one, when they are seen

    def feed(self, data: People) -> None:
        """Show other people, or how they stand at another step."""
        before: People | None = self._data
        self._data = data
        if before is None or before.key != data.key:
            self._strips.clear()
            self._settle()
        self.refresh()

    def fed(self, before: People | None, data: People) -> None:
        """Whoever was chosen before there was room stays so."""
        self.follow()

    def line_at(self, index: int) -> Line:
        if index >= self.count:
            return BLANK
        who, name = self.data.people[index]
        return spread(((f" {name}", ""),), ((self.data.short(who), "dim"),), self.room)

    def who(self) -> str:
        """The id of the chosen person; "" where there is nobody."""
        return str(self.data.people[self.cursor][0]) if self.cursor < self.count else ""

    def choose(self, who: str) -> None:
        """Choose somebody by id."""
        ids = [ident for ident, _ in self.data.people]
        if who in ids:
            self.cursor = ids.index(who)
            self.follow()
            self.refresh()


class SheetView(Pick):
    """Everything about one person; their relations can be gone to."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.related: dict[int, Related] = {}

    def build(self, width: int, height: int) -> list[Line]:
        sheet: Sheet = self.data
        dossier = sheet.dossier
        self.stops, self.related = [], {}
        small = " · ".join(part for part in (dossier.who, dossier.kind) if part)
        lines: list[Line] = [spread(((f" {dossier.name}", "title"),), ((small, "dim"),), width)]
        wide = min(max((len(name) for name, _ in dossier.attributes), default=0), width // 3)
        for name, value in dossier.attributes:
            lines += hanging(((f" {fit(name, wide)}  ", "dim"),), value, "", width)
        if sheet.knowing:
            lines += [BLANK, heading("Known late, or not yet", width)]
            for one in sheet.knowing:
                lines += _known(one, width)
        lines += [BLANK, heading("Belongs to", width)]
        if not sheet.related:
            lines.append((("   nobody, as far as this life says", "dim"),))
        for related in sheet.related:
            self.stops.append(len(lines))
            self.related[len(lines)] = related
            lines.append(_related(related, width))
        lines += [
            BLANK,
            heading("Stands", width, f"{sheet.steps} step{'' if sheet.steps == 1 else 's'} so far"),
        ]
        if not dossier.scores:
            lines.append((("   no score", "dim"),))
        for score in dossier.scores:
            lines += score_lines(score, width)
        return [*lines, *_holds(sheet, width)]

    def fed(self, before: Sheet | None, data: Sheet) -> None:
        if before is None or before.dossier.who != data.dossier.who:
            self.top = 0
            self.choose(0)
            self.top = 0

    def step(self, by: int) -> None:
        """From one relation to the next; beyond the last one, and without any, it scrolls."""
        place = self.entry
        if 0 <= place + by < len(self.stops) and place >= 0 and self._seen(place + by):
            super().step(by)
        else:
            self.scroll_lines(by)

    def _seen(self, entry: int) -> bool:
        return self.top <= self.stops[entry] < self.top + self.size.height

    def chosen(self) -> Related | None:
        """The relation under the cursor, if it can be seen."""
        seen = self.top <= self.cursor < self.top + self.size.height
        return self.related.get(self.cursor) if seen else None


def _related(related: Related, width: int) -> Line:
    member: Line = ((related.member, "dim"),)
    words = f"{related.relation} of " if related.forward else f"{related.relation}: "
    arrow = " → " if related.forward else " ← "
    said: Line = ((arrow, "info"), (words, ""), (related.name, "strong"))
    return spread(said, member, width) if related.member else shortened(said, width)


def _holds(sheet: Sheet, width: int) -> Iterator[Line]:
    """What holds of them, and whether they were told."""
    yield BLANK
    yield heading("Holds", width)
    measures = sheet.dossier.measures
    if not measures:
        yield (("   no reward and no penalty", "dim"),)
    for measure, told in zip(measures, sheet.told, strict=True):
        yield from measure_line(measure, width, standing=True)
        yield from _said(told, width)
    if sheet.lists:
        yield BLANK
        yield heading("On lists", width)
    for listed, standing in sheet.lists:
        tail: Line = ((standing, "dim"),) if standing not in ("", "documented") else ()
        yield from hanging(((" ▤ ", "warn"),), listed.what, "strong", width, tail)
        yield from _said(listed, width)


def _said(one: Knowing, width: int) -> Iterator[Line]:
    glyph, _, role = KNOWING[one.sign]
    yield from hanging((("   ", ""), (f"{glyph} ", role)), one.known, "dim", width)


def _known(one: Knowing, width: int) -> Iterator[Line]:
    glyph, word, role = KNOWING[one.sign]
    yield from hanging(((f" {glyph} ", role), (f"{word}: ", role)), one.what, "", width, indent=3)
    yield from hanging((("   ", ""),), one.known, "dim", width)
