"""Writes ``gallery.md``: a paragraph and a real excerpt of outcome for each pack.

``python -m docs.make_gallery`` writes it anew. Excerpts are played, never typed; a test plays them
again and compares.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

from engine.cli import output
from engine.cli.compare import judges_of
from engine.cli.compare_show import Pair, show
from engine.cli.playing import load, play_scenario
from engine.cli.timeline import show_steps
from engine.evaluation.records import Step
from engine.language.load import load_policy
from engine.language.model import Policy
from policies import find_pack, packs

PAGE = Path(__file__).with_name("gallery.md")

HEAD = """\
# Gallery

Every pack that comes with the tool: what it is about, and a piece of what happens in it. All people
are invented. How far each number may be believed, `demerit sources PACK` says; what is real about a
pack and what is not, its README.

This page is made by `python -m docs.make_gallery`: the excerpts are played, not written.
"""


class Excerpt(NamedTuple):
    """A few steps of a scenario: the first ones in which these rules fired."""

    scenario: str
    rules: tuple[str, ...]
    who: str | None = None  # only steps of this subject


class Judged(NamedTuple):
    """A scenario under several policies, as ``demerit compare`` shows it."""

    scenario: str
    policies: tuple[str, ...]  # files of the pack, patterns allowed


EXCERPTS: dict[str, Excerpt | Judged] = {
    "aged-parents": Excerpt("the-quarrel", ("heard", "neglect", "withdrawn")),
    "behaviour-points": Excerpt("room-twelve", ("net", "missed", "isolated")),
    "benefit-sanctions": Excerpt("three-years", ("first", "second", "third-before-2019")),
    "black-box": Excerpt("the-early-shift", ("warn", "count-down", "run-out"), "blessing"),
    "credit-repair": Excerpt("the-way-out", ("general", "too-early", "repair")),
    "defaulters-list": Excerpt("the-day-after", ("term", "listed", "delisted")),
    "double-booking": Excerpt("the-note", ("second-car", "note-on-file")),
    "five-stars": Excerpt("four-eggs", ("tap", "told", "no-table"), "ottilie"),
    "four-areas": Excerpt("the-new-clerk", ("hall", "ignored")),
    "good-citizen-card": Excerpt("the-fourth", ("no-card-left", "full-fare", "withdrawn")),
    "hangzhou-2006": Excerpt("the-same-eleven-days", ("late-person", "late-institution")),
    "honest-city-app": Excerpt("the-last-vet", ("trade-guilt", "licence")),
    "marital-record": Excerpt("a-month", ("nothing-known", "fraud", "within-two-months")),
    "one-good-deed": Excerpt("ten-deeds", ("default", "decline", "lend"), "xue-song"),
    "osmanthus": Excerpt("the-flower", ("judgment", "fine", "jaywalk", "blood")),
    "pilots": Excerpt("the-button-factory", ("unpaid-wages", "school-says-no", "made-good")),
    "platform-rating": Excerpt("good-evening", ("warn", "end")),
    "public-reports": Excerpt("what-a-lie-costs", ("at-once", "no-post", "paid-back")),
    "reminders": Excerpt("the-kitchen-table", ("pay", "again", "litter")),
    "state-and-platforms": Judged("seen-by-the-state", ("policy.yaml", "platform.yaml")),
    "suining-2010": Excerpt("fourteen-loans", ("year-d", "brave"), "ge-shuming"),
    "thin-file": Excerpt("four-bills", ("night", "moved", "decline"), "mao-jie"),
    "travel-bans": Excerpt("three-tickets", ("bar", "no-seat", "free")),
    "twelve-cities": Judged("in-plum-garden", ("cities/*.yaml",)),
}


def gallery() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_entry(name) for name in packs())])


def _entry(name: str) -> str:
    folder = find_pack(name)
    policy = load_policy(folder / "policy.yaml").policy
    shown = EXCERPTS[name]
    lines = [
        f"## [{policy.title or name}](../policies/{name}/README.md)",
        "",
        f"`{name}` · {_standing(policy)}",
        "",
        *wrap(" ".join(str(policy.about or "").split()), 100),
        "",
        "```",
        _played(folder, shown).rstrip("\n"),
        "```",
        "",
        f"Play it: `{_command(name, shown)}`",
        "",
    ]
    return "\n".join(lines)


def _standing(policy: Policy) -> str:
    kinds = len(policy.events)
    events = "1 kind of event" if kinds == 1 else f"{kinds} kinds of event"
    return f"{policy.standing}, {len(policy.rules)} rules, {events}"


def _command(name: str, shown: Excerpt | Judged) -> str:
    if isinstance(shown, Excerpt):
        return f"demerit run {name}/{shown.scenario}"
    files = " ".join(f"policies/{name}/{pattern}" for pattern in shown.policies)
    return f"demerit compare {name}/{shown.scenario} --policies {files}"


def _played(folder: Path, shown: Excerpt | Judged) -> str:
    path = folder / "scenarios" / f"{shown.scenario}.yaml"
    written = io.StringIO()
    with redirect_stdout(written):
        if isinstance(shown, Judged):
            _compared(path, [f for pattern in shown.policies for f in sorted(folder.glob(pattern))])
        else:
            played = play_scenario(load(path), "plain")
            steps = list(_chosen(played.outcome.steps, shown))
            show_steps(steps, len(steps), whole=True)
    return written.getvalue()


def _chosen(steps: Sequence[Step], shown: Excerpt) -> Iterator[Step]:
    """The steps of an excerpt, in order; ``ValueError`` if a rule did not fire there."""
    numbers = set()
    for rule in shown.rules:
        fired = (s.number for s in steps if rule in s.fired and shown.who in (None, s.who))
        number = next(fired, None)
        if number is None:
            raise ValueError(f"`{rule}` does not fire in {shown.scenario}: choose another excerpt")
        numbers.add(number)
    return (step for step in steps if step.number in numbers)


def _compared(path: Path, policies: list[Path]) -> None:
    judges = judges_of(path, policies, "plain", None)
    show(judges, Pair.of(judges) if len(judges) == 2 else None, None)


def main() -> None:
    """Write the page."""
    PAGE.write_text(gallery(), "utf-8")
    output.say(f"{PAGE.name} is written")


if __name__ == "__main__":
    main()
