"""In a worker: a life is sifted, or told as a page; what comes of it is plain data."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.cli.show_findings import shown_path
from engine.cli.sift_show import said
from engine.extras import require
from engine.findings import DemeritError
from engine.language.sifts import LoadedSift, load_sift
from engine.language.translations import in_language
from engine.stories.shipped import patterns_of, shipped
from engine.stories.sifting.found import Beat, Found, Match, NearMiss
from engine.stories.sifting.plan import Plan
from engine.stories.sifting.run import sifter_of, unreadable
from engine.stories.source import Row, Source
from engine.stories.telling.records import Section
from engine.stories.telling.window import Window
from engine.values import show_instant
from tui.session.sources import Lived, lived
from tui.session.stories import TOLD

MATCHES, MISSES = 200, 100  # of a pattern: how many are told of, the rarest first
_SHOWN, _READ = 1_000, 200_000  # moments of a page, and characters of a text, that can be read
_PATIENCE = 0.2  # seconds between two words about how far it is

Tell = Callable[[int, int], None]  # steps so far, stories so far


# --- sifting -----------------------------------------------------------------------------------


def sift_life(job: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Look for every pattern in one pass. Raises :class:`DemeritError` (D608)."""
    life = lived(job, job["edits"])
    patterns, broken = _patterns(life, [Path(folder) for folder in job["folders"]])
    plans = {name: Plan.of(loaded.sift) for name, (loaded, _) in patterns.items()}
    found = _look(life, list(plans.values()), tell)
    told = [
        _pattern(life.source, name, loaded, own, plans[name], found, job["lang"])
        for name, (loaded, own) in patterns.items()
    ]
    return {"patterns": [*told, *broken], "rows": found.rows, "people": found.people,
            "let_go": found.let_go}  # fmt: skip


def _patterns(
    life: Lived, folders: Sequence[Path]
) -> tuple[dict[str, tuple[LoadedSift, bool]], list[dict[str, Any]]]:
    """What is looked for, by name, and whether it is a project's own; and what cannot be."""
    own = {name: path for folder in folders for name, path in patterns_of(folder).items()}
    known: dict[str, tuple[LoadedSift, bool]] = {}
    broken = []
    for name, path in {**own, **{n: p for n, p in shipped().items() if n not in own}}.items():
        try:
            loaded = load_sift(path, alone=True)
            if loaded.sift.of not in (None, life.source.policy):
                continue
            known[name] = load_sift(path), name in own
        except DemeritError as error:
            shown = shown_path(str(path))
            broken.append({"id": name, "title": name, "about": "", "own": True, "file": shown,
                           "problem": error.findings[0].message})  # fmt: skip
    return known, broken


def _look(life: Lived, plans: Sequence[Plan], tell: Tell) -> Found:
    sifter = sifter_of(life.source, plans, near=True)
    last = time.monotonic()

    def take(row: Row) -> None:
        nonlocal last
        try:
            sifter.feed(row)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            raise unreadable(repr(dict(row)).encode()) from None
        if not sifter.found.rows % 256 and time.monotonic() - last > _PATIENCE:
            last = time.monotonic()
            tell(sifter.found.rows, len(sifter.found.matches))

    life.rows(take)
    cast = life.source.cast
    return sifter.finish(cast.until if cast is not None else None)


def _pattern(
    source: Source, name: str, loaded: LoadedSift, own: bool, plan: Plan, found: Found,
    lang: str | None,
) -> dict[str, Any]:  # fmt: skip
    matches = [match for match in found.matches if match.pattern == plan.id]
    near = [miss for miss in found.near if miss.pattern == plan.id]
    sift = loaded.sift
    return {
        "id": name, "title": in_language(sift.title or sift.sift, lang),
        "about": in_language(sift.about, lang) if sift.about else "",
        "own": own, "file": shown_path(str(loaded.path)) if own else "", "problem": "",
        "steps": [str(step.id) for step in sift.steps],
        "stories": len(matches), "misses": len(near),
        "rank": found.matches.index(matches[0]) if matches else len(found.matches),
        "matches": [_match(source, match) for match in matches[:MATCHES]],
        "near": [_miss(source, miss) for miss in near[:MISSES]],
    }  # fmt: skip


