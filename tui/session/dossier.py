"""All that is known of a person after a step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.evaluation.primitives import rank_of
from engine.evaluation.quoting import note_of
from engine.evaluation.wording import Wording
from engine.language.model import Grade, Policy
from engine.language.rows import Value
from engine.text import safe
from engine.values import format_number, show_instant, show_seconds
from tui.session.fold import Held, Standing
from tui.session.happening import signed
from tui.session.material import Material
from tui.session.tape import Tape
from tui.session.viewmodel import Dossier, Letter, MeasureLine, ScoreLine

SHOWN = 20  # letters


def dossier(material: Material, tape: Tape, number: int, who: str) -> Dossier:
    """The dossier of a person after a step (0: before the first)."""
    now = tape.columns.at[number - 1] if number else (material.start or 0)
    standing = tape.folds.at(who, number)
    policy = material.policy(now)
    kind, attributes = material.member(who)
    shown = ((safe(name), value_text(value)) for name, value in attributes.items())
    return Dossier(
        safe(who), safe(material.names().get(who, who)), safe(kind),
        tuple(pair for pair in shown if pair[0] != "name"),
        tuple(_relations(material, who)),
        tuple(_scores(material, tape, number, who, policy)),
        tuple(_measure(held, policy, now) for held in standing.held),
        tuple(_registry(name, policy) for name in standing.listed),
        tuple(letters(material, tape, standing, number)),
        standing.refused, standing.notified,
    )  # fmt: skip


def value_text(value: Value) -> str:
    """A field's or attribute's value for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return format_number(value) if isinstance(value, int) else safe(value)


def _relations(material: Material, who: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    relations = material.cast.relations if material.cast else {}
    for name, pairs in relations.items():
        mine = tuple(safe(b) for a, b in pairs if a == who)
        if mine:
            yield f"{safe(name)} of", mine
        theirs = tuple(safe(a) for a, b in pairs if b == who)
        if theirs:
            yield safe(name), theirs


# --- scores -----------------------------------------------------------------------


def score_names(material: Material, tape: Tape, who: str) -> list[str]:
    """The scores that a person has, in policy order."""
    kind, _ = material.member(who)
    if material.versions and kind:
        scores = material.versions[0][1].scores.items()
        return [str(name) for name, score in scores if kind in score.of]
    moved = [name for person, name in tape.columns.moves if person == who]
    order = [str(name) for name in material.versions[0][1].scores] if material.versions else []
    return sorted(moved, key=lambda name: order.index(name) if name in order else len(order))


def score_at(material: Material, tape: Tape, number: int, who: str, name: str) -> int:
    """A score of a person after a step, in millionths."""
    moves = tape.columns.moves.get((who, name))
    if moves is not None:
        return moves.at(number)
    touched = tape.columns.steps_of(f"who:{who}")
    joined = material.start
    if joined is None:
        joined = tape.columns.at[touched[0] - 1] if len(touched) else 0
    return material.starts(who, joined).get(name, 0)


def _scores(
    material: Material, tape: Tape, number: int, who: str, policy: Policy | None
) -> Iterator[ScoreLine]:
    for name in score_names(material, tape, who):
        value = score_at(material, tape, number, who, name)
        before = score_at(material, tape, number - 1, who, name) if number else value
        ladder = policy.grades.get(name, ()) if policy else ()
        grade, up, down = _grade(ladder, value)
        standing = note_of(policy, f"scores.{name}").standing if policy else ""
        change = signed(value - before) if value != before else ""
        yield ScoreLine(safe(name), format_number(value), change, grade, up, down, standing)


def _grade(ladder: Sequence[Grade], value: int) -> tuple[str, str, str]:
    """The grade of a score, and how far it is to the next ones up and down."""
    if not ladder:
        return "", "", ""
    rank = rank_of(value, [grade.from_ for grade in ladder])
    up = down = ""
    if rank > 0:
        gap = ladder[rank - 1].from_ - value
        up = f"{format_number(gap)} to {safe(ladder[rank - 1].name)}"
    if rank + 1 < len(ladder):
        gap = value - ladder[rank].from_
        below = safe(ladder[rank + 1].name)
        down = f"{format_number(gap)} above {below}" if gap else f"at the edge of {below}"
    return safe(ladder[rank].name), up, down


# --- measures, lists, letters -------------------------------------------------------


def _measure(held: Held, policy: Policy | None, now: int) -> MeasureLine:
    name = held.name
    declared = None
    penalty = held.clause.startswith("penalties.")
    if policy is not None:
        penalty = name in policy.penalties
        declared = policy.penalties.get(name) or policy.rewards.get(name)
    title = safe(declared.title) if declared is not None and declared.title else safe(name)
    section = "penalties" if penalty else "rewards"
    standing = note_of(policy, f"{section}.{name}").standing if policy else ""
    if held.end is not None:
        left = show_seconds(held.end - now)
    elif declared is not None and declared.while_ is not None and policy is not None:
        left = f"while {safe(Wording(policy).whole(declared.while_))}"
    else:
        left = "endless"
    return MeasureLine(safe(name), title, penalty, left, show_instant(held.since), standing)


def _registry(name: str, policy: Policy | None) -> str:
    found = policy.registries.get(name) if policy else None
    return safe(found.title) if found is not None and found.title else safe(name)


def letters(material: Material, tape: Tape, standing: Standing, number: int) -> Iterator[Letter]:
    """The newest messages, newest first."""
    for spot in reversed(standing.letters[-SHOWN:]):
        step = tape.step(spot.step)
        effect = step.parts[spot.part].effects[spot.effect]
        policy = material.policy(step.at)
        sender = note_of(policy, effect.clause).title if policy else effect.clause
        channel = safe(effect.name) if effect.kind == "message" else ""
        yield Letter(show_instant(step.at), safe(sender), channel,
                     safe(effect.detail, lines=True), spot.step == number)  # fmt: skip
