"""How stories that were found are shown, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.cli import output
from engine.stories.sifting.found import Beat, Found, Match, NearMiss
from engine.stories.sifting.happenings import Happening
from engine.stories.sifting.plan import Plan
from engine.stories.source import Source, short_clause
from engine.text import safe
from engine.values import format_number, iso_instant, show_instant

_GRADES = ("left", "promoted", "demoted")
_POINTS = ("rose", "fell", "undone", "lapsed", "swallowed")


def show(
    source: Source, plans: Sequence[Plan], found: Found, *, near: bool, limit: int, what: Path
) -> None:  # fmt: skip
    """Matches, and near misses if they were asked for."""
    titles = {plan.id: _title(plan) for plan in plans}
    for match in found.matches[:limit]:
        _match(source, titles, match, found.people)
    stories = len(found.matches) if found.stories is None else found.stories
    _more(stories, len(found.matches), limit, "stories")
    if near:
        for miss in found.near[:limit]:
            _miss(source, titles, miss)
        _more(len(found.near), len(found.near), limit, "near misses")
    for pattern, why in found.never_began.items():
        output.say((titles[pattern], "bold"), ": it never began", indent=0)
        if why:
            output.say(("nearest: ", "dim"), why, indent=2)
    _summary(plans, found, near, stories)
    if found.matches:
        told = f"demerit tell {what} --match {found.matches[0].id}"
        output.say((f"a page of the first: {safe(told)}", "dim"))


def _title(plan: Plan) -> str:
    return safe(str(plan.sift.title or plan.id))


def _person(source: Source, who: str) -> str:
    name = source.name(who)
    return safe(f"{name} ({who})" if name != who else who)


def _match(source: Source, titles: Mapping[str, str], match: Match, people: int) -> None:
    dates = _dates(match.start, match.end)
    rare = f"{match.lives} of {people} lives · {match.bits:.1f} bits"
    output.say((titles[match.pattern], "bold"), f" — {_person(source, match.who)}, {dates} ",
               (f"({rare})", "dim"))  # fmt: skip
    _beats(source, match.who, match.beats)
    output.say()


def _dates(start: int, end: int) -> str:
    first, last = show_instant(start)[:10], show_instant(end)[:10]
    return first if first == last else f"{first} to {last}"


def _beats(source: Source, who: str, beats: Sequence[Beat]) -> None:
    """One line a step: its name, when, which step of the ledger, what."""
    rows = [_beat(source, who, beat) for beat in beats]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        lead = "  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=False))
        output.say((lead, "dim"), f"  {row[3]}", indent=2, hang=len(lead) + 2)


def _beat(source: Source, who: str, beat: Beat) -> tuple[str, str, str, str]:
    h = beat.happening
    if h is None:
        until = f"until {show_instant(beat.until)}" if beat.until is not None else "to the end"
        return beat.step, "", "", f"it did not happen, {until}"
    return beat.step, show_instant(h.at), f"step {h.step}", said(source, who, h)


def said(source: Source, who: str, h: Happening) -> str:
    """A happening in few words."""
    whose = "" if h.who == who else f"{source.name(h.who)}: "
    if h.kind in _POINTS and h.change is not None:
        sign = "+" if h.change > 0 else "−"
        words = f"{h.what} {sign}{format_number(abs(h.change))} → {format_number(h.after or 0)}"
        words = words if h.kind in ("rose", "fell") else f"{h.kind}: {words}"
    elif h.kind in _GRADES:
        words = f"{h.kind}: {h.score} {h.what}"
    elif h.kind == "event":
        words = h.what
    else:
        words = f"{h.kind}: {h.what}"
    behind = short_clause(h.clause) if h.clause and h.kind not in ("event", "fired") else ""
    if h.kind != "event" and h.row["event"] != h.what:
        behind = f"{behind}, at {h.row['event']}" if behind else f"at {h.row['event']}"
    return safe(f"{whose}{words}{f' ({behind})' if behind else ''}")


def _miss(source: Source, titles: Mapping[str, str], miss: NearMiss) -> None:
    left = "one step" if miss.steps_left == 1 else f"{miss.steps_left} steps"
    output.say((f"nearly: {titles[miss.pattern]}", "bold"), f" — {_person(source, miss.who)} ",
               (f"({left} missing)", "dim"))  # fmt: skip
    _beats(source, miss.who, miss.beats)
    output.say(("missing: ", "dim"), (miss.missing, "bold"), f" — {miss.why}", indent=2, hang=2)
    output.say()


def _more(many: int, kept: int, limit: int, what: str) -> None:
    """How many are not shown; of very many not all are there to be shown."""
    if many > limit:
        shown = f"`--limit {kept}` shows all" if kept == many else (
            f"`--limit {kept}` shows the rarest of each pattern")  # fmt: skip
        output.say((f"and {many - limit} more {what}; {shown}", "dim"))


def _summary(plans: Sequence[Plan], found: Found, near: bool, stories: int) -> None:
    counted = f"{stories} {'story' if stories == 1 else 'stories'}"
    if near:
        counted += f" and {len(found.near)} near miss{'' if len(found.near) == 1 else 'es'}"
    output.say(f"{counted}, {len(plans)} pattern{'' if len(plans) == 1 else 's'},"
               f" {found.rows} steps")  # fmt: skip
    if found.stories is not None:
        played = found.people - found.unplayed
        lives = f"{found.people} lives, {played} of them played again"
        if found.unplayed:
            lives += "; in the others, by their ledger, no such story can be"
        output.say((lives, "dim"))
    if found.stopped:
        many = "one component" if found.stopped == 1 else f"{found.stopped} components"
        output.say((f"{many} stopped at an error; what came before it was looked at", "dim"))
    if found.let_go:
        output.say((f"{found.let_go} beginnings were let go, as newer ones waited for the same",
                    "dim"))  # fmt: skip


# --- JSON -------------------------------------------------------------------------------------


def plain(
    source: Source, plans: Sequence[Plan], found: Found, *, near: bool
) -> dict[str, Any]:  # fmt: skip
    """Everything that was found as plain data; numbers are decimal texts."""
    made: dict[str, Any] = {
        "source": source.title,
        "policy": source.policy,
        "steps": found.rows,
        "people": found.people,
        "let_go": found.let_go,
        **({"unplayed": found.unplayed, "stopped": found.stopped,
            "stories": found.stories} if found.stories is not None else {}),
        "patterns": {
            plan.id: {"title": _title(plan),
                      "matches": _many(found, plan.id)}
            for plan in plans
        },
        "matches": [_match_plain(source, match) for match in found.matches],
    }  # fmt: skip
    if near:
        made["near"] = [_miss_plain(source, miss) for miss in found.near]
    if found.never_began:
        made["never_began"] = dict(found.never_began)
    return made


def _many(found: Found, pattern: str) -> int:
    if found.by_pattern is not None:
        return found.by_pattern.get(pattern, 0)
    return sum(match.pattern == pattern for match in found.matches)


def _match_plain(source: Source, match: Match) -> dict[str, Any]:
    return {
        "id": match.id, "pattern": match.pattern, "who": match.who,
        "name": source.name(match.who),
        "start": iso_instant(match.start), "end": iso_instant(match.end),
        "lives": match.lives, "bits": f"{match.bits:.3f}",
        "beats": [_beat_plain(beat) for beat in match.beats],
    }  # fmt: skip


def _miss_plain(source: Source, miss: NearMiss) -> dict[str, Any]:
    return {
        "pattern": miss.pattern, "who": miss.who, "name": source.name(miss.who),
        "missing": miss.missing, "steps_left": miss.steps_left, "why": miss.why,
        **({"at": iso_instant(miss.at)} if miss.at is not None else {}),
        "beats": [_beat_plain(beat) for beat in miss.beats],
    }  # fmt: skip


def _beat_plain(beat: Beat) -> dict[str, Any]:
    h = beat.happening
    if h is None:
        until = {"until": iso_instant(beat.until)} if beat.until is not None else {}
        return {"step": beat.step, "happened": False, **until}
    made: dict[str, Any] = {
        "step": beat.step, "number": h.step, "at": iso_instant(h.at), "who": h.who,
        "kind": h.kind, "what": h.what, "event": h.row["event"],
    }  # fmt: skip
    if h.clause:
        made["clause"] = h.clause
    if h.score and h.change is not None:
        made |= {"score": h.score, "before": format_number(h.before or 0),
                 "after": format_number(h.after or 0)}  # fmt: skip
    return made
