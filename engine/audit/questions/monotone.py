"""9. Is it monotone? A good deed more or a bad one less; any drop is a finding."""

from __future__ import annotations

from engine.audit.comparisons import leanings
from engine.audit.questions.base import Answer, Inquiry, looked, spell
from engine.language.model.claims import Monotone


def answer(asked: Inquiry) -> Answer:
    """Whether a deed that only ever helps can hurt, or one that only ever hurts can help."""
    good, bad = leanings(asked.policy)
    for loaded in asked.audit.claims:
        held = loaded.claim.parameters
        if isinstance(held, Monotone) and (held.good or held.bad):
            types = loaded.policy.policy.events
            good |= {str(t) for t in held.good if t in types}
            bad |= {str(t) for t in held.bad if t in types}
    figures = [
        ("good deeds", ", ".join(sorted(good)) or "none"),
        ("bad deeds", ", ".join(sorted(bad)) or "none"),
    ]
    if not good and not bad:
        said = "No event only ever helps or only ever hurts, so that there is nothing to compare."
        return asked.answer(9, asked.policy.policy, said, figures=figures, how="the rules, read")
    parameters = {"good": sorted(good), "bad": sorted(bad)}
    verdict = asked.verdict("monotone", {k: tuple(v) for k, v in parameters.items() if v})
    example = verdict.counterexample
    evidence = []
    if example is not None:
        evidence = [spell(asked, told.name, e) for told in example.histories for e in told.events]
        first, second = example.histories[0], example.histories[1]
        extra = next((e for e in first.events if e not in second.events), None)
        deed = f"with {extra.type} of {extra.who}" if extra is not None else "with one event more"
        side = "the worse" if extra is not None and extra.type in good else "the better"
        said = f"No: {deed} the life is {side} ({verdict.said})."
    else:
        proved = "for every history of this alphabet" if verdict.kind == "proved" else "so far"
        said = f"Yes, {proved}: no good deed hurt and no bad one helped."
    return asked.answer(
        9,
        asked.policy.policy,
        said,
        figures=figures,
        evidence=evidence,
        how=looked(verdict.reach),
        histories=example.histories if example else (),
    )
