"""4. Can anyone get out? Fewest days and events from the worst grade to the start."""

from __future__ import annotations

from dataclasses import replace

from engine.audit.life import Life
from engine.audit.questions.base import Answer, Evidence, Inquiry, graded, looked, spell
from engine.audit.replay import replay
from engine.audit.roads import Onward, Reaches, in_grade
from engine.audit.search import Found, Node, Search
from engine.audit.spaces import Conditions, Setting, Watched
from engine.audit.verdicts import Told
from engine.values import DAY, format_number, show_seconds

YEARS = 10  # that somebody waits


def answer(asked: Inquiry) -> Answer:
    """For every score with grades: the least way down, and the least way back."""
    setting = asked.asked().setting()
    evidence: list[Evidence] = []
    figures: list[tuple[str, str]] = []
    histories: list[Told] = []
    words: list[str] = []
    for score, grades in graded(asked.policy):
        start = asked.policy.scores[score].start
        floors = [grade.from_ for grade in asked.policy.grades[score]]
        joined = grades[next((i for i, f in enumerate(floors) if start >= f), len(grades) - 1)]
        if joined == grades[-1]:
            words.append(f"in {score} everybody begins in {joined}, the worst")
            continue
        down = _down(asked, setting, score, grades[-1])
        if down.node is None:
            how = looked(asked.asked().reach(down))
            words.append(f"nobody was found to fall to {grades[-1]} of {score}")
            evidence.append(
                asked.note(f"{score}: no way down to {grades[-1]}; {how}", f"grades.{score}")
            )
            continue
        node = down.node
        who = node.breach.who if node.breach is not None else ""
        figures.append((f"{score}: events down to {grades[-1]}", str(node.size)))
        days, way, tried = _back(asked, setting, node, who, score, joined)
        if days is not None:
            figures.append((f"{score}: days back to {joined} by waiting", _days(days)))
        if way is not None:
            took = way.lives[0].now - node.lives[0].now
            figures.append((f"{score}: fewest events back", str(way.size)))
            figures.append((f"{score}: days that they take", _days(took)))
            figures.append((f"{score}: what they cost", format_number(way.cost)))
        words.append(_words(score, grades[-1], joined, days, way, tried))
        back = way.events(0) if way is not None else ()
        events = (*node.events(0), *back)
        end = max([node.lives[0].now, *(event.known for event in back)])
        end += 0 if days is None or way is not None else days
        histories.append(
            replay(
                asked.audit.policy.versions,
                setting.field.cast,
                events,
                end,
                f"{score}: down and back" if days or way else f"{score}: down",
            )
        )
        evidence += [spell(asked, f"{score}, down", event) for event in node.events(0)]
        evidence += [spell(asked, f"{score}, back", event) for event in back]
    said = "; ".join(words) if words else "no score has grades"
    said = f"{said[:1].upper()}{said[1:]}."
    return asked.answer(
        4,
        asked.policy.policy,
        said,
        figures=figures,
        evidence=evidence,
        how=f"least-cost searches with seed {asked.bounds.seed}, and waiting for {YEARS} years",
        histories=histories,
    )


def _down(asked: Inquiry, setting: Setting, score: str, grade: str) -> Found:
    there = in_grade(score, grade, None, Conditions())
    space = Watched(setting, lambda life: Reaches(setting.meant(life), there, grade))
    found = Search(space, asked.bounds, asked.budget).run()
    node = found.node
    if node is not None and node.breach is not None and node.lives[0].now < node.breach.at:
        node.lives[0].advance(node.breach.at)  # it takes time, and nothing else
    return found


def _back(
    asked: Inquiry, setting: Setting, node: Node, who: str, score: str, grade: str
) -> tuple[int | None, Node | None, int]:
    """Seconds until time alone leads back, the least way by events, and how many were tried."""
    there = in_grade(score, grade, None, Conditions())
    start = node.lives[0].fork()
    start.watched_by(Reaches(frozenset((who,)), there, ""))
    until = start.now + YEARS * 366 * DAY
    patient: Life = start.fork()
    patient.advance(until)
    days = patient.breach.at - start.now if patient.breach is not None else None
    space = Onward(replace(setting, mutable=True), start, node, until, who, waits=False)
    found = Search(space, asked.bounds, asked.budget).run()
    return days, found.node, found.histories


def _days(seconds: int) -> str:
    return format_number(seconds * 1_000_000 // DAY // 10_000 * 10_000)


def _words(
    score: str, worst: str, joined: str, days: int | None, way: Node | None, tried: int
) -> str:
    ways = []
    if way is not None:
        ways.append(f"by {way.size} event{'' if way.size == 1 else 's'}")
    if days is not None:
        ways.append(f"by waiting {show_seconds(days)}")
    if ways:
        return f"from {worst} of {score} one gets back to {joined} {' or '.join(ways)}"
    return (
        f"from {worst} of {score} no way back to {joined} was found ({tried:,} ways tried,"
        f" {YEARS} years waited)"
    )
