"""What the screens of stories show: plain, frozen, every text safe to show.

:mod:`tui.session.story_jobs` makes the plain data that these are read from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.text import safe


@dataclass(frozen=True, slots=True)
class StoryBeat:
    """One step of a story."""

    step: str  # what the pattern calls it
    number: int  # step of the life; 0 where nothing happened
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """A match of a pattern, or a near miss."""

    who_id: str
    name: str
    dates: str  # "" for a near miss
    rarity: str  # "1 of 3 lives · 8.2 bits"; "one step missing" for a near miss
    beats: tuple[StoryBeat, ...]
    missing: str = ""  # the step that did not come; "" for a match
    why: str = ""  # why it did not

    @property
    def first(self) -> int:
        """The step where it begins."""
        return next((beat.number for beat in self.beats if beat.number), 1)

    @property
    def last(self) -> int:
        """The step where it ends, as far as it went."""
        return max((beat.number for beat in self.beats), default=1)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern with what it found."""

    id: str
    title: str
    about: str
    file: str  # of a project's own; "" for one that is shipped
    problem: str  # why it could not be looked for; "" if it could
    steps: tuple[str, ...]
    stories: int  # how many there are, even if not all are here
    misses: int
    matches: tuple[Story, ...]  # the rarest first
    near: tuple[Story, ...]


@dataclass(frozen=True, slots=True)
class Sifted:
    """What was found in a life."""

    patterns: tuple[Pattern, ...]  # those with stories first, the rarest of them first
    steps: int  # that were gone through
    problem: str = ""  # why nothing could be looked for


def sifted_of(data: Mapping[str, Any]) -> Sifted:
    """What a worker found."""
    people = int(data["people"])
    order = sorted(data["patterns"], key=lambda p: p.get("rank", 0))
    made = [_pattern(pattern, people) for pattern in order]
    made.sort(key=lambda p: (not p.stories, not (p.stories or p.misses), bool(p.problem)))
    return Sifted(tuple(made), int(data["rows"]))


def _pattern(data: Mapping[str, Any], people: int) -> Pattern:
    return Pattern(
        str(data["id"]), safe(data["title"]), safe(data["about"]), safe(data["file"]),
        safe(data["problem"]), tuple(map(safe, data.get("steps", ()))),
        int(data.get("stories", 0)), int(data.get("misses", 0)),
        tuple(_match(match, people) for match in data.get("matches", ())),
        tuple(_miss(miss) for miss in data.get("near", ())),
    )  # fmt: skip


def _match(data: Mapping[str, Any], people: int) -> Story:
    first, last = data["dates"]
    rarity = f"{data['lives']} of {people} lives · {data['bits']} bits"
    return Story(str(data["who"]), safe(data["name"]), first if first == last else
                 f"{first} to {last}", rarity, _beats(data))  # fmt: skip


def _miss(data: Mapping[str, Any]) -> Story:
    left = int(data["left"])
    words = "one step missing" if left == 1 else f"{left} steps missing"
    return Story(str(data["who"]), safe(data["name"]), "", words, _beats(data),
                 safe(data["missing"]), safe(data["why"]))  # fmt: skip


def _beats(data: Mapping[str, Any]) -> tuple[StoryBeat, ...]:
    return tuple(
        StoryBeat(safe(beat["step"]), int(beat["number"]), safe(beat["at"]), safe(beat["text"]))
        for beat in data["beats"]
    )


# --- pages --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageLine:
    """A paragraph of a page. ``kind`` is one of

    ``title`` ``subtitle`` ``about`` ``heading`` ``side`` ``label`` ``note`` ``raw``, or a kind of
    sentence of :mod:`engine.stories.telling` (``event``, ``says``, ``message`` …).
    """

    kind: str
    text: str
    notes: tuple[int, ...] = ()  # numbers of its footnotes


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part of a page; with two sides where they differ."""

    lines: tuple[PageLine, ...]
    other: tuple[PageLine, ...] = ()
    sided: bool = False


@dataclass(frozen=True, slots=True)
class PageView:
    """A page as it can be read on a screen."""

    leaves: tuple[Leaf, ...]
    size: int = 0  # bytes of the file that it makes
    problem: str = ""  # why it could not be made


def page_of(page: Mapping[str, Any], raw: str, size: int, *, more: bool) -> PageView:
    """What a worker made: its records, or the text itself where that is what is written.

    ``more``: that the file is longer than what is here.
    """
    rest = (
        [Leaf((PageLine("quiet", "… the rest is in the file, when it is saved"),))] if more else []
    )
    if raw:
        lines = tuple(PageLine("raw", safe(line)) for line in raw.split("\n"))
        return PageView((Leaf(lines), *rest), size)
    head = [_line("title", page["title"]), _line("subtitle", page["subtitle"])]
    head += [_line("about", page["about"])] if page["about"] else []
    head += [_item(item) for item in page["lead"]]
    form, sides = str(page["form"]), list(page["sides"])
    leaves = [Leaf(tuple(head)), *(_leaf(section, form, sides) for section in page["sections"])]
    notes = tuple(_line("note", _note(note)) for note in page["notes"])
    return PageView((*leaves, *rest, *([Leaf(notes)] if notes else [])), size)


def _line(kind: str, text: str) -> PageLine:
    return PageLine(kind, safe(text, lines=True))


def _item(item: Mapping[str, Any]) -> PageLine:
    kind, text = str(item["kind"]), str(item["text"])
    words = f"Because: {text}" if kind == "because" else text
    return PageLine(kind, safe(words, lines=True), tuple(map(int, item["notes"])))


def _leaf(section: Mapping[str, Any], form: str, sides: Sequence[str]) -> Leaf:
    heading = _line("heading", section["heading"])
    lines = tuple(_entries(section["entries"], form))
    if not section["sided"]:
        return Leaf((heading, *lines))
    nothing = (_line("quiet", "Nothing happens."),)
    return Leaf((heading, _line("side", sides[0]), *(lines or nothing)),
                (_line("side", sides[1]), *(tuple(_entries(section["other"], form)) or nothing)),
                sided=True)  # fmt: skip


def _entries(entries: Sequence[Mapping[str, Any]], form: str) -> Iterator[PageLine]:
    named = form not in ("letters", "beats")
    for entry in entries:
        who = str(entry["date"] if form == "dossier" else entry["who"])
        label = ", ".join(part for part in (who, str(entry["time"])) if part)
        if named and label:
            yield _line("label", label)
        for item in entry["items"]:
            yield _item(item)


def _note(note: Mapping[str, Any]) -> str:
    """A footnote, as the Markdown page has it."""
    clause = f" ({note['clause']})" if note["clause"] and note["title"] else ""
    said = f"{note['title'] or note['clause']}{clause}"
    said += f", {note['place']}" if note["place"] else ""
    said += f"; {note['standing']}" if note["standing"] else ""
    said += f": {note['source']}" if note["source"] else ""
    return f"[{note['number']}] " + "; ".join([said, *map(str, note["figures"])]) + "."
