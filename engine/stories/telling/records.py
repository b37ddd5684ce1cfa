"""What a page is made of: plain frozen records of texts, which every format writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Note(NamedTuple):
    """A footnote: where a number comes from, and how far it may be believed."""

    number: int  # 1-based, in order of first mention
    title: str
    clause: str  # e.g. `rules.late-fee`; "" for a line of a timeline
    place: str  # `policy.yaml:74`; "" if it is not known
    standing: str  # documented | reported | adapted | invented; "" for what is no clause
    source: str  # "" if none is cited
    figures: tuple[str, ...]  # the weights that it reads, e.g. `neglect = -50 points (invented)`


class Item(NamedTuple):
    """One thing that happened, in words."""

    kind: str  # the macro of `sentences.txt` that says it
    text: str
    notes: tuple[int, ...]  # numbers of footnotes
    facts: Mapping[str, Any]  # texts and truths that the sentence was made from


class Entry(NamedTuple):
    """What happened to one person at one moment."""

    at: int  # instant, seconds UTC
    date: str  # as people write it
    time: str  # `08:10`; "" for midnight
    who: str  # how people call them; "" if nobody's
    items: tuple[Item, ...]


class Section(NamedTuple):
    """A part of a page under a heading; two-sided where the sides differ."""

    heading: str
    entries: tuple[Entry, ...]
    other: tuple[Entry, ...] = ()  # the right side
    sided: bool = False  # whether the two sides stand beside each other


class Page(NamedTuple):
    """A page, ready to be written in any format."""

    form: str
    title: str
    subtitle: str  # the policy, and what kind of page this is
    about: str  # the writer's own words about the scenario; "" if there are none
    lead: tuple[Item, ...]  # what the page begins with
    sections: tuple[Section, ...]
    sides: tuple[str, ...]  # names of the two sides; () for a page with one
    notes: tuple[Note, ...]
    picture: str = ""  # one `<svg>` element of ours; only for HTML
    caption: str = ""  # what the picture shows, in words
