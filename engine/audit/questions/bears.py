"""6. Who bears it? The same behaviour with attributes swapped; outcomes by group."""

from __future__ import annotations

from collections.abc import Mapping

from engine.audit.coverage import Rate, befell, rates
from engine.audit.pairs import with_attribute
from engine.audit.questions.base import Answer, Evidence, Inquiry, worded
from engine.audit.replay import replay
from engine.audit.treatment import tried
from engine.audit.verdicts import Told
from engine.findings import DemeritError
from engine.language.model.claims import EqualTreatment

_NAMES = frozenset({"name"})  # what is never a reason


def swapped(asked: Inquiry) -> tuple[list[tuple[str, str, Told, Told]], int]:
    """Who, by which change, before and after, for every swap that changes an end; how many."""
    made, count = [], 0
    for life in asked.lives:
        base = asked.told(life, name=life.name)
        for member in life.cast.members:
            if asked.who is not None and member.id != asked.who:
                continue
            declared = asked.policy.subjects[member.kind].attributes
            for name, kind in declared.items():
                if name in _NAMES:
                    continue
                bare = EqualTreatment(over=(name,))
                for value in tried(asked.policy, kind, str(name), bare, life.cast):
                    if value == member.attributes.get(name):
                        continue
                    count += 1
                    other = with_attribute(life.cast, member.id, str(name), value)
                    was = worded(member.attributes.get(name, "nothing"))
                    label = f"{name} {worded(value)} instead of {was}"
                    try:
                        told = replay(
                            asked.audit.policy.versions,
                            other,
                            life.events,
                            life.cast.until,
                            f"{member.id} with {label}",
                        )
                    except DemeritError:
                        continue
                    if told.standings != base.standings:
                        made.append((member.id, label, base, told))
            if asked.budget.over:
                return made, count
    return made, count


def grouped(
    people: Mapping[str, tuple[str, frozenset[str]]], outcomes: list[str]
) -> dict[str, list[Rate]]:
    """Outcome → its rate in each group. A population hands its people in the same way."""
    return {outcome: rates(people, outcome) for outcome in outcomes}


def answer(asked: Inquiry) -> Answer:
    """Which attributes change an end, and what befell whom in the scenarios."""
    found, count = swapped(asked)
    evidence = []
    for who, label, base, told in found[:10]:
        changed = "; ".join(
            f"{one}: {_end(base, one)} → {_end(told, one)}"
            for one in base.standings
            if base.standings[one] != told.standings[one]
        )
        kind = next(m.kind for m in base.cast.members if m.id == who)
        evidence.append(asked.note(f"{who} with {label}: {changed}", f"subjects.{kind}"))
    evidence += _rates(asked)
    counted, people = _counted(asked)
    evidence += counted
    names = sorted({label.split(" ", 1)[0] for _, label, _, _ in found})
    if not count:
        said = "Nobody in the scenarios has an attribute that could be swapped."
    elif names:
        said = f"Who one is counts: {', '.join(names)} changes what the same behaviour comes to."
    else:
        said = "No swap of one attribute changes what the same behaviour comes to."
    figures = [("swaps tried", str(count)), ("that change an end", str(len(found))), people]
    histories = found[0][2:] if found else ()
    return asked.answer(
        6,
        asked.policy.policy,
        said,
        figures=figures,
        evidence=evidence,
        how="the scenarios played again with one attribute of one person changed",
        histories=histories,
    )


def _counted(asked: Inquiry) -> tuple[list[Evidence], tuple[str, str]]:
    """Rates by group, and by each attribute that is read, over the population if there is one."""
    from engine.audit import bearing_population as crowds
    from engine.audit.bearing import attributes_read

    loaded, crowd = asked.audit.policy, asked.bounds.crowd
    if not crowd.people:
        return [], ("people counted", "none: not asked for")
    path = crowd.population or crowds.population_beside(loaded)
    if path is None:
        return [], ("people counted", "none: there is no population")
    try:
        people = crowds.count(loaded, path, crowd)
    except DemeritError as error:
        first = error.findings[0]
        return [], ("people counted", f"none: {first.message}; {first.hint}".rstrip("; "))
    made = []
    for by in ("group", *sorted(attributes_read(asked.policy) - _NAMES)):
        if not any(by in row for row in people.rows):
            continue
        for one in crowds.borne_by(people, by):
            made.append(asked.note(f"{one.outcome} by {by}: {one.says}", ""))
    said = f"{len(people.rows):,} of {people.name}, seed {people.seed}"
    return made, ("people counted", said)


def _end(told: Told, who: str) -> str:
    standing = told.standings[who]
    scores = ", ".join(f"{n} {worded(v)}" for n, v in standing.scores.items())
    return "; ".join([scores, *standing.active, *standing.listed]).strip("; ") or "nothing"


def _rates(asked: Inquiry) -> list[Evidence]:
    """What befell each kind of subject in the scenarios, as bare counts: they are few."""
    people: dict[str, tuple[str, frozenset[str]]] = {}
    for life in asked.lives:
        told = asked.told(life)
        for member in life.cast.members:
            people[f"{life.name} {member.id}"] = member.kind, befell(told.steps, member.id)
    made = []
    for outcome, found in grouped(people, [str(p) for p in asked.policy.penalties]).items():
        if any(rate.hit for rate in found):
            counts = ", ".join(f"{rate.hit} of {rate.of} of kind {rate.group}" for rate in found)
            made.append(
                asked.note(
                    f"{outcome} befell {counts} (too few for a ratio)", f"penalties.{outcome}"
                )
            )
    return made
