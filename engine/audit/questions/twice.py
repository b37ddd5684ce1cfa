"""8. Is anything counted twice? Penalties, losses and listings per root act."""

from __future__ import annotations

from typing import NamedTuple

from engine.audit.causes import sanctions
from engine.audit.life import Life, Root, plans_of
from engine.audit.questions.base import Answer, Inquiry, looked
from engine.language.model import Policy
from engine.values import show_instant


class Sanctioned(NamedTuple):
    """What one event brought upon one person, at once and later."""

    root: Root
    who: str
    what: tuple[tuple[str, str], ...]  # in words, and the clause


def sanctioned(asked: Inquiry) -> list[Sanctioned]:
    """Every event of the scenarios that sanctioned somebody, those with most sanctions first."""
    penalties = frozenset(str(name) for name in asked.policy.penalties)
    made: list[Sanctioned] = []
    for story in asked.lives:
        life = Life(plans_of(asked.audit.policy.versions), story.cast)
        for event in story.events:
            life.feed(event)
        if story.cast.until is not None:
            life.advance(max(story.cast.until, life.now))
        found: dict[tuple[int, str], list[tuple[str, str]]] = {}
        for step in life.steps:
            root = life.roots[step.number - 1]
            if root.event is None:
                continue
            for who, said, clause in sanctions(step, penalties):
                found.setdefault((root.step, who), []).append((said, clause))
        made += [
            Sanctioned(life.roots[number - 1], who, tuple(what))
            for (number, who), what in found.items()
        ]
    return sorted(made, key=lambda one: -len(one.what))


def begun(one: Sanctioned, policy: Policy) -> int:
    """How many penalties are among them."""
    names = {f"{name} begins" for name in policy.penalties}
    return sum(said in names for said, _ in one.what)


def answer(asked: Inquiry) -> Answer:
    """The most that one act brought upon one person; and what a search finds."""
    found = sanctioned(asked)
    evidence = []
    for one in [s for s in found if len(s.what) > 1][:6]:
        assert one.root.event is not None
        event = one.root.event
        head = f"{event.type} of {event.who}, {show_instant(event.known)}"
        evidence += [asked.note(f"{head}: {said}", clause) for said, clause in one.what]
    verdict = asked.verdict("no-double-jeopardy", {"at_most": "1"})
    most = max((len(one.what) for one in found), default=0)
    worst = max((begun(one, asked.policy) for one in found), default=0)
    figures = [
        ("acts that sanction somebody", str(len(found))),
        ("most sanctions of one act", str(most)),
        ("most penalties of one act", str(worst)),
    ]
    if verdict.kind == "refuted":
        said = f"Yes: {verdict.said}."
    elif worst > 1:
        said = f"Yes: in a scenario one act begins {worst} penalties of one person."
    elif most > 1:
        said = f"One act begins one penalty at most, but is felt in {most} places."
    else:
        said = "No act was found that is counted twice."
    histories = verdict.counterexample.histories if verdict.counterexample else ()
    return asked.answer(
        8,
        asked.policy.policy,
        said,
        figures=figures,
        evidence=evidence,
        how=f"every scenario, act by act; {looked(verdict.reach)}",
        histories=histories,
    )
