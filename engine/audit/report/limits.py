"""What a page does not show, said as plainly as what it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.audit.report.groups import LEAST, Grouped
from engine.audit.report.material import Material
from engine.audit.report.sections import Abstract, Audited


def limits(
    material: Material, policies: Sequence[Abstract], judged: Sequence[Audited],
    groups: Sequence[Grouped],
) -> tuple[str, ...]:  # fmt: skip
    """Sentences; those first that a hasty reader would get wrong."""
    return tuple(_limits(material, policies, judged, groups))


def _limits(
    material: Material, policies: Sequence[Abstract], judged: Sequence[Audited],
    groups: Sequence[Grouped],
) -> Iterator[str]:  # fmt: skip
    if material.cut:
        yield f"It is not finished: {material.cut} before everything was looked at."
    yield ("It is about a text, not about a country: the policy as it is written in these files,"
           " with people and histories that are made up. It measures no real person and no"
           " real system.")  # fmt: skip
    main = policies[0]
    invented = main.standings[-1]
    if invented:
        yield (f"{invented} of the {main.numbers} numbers of {main.file} are invented. What hangs"
               " on them shows how such a rule works, not how strong a real one is.")  # fmt: skip
    claims = [claim for one in judged for claim in one.claims]
    if any(claim.kind == "held" for claim in claims):
        yield ("“Held” is not “proved”. It says that no counterexample is among the histories that"
               " were played; a longer one, a dearer one, or one with other events may"
               " exist.")  # fmt: skip
    if any(c.kind == "refuted" and c.form in ("recoverable", "never-qualifies") for c in claims):
        yield ("That no way leads back, or up, is known of the ways that were tried; each such"
               " claim says how many.")  # fmt: skip
    if claims:
        yield ("A search knows only the events, people and waits of its audit. “The least” and"
               " “over this alphabet” mean: among those.")  # fmt: skip
    else:
        yield "Nobody has written a claim about this policy, so none was judged."
    open_ = sum(claim.kind == "open" for claim in claims)
    if open_:
        yield f"{open_} of the {len(claims)} claims could not be judged; each says why."
    if any(one.charts for one in groups):
        yield ("Rates by group come from histories drawn evenly by lot, not from how people"
               " behave, and no population was counted. Groups of fewer than"
               f" {LEAST} are not judged.")  # fmt: skip
    else:
        yield "No population was counted: nothing is said of how many people a rule would hit."
    yield ("The numbers were turned one at a time. What two of them do together is only"
           " looked at with `demerit audit SCENARIO --sensitivity`.")  # fmt: skip
    undecided = sum(r.standing == "unknown" for one in material.examined for r in one.results)
    if undecided:
        yield f"The solver gave no answer to {undecided} of its questions; they are listed."
    yield ("Whether a rule is just, lawful or wise is not computed here. The page says what the"
           " rule does; the judgement is the reader's.")  # fmt: skip
