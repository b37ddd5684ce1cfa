"""What ``tell`` tells: a scenario, a ledger, a life of a simulation, or a story in one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.ledgers import source_of
from engine.findings import DemeritError, Finding, did_you_mean
from engine.stories.sifting.plan import Plan
from engine.stories.sifting.run import sift
from engine.stories.source import Source
from engine.stories.telling.window import Window, around
from engine.text import quoted

if TYPE_CHECKING:
    from engine.cli.crowds import CrowdAt
    from engine.stories.sifting.found import Match

_SHOWN = 5  # ids that a hint names


@dataclass(frozen=True)
class Asked:
    """What the command line says."""

    what: Path
    reforms: tuple[Path, ...]
    policy: Path | None
    matcher: str
    events: Path | None
    lang: str | None
    form: str
    who: str | None
    match: str | None
    pattern: str | None
    most: int


@dataclass(frozen=True)
class ToTell:
    """A source, and what of it is told."""

    source: Source
    other: tuple[Source, str] | None  # for two sides: the other, and its reform's title
    window: Window
    who: str | None  # whose page it is


def told_of(asked: Asked) -> ToTell:
    """What is told. Raises :class:`DemeritError`: D963, D964, D967, D971, D972 and others."""
    from engine.cli.crowds import crowd_at, life_source

    sides = asked.form == "side-by-side"
    crowd = crowd_at(asked.what, asked.policy, asked.reforms, asked.events)
    if sides and (crowd is not None or asked.match is not None):
        what = "a simulation" if crowd is not None else "one story"
        raise _bad("D967", f"{what} is not told from two sides", "choose another `--form`")
    if crowd is not None and asked.who is None and asked.match is None:
        hint = "add `--who ID`, or `--match STORY` with a story that `demerit sift` found"
        raise _bad("D964", "whose life should be told?", hint)
    if sides:
        return _two_sides(asked)
    if crowd is None:
        source = source_of(asked.what, asked.reforms, asked.policy, asked.matcher)
    else:
        source = crowd.source if asked.who is None else life_source(crowd, asked.who)
    window, who = Window(most=asked.most), asked.who
    if asked.match is not None:
        source, window, whose = story_of(source, asked.match, asked.pattern, asked.most, crowd)
        who = whose if asked.form == "dossier" and who is None else who
    return ToTell(spoken_source(source, asked.lang), None, window, who)


def _two_sides(asked: Asked) -> ToTell:
    """A life as it is, and what becomes of it under the reforms."""
    if not asked.reforms:
        raise _bad("D967", "two sides need a reform", "add `--reform FILE`")
    from engine.language.load import load_reform

    named = [load_reform(path)[0] for path in asked.reforms]
    title = " and ".join(str(one.title or one.reform) for one in named)
    other = source_of(asked.what, asked.reforms, asked.policy, asked.matcher)
    source = source_of(asked.what, (), asked.policy, asked.matcher)
    return ToTell(spoken_source(source, asked.lang), (spoken_source(other, asked.lang), title),
                  Window(most=asked.most), asked.who)  # fmt: skip


def _bad(code: str, message: str, hint: str | None) -> DemeritError:
    return DemeritError(Finding(code, message, hint=hint))


@dataclass(frozen=True)
class Named:
    """A story by its name: ``PATTERN``, ``PATTERN:N``, ``PATTERN:WHO`` or ``PATTERN:WHO:STEP``."""

    pattern: str
    place: int | None  # the N-th that ``sift`` shows, from 1
    who: str | None
    step: int | None  # its first step of the ledger

    @staticmethod
    def of(text: str) -> Named:
        """What a text names; of numbers only the last one is a place or a step."""
        pattern, _, rest = text.partition(":")
        head, _, tail = rest.rpartition(":")
        if not rest:
            return Named(pattern, 1, None, None)
        if not tail.isdecimal():
            return Named(pattern, None, rest, None)
        if not head:
            return Named(pattern, int(tail), None, None)
        return Named(pattern, None, head, int(tail))

    def picked(self, matches: list[Match]) -> Match | None:
        """The story among those of the pattern, the rarest first."""
        if self.place is not None:
            return matches[self.place - 1] if 1 <= self.place <= len(matches) else None
        for match in matches:
            if match.who == self.who and self.step in (None, _first(match)):
                return match
        return None


def _first(match: Match) -> int:
    return next(beat.happening.step for beat in match.beats if beat.happening)


def story_of(
    source: Source, given: str, pattern: str | None, most: int, crowd: CrowdAt | None = None
) -> tuple[Source, Window, str]:
    """The source of a story under its pattern's title, what of it is told, and whose it is.

    ``pattern`` is a file of one's own, where the story's pattern is none that is known. Raises
    :class:`DemeritError`: D963 for a pattern that is not there, D972 for such a story.
    """
    from engine.cli.sift import chosen

    named = Named.of(given)
    (loaded,) = chosen(source, [pattern or named.pattern]) or (None,)
    if loaded is None:
        raise _none(given, [])
    plan = Plan.of(loaded.sift)
    if crowd is not None:
        source, matches = _of_crowd(crowd, plan, named)
    else:
        matches = sift(source, [plan]).matches
    match = named.picked(matches)
    if match is None:
        raise _none(given, matches)
    title, about = loaded.sift.title or plan.id, loaded.sift.about or ""
    told = replace(source, title=title, about=about, standings={})
    return told, around(source, match, most), match.who


def _of_crowd(crowd: CrowdAt, plan: Plan, named: Named) -> tuple[Source, list[Match]]:
    """A life of a population with its stories; without a name, that of the story of a place."""
    from engine.cli.crowds import life_source, people_in, progress
    from engine.stories.crowd_sift import KEPT, sift_crowd

    who = named.who
    ranked: list[Match] = []
    if who is None:
        with progress("sifting", people_in(crowd.crowd)) as heard:
            ranked = sift_crowd(crowd.crowd, [plan], keep=max(KEPT, named.place or 1),
                                heard=heard).matches  # fmt: skip
        match = named.picked(ranked)
        if match is None:
            return crowd.source, ranked
        return life_source(crowd, match.who), ranked
    source = life_source(crowd, who)
    return source, sift(source, [plan]).matches


def _none(given: str, matches: list[Match]) -> DemeritError:
    there = [match.id for match in matches]
    hint = did_you_mean(given, there[:_SHOWN], "stories") if there else (
        "`demerit sift` shows the stories that there are"
    )  # fmt: skip
    return DemeritError(Finding("D972", f"there is no story {quoted(given)} here", hint=hint))


def spoken_source(source: Source, lang: str | None) -> Source:
    """The same, its texts in the language that is shown where they are given in it."""
    from engine.evaluation.spoken import spoken_step
    from engine.language.translations import in_language, spoken

    if lang is None:
        return source
    names: Mapping[str, str] = {who: in_language(n, lang) for who, n in source.names.items()}
    return replace(
        source, title=in_language(source.title, lang), about=in_language(source.about, lang),
        versions=tuple((start, spoken(policy, lang)) for start, policy in source.versions),
        names=names, steps=lambda: (spoken_step(step, lang) for step in source.steps()),
    )  # fmt: skip
