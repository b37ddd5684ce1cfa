"""All that is known of a person: scores with their ladder, what they hold, what they read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tui.session.viewmodel import Dossier, Letter, MeasureLine, ScoreLine, WatchLine
from tui.widgets.lines import (
    BLANK,
    Line,
    Piece,
    cut,
    fit,
    hanging,
    line_width,
    shortened,
    spread,
    width_of,
    wrapped,
)
from tui.widgets.pane import Pane

_WIDEST_BUBBLE = 60
_LADDER = 7  # grades that are shown around the present one


@dataclass(frozen=True, slots=True)
class Portrait:
    """What the pane shows."""

    dossier: Dossier
    score: str = ""  # the one that is drawn
    bands: tuple[tuple[str, float], ...] = ()  # its grades and where they begin, highest first
    watches: tuple[WatchLine, ...] = ()


def heading(text: str, width: int, word: str = "") -> Line:
    """A heading with a rule behind it."""
    tail: tuple[Piece, ...] = ((f" {word}", "dim"),) if word else ()
    rest = width - width_of(text) - 2 - line_width(tail)
    return ((f" {text} ", "heading"), ("─" * max(rest, 0), "line"), *tail)


def portrait_lines(portrait: Portrait, width: int) -> list[Line]:
    """The whole pane."""
    dossier = portrait.dossier
    lines = [*_head(dossier, width)]
    for score in dossier.scores:
        lines += score_lines(score, width)
        if score.name == portrait.score:
            lines += _ladder(portrait.bands, score, width)
    if portrait.watches:
        lines += [BLANK, heading("Watched", width)]
        for watch in portrait.watches:
            lines += _watch(watch, width)
    lines += _measures(dossier.measures, width)
    if dossier.listed:
        lines += [BLANK, heading("On lists", width)]
        for name in dossier.listed:
            lines += hanging(((" ▤ ", "warn"),), name, "", width)
    lines += _letters(dossier, width)
    return lines


def _head(dossier: Dossier, width: int) -> Iterator[Line]:
    named = dossier.name if dossier.name != dossier.who else dossier.who
    small = " · ".join(p for p in (dossier.who if named != dossier.who else "", dossier.kind) if p)
    yield spread(((f" {named}", "strong"),), ((small, "dim"),), width)
    if dossier.attributes:
        said = " · ".join(f"{name} {value}" for name, value in dossier.attributes)
        yield from hanging(((" ", ""),), said, "dim", width)
    for name, others in dossier.relations:
        yield from hanging(((" ⇄ ", "info"),), f"{name} {', '.join(others)}", "", width)
    if dossier.scores:
        yield BLANK


def change_piece(change: str) -> Piece:
    """A change with its direction as a glyph and as a sign."""
    if not change:
        return ("", "")
    up = not change.startswith(("−", "-"))
    return (f"{'▲' if up else '▼'} {change}", "good" if up else "bad")


def score_lines(score: ScoreLine, width: int) -> Iterator[Line]:
    pieces: list[Piece] = [(f" {score.name}  ", ""), (score.value, "strong")]
    if score.grade:
        pieces.append((f"  grade {score.grade}", "mark"))
    text, role = change_piece(score.change)
    pieces.append((f"  {text}" if text else "", role))
    standing = score.standing if score.standing != "documented" else ""
    yield spread(tuple(pieces), ((standing, "dim"),), width) if standing else shortened(
        tuple(pieces), width)  # fmt: skip
    way = [f"▵ {score.up}"] if score.up else []
    way += [f"▿ {score.down}"] if score.down else []
    if way:
        yield from hanging((("   ", ""),), "   ".join(way), "dim", width)


def _ladder(bands: tuple[tuple[str, float], ...], score: ScoreLine, width: int) -> Iterator[Line]:
    """The grades, on one line if they fit, else those around the present one."""
    if len(bands) < 2:
        return
    here = next((i for i, (name, _) in enumerate(bands) if name == score.grade), 0)
    flat: list[Piece] = [("   ", "")]
    for place, (name, floor) in reversed(list(enumerate(bands))):
        if place < len(bands) - 1:
            flat.append((f" {floor:g}│ ", "dim"))
        flat.append((f"▸{name}◂" if place == here else name, "mark" if place == here else ""))
    if line_width(tuple(flat)) <= width:
        yield tuple(flat)
        return
    start = min(max(here - _LADDER // 2, 0), max(len(bands) - _LADDER, 0))
    shown = list(enumerate(bands))[start : start + _LADDER]
    wide = min(max(width_of(name) for _, (name, _) in shown), width // 2)
    for place, (name, floor) in shown:
        mine = place == here
        words = "below" if place == len(bands) - 1 else f"from {floor:g}"
        tail = f"  ◂ {score.value}" if mine else ""
        yield ((f"   {'▸' if mine else ' '} ", "mark"), (fit(name, wide), "mark" if mine else ""),
               (f"  {words}", "dim"), (tail, "strong"))  # fmt: skip


def _watch(watch: WatchLine, width: int) -> Iterator[Line]:
    lead: Piece = (" ◉ " if watch.changed else " ○ ", "warn" if watch.changed else "dim")
    value = watch.problem or watch.value
    role = "bad" if watch.problem else "warn" if watch.changed else "strong"
    right: Line = ((cut(value, width // 2), role),)
    yield spread((lead, (watch.expression, "")), right, width)
    past = " ← ".join(f"{value} (step {step})" for step, value in watch.history[:4])
    if len(watch.history) > 1:
        yield from hanging((("   ", ""),), past, "dim", width)


def _measures(measures: tuple[MeasureLine, ...], width: int) -> Iterator[Line]:
    yield BLANK
    yield heading("Holds", width)
    if not measures:
        yield (("   no reward and no penalty", "dim"),)
    for measure in measures:
        yield from measure_line(measure, width)


def measure_line(
    measure: MeasureLine, width: int, *, standing: bool = False
) -> Iterator[Line]:  # fmt: skip
    """A reward or penalty; ``standing``: how far it is documented too, where it is not."""
    glyph, word, role = ("■", "penalty", "bad") if measure.penalty else ("▲", "reward", "good")
    shown = measure.standing if standing and measure.standing != "documented" else ""
    tail: Line = ((shown, "dim"),) if shown else ()
    yield from hanging(((f" {glyph} ", role),), measure.title, "strong", width, tail)
    left = f"{measure.left} left" if measure.left[:1].isdigit() else measure.left
    yield from hanging((("   ", ""),), f"{word} · {left} · since {measure.since}", "dim", width)


def _letters(dossier: Dossier, width: int) -> Iterator[Line]:
    yield BLANK
    yield heading("Messages", width, f"{dossier.notified} sent, {dossier.refused} refused")
    if not dossier.letters:
        yield (("   nobody has written to them", "dim"),)
    for letter in dossier.letters:
        yield from _bubble(letter, width)


def _bubble(letter: Letter, width: int) -> Iterator[Line]:
    """A message as it stands on a phone."""
    wide = min(width - 1, _WIDEST_BUBBLE)
    inner = max(wide - 4, 8)
    role = "warn" if letter.new else "line"
    word = " new ─" if letter.new else ""
    head = cut(f"{letter.channel or 'notice'} · {letter.at}", wide - 5 - len(word))
    rule = "─" * (wide - width_of(head) - len(word) - 5)
    yield ((" ╭─ ", role), (head, "strong" if letter.new else "dim"), (f" {rule}{word}╮", role))
    for paragraph in letter.text.split("\n"):
        for part in wrapped(paragraph, inner):
            yield ((" │ ", role), (fit(part, inner), ""), (" │", role))
    sender = cut(letter.sender, wide - 6)
    rule = "─" * (wide - width_of(sender) - 5)
    yield ((f" ╰{rule} ", role), (sender, "dim"), (" ─╯", role))


class DossierView(Pane):
    """The person; jumps to the top when another one is shown."""

    def build(self, width: int, height: int) -> list[Line]:
        portrait: Portrait = self.data
        return portrait_lines(portrait, width)

    def fed(self, before: Portrait | None, data: Portrait) -> None:
        if before is None or before.dossier.who != data.dossier.who:
            self.top = 0
