"""Cast sheets: who somebody is, whom they belong to, how they stand, and who knows what of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.evaluation.quoting import note_of
from engine.evaluation.records import Effect, Step
from engine.language.model import Policy
from engine.stories.histories import grade_of
from engine.text import safe
from engine.values import format_number, show_instant, show_seconds
from tui.session.dossier import dossier, score_at, score_names
from tui.session.fold import Held
from tui.session.life import Life
from tui.session.material import Material
from tui.session.viewmodel import Dossier

_RELATED = 200  # people who are told of in one relation
_LATE = 5  # events that became known late which are told
_AHEAD = 200  # steps of theirs that are looked through for what has happened and is not known


@dataclass(frozen=True, slots=True)
class Related:
    """Somebody whom this person belongs to, or who belongs to them."""

    who_id: str
    name: str
    member: str  # kind of subject; "" if it is not known
    relation: str  # e.g. "parent"
    forward: bool  # whether this person is RELATION of them, and not the other way round


@dataclass(frozen=True, slots=True)
class Knowing:
    """One thing that is so, and who knows of it."""

    sign: str  # told | untold (the person); late | unknown (whoever keeps the file)
    what: str
    known: str  # how it came to be known, or that it is not


@dataclass(frozen=True, slots=True)
class Sheet:
    """A person at a step."""

    dossier: Dossier
    related: tuple[Related, ...]
    told: tuple[Knowing, ...]  # of each reward and penalty in the dossier, in that order
    lists: tuple[tuple[Knowing, str], ...]  # with the standing of each
    knowing: tuple[Knowing, ...]  # events that were not known when they happened
    steps: int  # how many steps have touched them so far


def sheet_of(life: Life, number: int, who: str) -> Sheet:
    """The sheet of a person after a step (0: before the first)."""
    material, tape = life.material, life.tape
    touching = tape.columns.steps_of(f"who:{who}")
    standing = tape.folds.at(who, number)
    now = tape.columns.at[number - 1] if number else (material.start or 0)
    policy = material.policy(now)
    told = tuple(_holding(life, number, who, held) for held in standing.held)
    lists = tuple(
        (_listed(life, number, who, name, policy),
         note_of(policy, f"registries.{name}").standing if policy else "")
        for name in standing.listed
    )  # fmt: skip
    knowing = (*_ahead(life, number, who), *_late(life, number, who))
    return Sheet(dossier(material, tape, number, who), tuple(_related(material, who)), told, lists,
                 knowing, bisect_right(touching, number))  # fmt: skip


def _related(material: Material, who: str) -> Iterator[Related]:
    """Everybody in both directions: first whose RELATION they are, then who theirs is."""
    relations = material.cast.relations if material.cast else {}
    names = material.names()
    for forward in (True, False):
        for name, pairs in relations.items():
            mine = [b if forward else a for a, b in pairs if (a if forward else b) == who]
            for other in mine[:_RELATED]:
                yield Related(other, safe(names.get(other, other)), safe(material.member(other)[0]),
                              safe(name), forward)  # fmt: skip


# --- who knows what ---------------------------------------------------------------------------


def _holding(life: Life, number: int, who: str, held: Held) -> Knowing:
    """Whether somebody was told of a reward or a penalty when it began."""
    clauses = f"penalties.{held.name}", f"rewards.{held.name}"
    found = _begun(life, number, who, f"measure:{held.name}", held.since)
    return _knowing(_title(life, held), found, who, clauses)


def _listed(life: Life, number: int, who: str, name: str, policy: Policy | None) -> Knowing:
    """Whether somebody was told that they were put on a list."""
    title = note_of(policy, f"registries.{name}").title if policy else name
    found = _begun(life, number, who, f"list:{name}", None)
    return _knowing(title, found, who, (f"registries.{name}",))


def _title(life: Life, held: Held) -> str:
    policy = life.material.policy(held.since)
    found = (policy.rewards.get(held.name) or policy.penalties.get(held.name)) if policy else None
    return str(found.title) if found is not None and found.title else held.name


def _knowing(
    what: str, begun: tuple[Step, Effect] | None, who: str, clauses: Sequence[str]
) -> Knowing:
    """Whether a message of the clause itself, or of the rule behind it, was sent to them."""
    if begun is None:
        return Knowing("untold", safe(what), "how it began cannot be told from here")
    step, effect = begun
    letters = [
        letter for part in step.parts for letter in part.effects
        if letter.kind in ("message", "notice") and letter.target == who
        and letter.clause in (effect.clause, *clauses)
    ]  # fmt: skip
    since = f"since {show_instant(step.at)}, " if effect.kind == "listed" else ""
    when = f"{since}step {step.number}"
    if not letters:
        return Knowing("untold", safe(what), f"{when}: nobody has told them")
    name = letters[0].name
    by = f" by {safe(name)}" if letters[0].kind == "message" and name not in ("", "notify") else ""
    return Knowing("told", safe(what), f"{when}: they were told{by}")


def _begun(
    life: Life, number: int, who: str, term: str, since: int | None
) -> tuple[Step, Effect] | None:
    """Where something began for somebody, the last time up to a step."""
    numbers = life.tape.columns.steps_of(term)
    name = term.partition(":")[2]
    place = bisect_right(numbers, number)
    for at in reversed(numbers[max(place - _AHEAD, 0) : place]):
        step = life.tape.step(at)
        if since is not None and step.at != since:
            continue
        for effect in (effect for part in step.parts for effect in part.effects):
            if (effect.kind, effect.name, effect.target) in (
                ("began", name, who), ("listed", name, who)
            ):  # fmt: skip
                return step, effect
    return None


def _late(life: Life, number: int, who: str) -> Iterator[Knowing]:
    """What became known later than it happened: the newest."""
    touching = life.tape.columns.steps_of(f"who:{who}")
    place, left = bisect_right(touching, number), _LATE
    for at in reversed(touching[max(place - _AHEAD, 0) : place]):
        step = life.tape.step(at)
        event = step.input
        if event is None or event.who != who or event.at >= step.at:
            continue
        lag = show_seconds(step.at - event.at)
        known = f"known since {show_instant(step.at)}, step {step.number}: {lag} later"
        yield Knowing("late", f"{_event(life, step)}, on {show_instant(event.at)}", known)
        left -= 1
        if not left:
            return


def _ahead(life: Life, number: int, who: str) -> Iterator[Knowing]:
    """What has happened, and nobody who keeps the file knows yet."""
    if not number:
        return
    touching = life.tape.columns.steps_of(f"who:{who}")
    now = life.tape.columns.at[number - 1]
    place = bisect_left(touching, number + 1)
    for at in touching[place : place + _AHEAD]:
        step = life.tape.step(at)
        event = step.input
        if event is not None and event.who == who and event.at <= now < step.at:
            wait = show_seconds(step.at - now)
            yield Knowing("unknown", f"{_event(life, step)}, on {show_instant(event.at)}",
                          f"it will be known in {wait}, step {step.number}")  # fmt: skip


def _event(life: Life, step: Step) -> str:
    policy = life.material.policy(step.at)
    found = policy.events.get(step.event) if policy else None
    return safe(str(found.title)) if found is not None and found.title else safe(step.event)


def short(life: Life, number: int, who: str) -> str:
    """How somebody stands, in a word or two: the grade of their first score, or its value."""
    material, tape = life.material, life.tape
    names = score_names(material, tape, who)
    if not names:
        return ""
    value = score_at(material, tape, number, who, names[0])
    now = tape.columns.at[number - 1] if number else (material.start or 0)
    policy = material.policy(now)
    found = grade_of(policy, names[0], value) if policy else None
    return safe(found[1]) if found else format_number(value)
