"""11. Who else is hit? Sanctions on subjects with no act of their own that set them off."""

from __future__ import annotations

from engine.audit.questions.base import Answer, Inquiry, looked
from engine.audit.questions.twice import sanctioned
from engine.values import show_instant


def answer(asked: Inquiry) -> Answer:
    """Everybody who is sanctioned by somebody else's event."""
    found = sanctioned(asked)
    others = [one for one in found if one.who != one.root.who]
    evidence = []
    for one in others[:8]:
        event = one.root.event
        assert event is not None
        head = f"{one.who}, for {event.type} of {event.who} on {show_instant(event.known)}"
        evidence += [asked.note(f"{head}: {said}", clause) for said, clause in one.what]
    verdict = asked.verdict("no-sanction-by-relation", "true")
    people = sorted({one.who for one in others})
    figures = [
        ("sanctions in the scenarios", str(sum(len(one.what) for one in found))),
        ("for acts of others", str(sum(len(one.what) for one in others))),
        ("people hit by acts of others", str(len(people))),
    ]
    example = verdict.counterexample
    if people:
        said = f"{', '.join(people)}: hit by what somebody else did."
    elif example is not None:
        said = f"{example.breach.who} can be: {verdict.said}."
    else:
        said = "Nobody was found who is hit without an act of their own."
    return asked.answer(
        11,
        asked.policy.policy,
        said,
        figures=figures,
        evidence=evidence,
        how=f"every scenario; {looked(verdict.reach)}",
        histories=example.histories if example else (),
    )
