"""7. Can it be gamed? The cheapest way to the top grade while holding a serious default."""

from __future__ import annotations

from dataclasses import replace

from engine.audit.life import Life
from engine.audit.questions.base import Answer, Evidence, Inquiry, graded, looked, number, spell
from engine.audit.roads import Reaches, in_grade
from engine.audit.spaces import Conditions, Histories, Watched
from engine.audit.verdicts import Told, Verdict
from engine.audit.watches import moves
from engine.findings import Finding
from engine.language import expressions as ex
from engine.language.model.claims import TopGradeCosts


class _Bare(Histories):
    def begin(self) -> tuple[Life, ...]:
        return (Life(self.setting.plans(), self.setting.field.cast),)


def worst_acts(asked: Inquiry) -> dict[str, tuple[str, int]]:
    """Score → the event that alone costs most of it, and how much."""
    space = _Bare(asked.asked().setting())
    found: dict[str, tuple[str, int]] = {}
    for root in space.roots():
        for child in space.children(root):
            if isinstance(child, Finding):
                continue
            for step in child.lives[0].steps:
                if step.input is None:
                    continue
                for (_, score), (before, after, _) in moves(step).items():
                    if before - after > found.get(score, ("", 0))[1]:
                        found[score] = step.input.type, before - after
    return found


def conditions(asked: Inquiry) -> list[tuple[str, str, str | None]]:
    """(score, grade, what is held): as the audit's claims say, else the act that costs most."""
    made: list[tuple[str, str, str | None]] = []
    for loaded in asked.audit.claims:
        held = loaded.claim.parameters
        if isinstance(held, TopGradeCosts) and not loaded.claim.under:
            score = str(held.score or next(iter(asked.policy.grades)))
            grade = str(held.grade or asked.policy.grades[score][0].name)
            made.append((score, grade, str(held.holding) if held.holding is not None else None))
    if made:
        return made
    acts = worst_acts(asked)
    for score, grades in graded(asked.policy):
        act = acts.get(score) or max(acts.values(), key=lambda one: one[1], default=None)
        holding = f"count({act[0]}, ever) >= 1" if act is not None else None
        made.append((score, grades[0], holding))
    return made


def _cheapest(asked: Inquiry, score: str, grade: str, holding: str | None) -> Verdict:
    """The cheapest way by what somebody can choose; what is held may befall them."""
    bare = asked.asked()
    setting = bare.setting(*([holding] if holding is not None else []))
    held = _counted(holding)
    choices = tuple(c for c in setting.field.choices if not c.immutable or c.type in held)
    setting = replace(setting, field=replace(setting.field, choices=choices))
    there = in_grade(score, grade, holding, Conditions())
    return bare.searched(
        Watched(setting, lambda life: Reaches(setting.meant(life), there, f"grade {grade}"))
    )


def _counted(holding: str | None) -> frozenset[str]:
    """The event types that a condition counts."""
    if holding is None:
        return frozenset()
    calls = [node for node in ex.walk(ex.parse(holding)) if isinstance(node, ex.Call)]
    firsts = [call.arguments[0] for call in calls if call.arguments]
    return frozenset(first.path for first in firsts if isinstance(first, ex.Name))


def answer(asked: Inquiry) -> Answer:
    """The cheapest way, score by score."""
    figures: list[tuple[str, str]] = []
    evidence: list[Evidence] = []
    histories: list[Told] = []
    words = []
    hows = []
    for score, grade, holding in conditions(asked):
        verdict = _cheapest(asked, score, grade, holding)
        while_ = f" while {holding}" if holding is not None else ""
        hows.append(looked(verdict.reach))
        example = verdict.counterexample
        if example is None:
            words.append(f"no way to {grade} of {score}{while_} was found")
            continue
        told = example.histories[0]
        histories.append(told)
        figures += [
            (f"{score}: events to {grade}", str(example.events)),
            (f"{score}: what they cost", number(example.cost)),
        ]
        evidence += [spell(asked, score, event) for event in told.events]
        least = "" if example.least else " or less"
        words.append(
            f"{grade} of {score}{while_} takes {example.events} event"
            f"{'' if example.events == 1 else 's'} and costs {number(example.cost)}{least}"
        )
    said = "; ".join(words) or "no score has grades"
    return asked.answer(
        7,
        asked.policy.policy,
        f"{said[:1].upper()}{said[1:]}.",
        figures=figures,
        evidence=evidence,
        how="; ".join(hows) or "nothing to look for",
        histories=histories,
    )
