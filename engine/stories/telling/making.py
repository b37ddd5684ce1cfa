"""A page is made: one form over one source, or over two of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.evaluation.records import Step
from engine.stories.histories import gathered, touched
from engine.stories.source import Source
from engine.stories.telling import beats, chronicle, dossier, letters, side_by_side
from engine.stories.telling.gathering import Say, Teller, policy_title
from engine.stories.telling.notebook import Notebook, renumbered
from engine.stories.telling.records import Entry, Item, Page, Section
from engine.stories.telling.redaction import BLOCK, cleaned
from engine.stories.telling.window import Window

_MOST_LANES = 40  # people whose lanes can be told apart on a page
FORMS = ("chronicle", "dossier", "letters", "side-by-side", "beats")
#: Form → what it is called on the page.
_CALLED: Mapping[str, str] = {
    "chronicle": "a chronicle", "dossier": "a file", "letters": "letters and messages",
    "side-by-side": "two tellings", "beats": "a beat sheet",
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a page should be."""

    form: str  # one of FORMS
    who: str | None = None
    sources: bool = True  # whether numbers keep their footnotes
    redact: tuple[str, ...] = ()  # ids of people
    pictured: bool = False  # whether a life line or lanes go with it
    window: Window = field(default_factory=Window)  # what is told at all


def make(source: Source, wanted: Wanted, say: Say, reformed: tuple[Source, str] | None) -> Page:
    """The page; ``reformed``: for `side-by-side` the other side and the title of its reform.

    A dossier needs somebody in ``wanted.who``.
    """
    hidden = [word for ident in wanted.redact for word in _called(source, ident)]
    book = Notebook(open_=wanted.sources)
    teller = Teller(source, say, book, wanted.window)
    tellers = [teller]
    lead: tuple[Item, ...] = ()
    sides: tuple[str, ...] = ()
    if wanted.form == "side-by-side":
        assert reformed is not None  # the caller has asked for it
        other = Teller(reformed[0], say, book, wanted.window)
        tellers.append(other)
        sides = ("As it is", f"With “{reformed[1]}”")
        sections = side_by_side.sections(teller, other, wanted.who)
        said = ("as it is", f"with “{reformed[1]}”")
        lead = tuple(side_by_side.lead(teller, other, said, wanted.who))
    elif wanted.form == "dossier":
        assert wanted.who is not None
        sections = dossier.sections(teller, wanted.who)
    else:
        tell = {"chronicle": chronicle, "letters": letters, "beats": beats}[wanted.form]
        sections = tell.sections(teller, wanted.who)
    left = sum(one.left for one in tellers)
    if left:
        sections = (*sections, _left_out(teller, wanted, left))
    picture, caption = _picture(source, wanted) if wanted.pictured and not left else ("", "")
    name = policy_title(source.first, source.policy)
    of = f" of {source.name(wanted.who)}" if wanted.who and wanted.form != "letters" else ""
    to = f" to {source.name(wanted.who)}" if wanted.who and wanted.form == "letters" else ""
    page = Page(wanted.form, source.title, f"{name} — {_CALLED[wanted.form]}{of}{to}",
                "" if wanted.form in ("dossier", "letters") else source.about, lead, sections,
                sides, book.notes, picture, caption)  # fmt: skip
    visible = [name for ident, name in source.names.items() if ident not in wanted.redact]
    return cleaned(renumbered(page), hidden, visible)


def left_out(page: Page) -> str:
    """What a page says it leaves out; "" if it tells everything."""
    for section in page.sections[-1:]:
        for entry in section.entries:
            for item in entry.items:
                if item.kind == "left_out":
                    return item.text
    return ""


def _left_out(teller: Teller, wanted: Wanted, left: int) -> Section:
    """What a page says at its end where it does not tell everything."""
    noun = {"letters": "letter", "beats": "beat"}.get(wanted.form, "step")
    facts = {"many": left, "noun": noun if left == 1 else f"{noun}s"}
    return Section("Left out", (Entry(0, "", "", "", (teller.item("left_out", facts),)),))


def _called(source: Source, ident: str) -> list[str]:
    """What somebody is called: the id, the id written as a name, and the name if it is known."""
    name = source.names.get(ident)
    return [ident, ident.replace("-", " ").title(), *([name] if name else [])]


def _picture(source: Source, wanted: Wanted) -> tuple[str, str]:
    """A life line of somebody, else the lanes of the cast; nothing where no score moves."""
    from engine.stories.pictures import lanes_picture, life_picture

    source = _seen(source, wanted.window)
    masked = _masked(source, wanted.redact)
    found = gathered(source, wanted.who).people
    if wanted.who is not None:
        scores = list(found[wanted.who].scores) if wanted.who in found else []
        if not scores:
            return "", ""
        graded = source.first.grades if source.first else {}
        score = next((name for name in scores if name in graded), scores[0])
        made = life_picture(masked, wanted.who, score)
    else:
        moved = [name for history in found.values() for name in history.scores]
        if not moved:
            return "", ""
        if len(found) > _MOST_LANES:
            return "", ""
        made = lanes_picture(masked, moved[0])
    return made.svg("page"), made.description


def _seen(source: Source, window: Window) -> Source:
    """The source as far as it is told."""
    if window.people is None:
        return source

    def steps() -> Iterator[Step]:
        for step in source.steps():
            if window.over(step):
                return
            if step.number >= window.first and any(window.about(who) for who, *_ in touched(step)):
                yield step

    cast = source.cast
    if cast is not None:
        members = tuple(member for member in cast.members if window.about(member.id))
        cast = cast._replace(members=members, until=None)
    return replace(source, steps=steps, cast=cast)


def _masked(source: Source, hidden: Iterable[str]) -> Source:
    """The source with other names, for a picture."""
    names: dict[str, Any] = dict(source.names) | dict.fromkeys(hidden, BLOCK)
    title = BLOCK if tuple(hidden) else source.title
    return replace(source, names=names, title=title)
