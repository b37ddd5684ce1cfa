"""3. How close was it? The least change of a weight or threshold that flips a grade."""

from __future__ import annotations

from engine.audit.flips import Flip, smallest_flip
from engine.audit.questions.base import Answer, Evidence, Inquiry, number, signed
from engine.audit.verdicts import Told


def answer(asked: Inquiry) -> Answer:
    """Thresholds and weights by how little they would have to change."""
    life = asked.life()
    told = asked.told(life, name=life.name)
    who = asked.person(told)
    edges = _edges(asked, told, who)
    flips: list[Flip] = []
    looked = 0
    for weight in asked.policy.weights:
        if asked.budget.over:
            break
        looked += 1
        found = smallest_flip(
            asked.audit.policy.versions, life.cast, life.events, str(weight), who=frozenset((who,))
        )
        if found is not None:
            flips.append(found)
    flips.sort(key=lambda one: (abs(one.change), one.weight))
    evidence = [
        *edges,
        *(
            asked.note(
                f"weight {one.weight} at {number(one.value)} instead of"
                f" {number(one.value - one.change)}: {one.score} {one.before} → {one.after}",
                f"weights.{one.weight}",
                signed(one.change),
            )
            for one in flips
        ),
    ]
    figures = [("weights looked at", str(looked)), ("of them can flip a grade", str(len(flips)))]
    if flips:
        first = flips[0]
        said = (
            f"{signed(first.change)} on {first.weight} would have put {who} into"
            f" {first.after} instead of {first.before}."
        )
    elif edges:
        said = f"No weight alone flips a grade of {who}; {edges[0].what}."
    else:
        said = f"{who} has no grade that could flip."
    return asked.answer(
        3,
        f"{who} in {life.name}",
        said,
        figures=figures,
        evidence=evidence,
        how="the life played again with each weight moved through its range,"
        " outwards and then by halves",
        histories=[told],
    )


def _edges(asked: Inquiry, told: Told, who: str) -> list[Evidence]:
    """How far each score is from the thresholds around it."""
    made: list[tuple[int, Evidence]] = []
    for score, value in told.standings[who].scores.items():
        ladder = asked.policy.grades.get(score, ())
        for place, grade in enumerate(ladder):
            away = value - grade.from_
            if away >= 0:
                if place + 1 < len(ladder):
                    what = f"{score} is {number(away)} above the edge of {grade.name}"
                    made.append((away, asked.note(what, f"grades.{score}", number(away))))
                if place:
                    short = ladder[place - 1].from_ - value
                    what = f"{score} is {number(short)} below {ladder[place - 1].name}"
                    made.append((short, asked.note(what, f"grades.{score}", number(short))))
                break
    return [evidence for _, evidence in sorted(made, key=lambda one: one[0])]
