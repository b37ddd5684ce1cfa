"""3. How close was it? The least change of a weight or threshold that flips a grade."""

from __future__ import annotations

from engine.audit.questions.base import Answer, Evidence, Inquiry, number, signed
from engine.audit.sensitivity import Outcome, Trial
from engine.audit.sensitivity_flips import Flip, Turning, smallest_flips
from engine.audit.verdicts import Told


def answer(asked: Inquiry) -> Answer:
    """Thresholds and weights by how little they would have to change."""
    life = asked.life()
    told = asked.told(life, name=life.name)
    who = asked.person(told)
    edges = _edges(asked, told, who)
    turning = Turning(Trial(asked.audit.policy.versions, life.cast, life.events))
    flips: list[Flip] = []
    turned: set[str] = set()
    sure = True
    for score in told.standings[who].grades:
        if asked.budget.over:
            break
        found, idle = smallest_flips(turning.trial, Outcome(who, "grade", score), turning=turning)
        flips += found
        turned |= {one.knob.name for one in found} | {one.knob.name for one in idle}
        sure = sure and all(one.sure for one in idle)
    flips.sort(key=lambda one: (abs(one.change), one.knob.name))
    evidence = [
        *edges,
        *(
            asked.note(
                f"{one.knob.name} at {number(one.value)} instead of {number(one.knob.value)}:"
                f" {one.outcome.name} {one.before} → {one.after}",
                one.knob.clause,
                signed(one.change),
            )
            for one in flips[:12]
        ),
    ]
    figures = [
        ("weights, thresholds and numbers of conditions turned", str(len(turned))),
        ("of them can flip a grade", str(len({one.knob.name for one in flips}))),
        ("the others cannot, in their ranges", "surely" if sure else "as far as was looked"),
    ]
    if flips:
        first = flips[0]
        said = (
            f"{signed(first.change)} on {first.knob.name} would have put {who} into"
            f" {first.after} instead of {first.before}."
        )
    elif edges:
        said = f"No number of the policy alone flips a grade of {who}; {edges[0].what}."
    else:
        said = f"{who} has no grade that could flip."
    return asked.answer(
        3,
        f"{who} in {life.name}",
        said,
        figures=figures,
        evidence=evidence,
        how="the life played again with each number turned through its range,"
        " halving wherever its course changes",
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
