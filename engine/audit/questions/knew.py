"""10. Did they know? Sanctions before notice; how long until things are known."""

from __future__ import annotations

from engine.audit.causes import sanctions
from engine.audit.questions.base import Answer, Evidence, Inquiry, looked
from engine.audit.watches import effects_of
from engine.values import show_instant, show_seconds


def answer(asked: Inquiry) -> Answer:
    """Every sanction of the scenarios against the first message, and every delay."""
    penalties = frozenset(str(name) for name in asked.policy.penalties)
    silent: list[Evidence] = []
    late: list[tuple[int, Evidence]] = []
    total = before = 0
    for story in asked.lives:
        told = asked.told(story)
        heard: set[str] = set()
        for step in told.steps:
            here = {e.target for e in effects_of(step) if e.kind in ("message", "notice")}
            for who, said, clause in sanctions(step, penalties):
                total += 1
                before += who in heard
                if who not in heard and who not in here:
                    what = f"{story.name}, {show_instant(step.at)}: {who}: {said}, nobody says so"
                    silent.append(asked.note(what, clause))
            heard |= here
            event = step.input
            if event is not None and event.known > event.at and step.fired:
                wait = event.known - event.at
                what = f"{story.name}: {event.type} of {event.who} counts {show_seconds(wait)} late"
                late.append((wait, asked.note(what, f"events.{event.type}", show_seconds(wait))))
    late.sort(key=lambda one: -one[0])
    verdict = asked.verdict("did-they-know", "true")
    ahead = asked.verdict("notice-before-penalty", "true")
    figures = [
        ("sanctions in the scenarios", str(total)),
        ("with a message before them", str(before)),
        ("in silence", str(len(silent))),
        ("longest until it was known", show_seconds(late[0][0]) if late else "at once"),
    ]
    words = []
    if silent:
        words.append(f"{len(silent)} of {total} sanctions came in silence")
    if verdict.kind == "refuted":
        words.append(f"a search finds that {verdict.said}")
    if ahead.kind == "refuted":
        words.append(f"and {ahead.said}" if words else ahead.said)
    said = "; ".join(words) or "whoever is sanctioned is told by then"
    histories = [v.counterexample.histories[0] for v in (verdict, ahead) if v.counterexample]
    return asked.answer(
        10,
        asked.policy.policy,
        f"{said[:1].upper()}{said[1:]}.",
        figures=figures,
        evidence=[*silent[:8], *(e for _, e in late[:5])],
        how=f"every scenario; {looked(verdict.reach)}",
        histories=histories,
    )