def _match(source: Source, match: Match) -> dict[str, Any]:
    return {
        "who": match.who, "name": source.name(match.who),
        "dates": [show_instant(match.start)[:10], show_instant(match.end)[:10]],
        "lives": match.lives, "bits": f"{match.bits:.1f}",
        "beats": [_beat(source, match.who, beat) for beat in match.beats],
    }  # fmt: skip


def _miss(source: Source, miss: NearMiss) -> dict[str, Any]:
    return {
        "who": miss.who, "name": source.name(miss.who), "missing": miss.missing,
        "left": miss.steps_left, "why": miss.why,
        "beats": [_beat(source, miss.who, beat) for beat in miss.beats],
    }  # fmt: skip


def _beat(source: Source, who: str, beat: Beat) -> dict[str, Any]:
    h = beat.happening
    if h is None:
        until = f"until {show_instant(beat.until)}" if beat.until is not None else "to the end"
        return {"step": beat.step, "number": 0, "at": "", "text": f"it did not happen, {until}"}
    return {"step": beat.step, "number": int(h.step), "at": show_instant(h.at),
            "text": said(source, who, h)}  # fmt: skip


# --- telling -----------------------------------------------------------------------------------


def tell_life(job: Mapping[str, Any]) -> dict[str, Any]:
    """Make a page, and write it in a format.

    Raises :class:`DemeritError` (D969) if packages for it are not installed.
    """
    wanted_format = str(job["format"])
    _has_packages(wanted_format, pictured := job["pictured"])
    from engine.stories.telling.making import Wanted, make
    from engine.stories.telling.plain import plain
    from engine.stories.telling.templates import Templates

    source = lived(job, job["edits"]).steps(job["first"], job["last"], TOLD)
    other = None
    if job["origin"] is not None:  # the life as it was written stands on the left
        other = source, str(job["name"])
        source = lived(job, job["origin"]).steps(0, 0, TOLD)
    words = Templates({})
    wanted = Wanted(job["form"], job["whose"], job["sources"], (), pictured, Window(most=TOLD))
    page = make(source, wanted, words.sentences().say, other)
    data = _written(page, wanted_format, words)
    sections = _beginning(page.sections)
    notes = page.notes[:_SHOWN]
    shown = plain(page._replace(picture="", sections=sections, notes=notes))
    raw = data.decode() if wanted_format in ("ink", "json") else ""
    return {"page": shown, "raw": raw[:_READ], "data": b64encode(data).decode(),
            "more": len(raw) > _READ if raw else sections != page.sections}  # fmt: skip


def _beginning(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """As much of a page as is read on a screen."""
    made: list[Section] = []
    left = _SHOWN
    for section in sections:
        if left <= 0:
            break
        made.append(section._replace(entries=section.entries[:left], other=section.other[:left]))
        left -= max(len(section.entries), len(section.other), 1)
    return tuple(made)


def _has_packages(wanted: str, pictured: bool) -> None:
    def needed(name: str) -> Any:
        return require("D969", "a page needs packages that are not installed", "stories", name)

    needed("jinja2")
    if wanted == "docx":
        needed("docx")
    if pictured:
        needed("matplotlib").use("agg")


def _written(page: Any, wanted: str, words: Any) -> bytes:
    if wanted == "docx":
        from engine.stories.telling import as_docx

        return as_docx.write(page)
    if wanted == "json":
        from engine.stories.telling import as_json

        return as_json.write(page).encode()
    from engine.stories.telling import as_text

    css = ""
    if wanted == "html":
        from engine.plots.theme import page_css

        css = page_css()
    return as_text.write(page, wanted, words, css).encode()
