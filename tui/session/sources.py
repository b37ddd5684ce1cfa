"""In a worker: where stories come from, a life that is played once more or a saved ledger.

What is asked for is plain data: the ``base`` of a life as its session requests it, with the
``edits`` of a branch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.cli.ledgers import source_of as ledger_source
from engine.evaluation.ledger import step_json
from engine.evaluation.lowering import Plans
from engine.evaluation.matchers.plain import PlainMatcher
from engine.evaluation.records import Step
from engine.evaluation.step import Player
from engine.findings import DemeritError
from engine.language.translations import in_language
from engine.stories.source import Row, Source
from tui.session.base import Base, base_of, events_of
from tui.session.edits import edit_of
from tui.session.ledger_base import LedgerBase
from tui.session.material import Material

REMEMBERED = 50_000  # steps before the first one that a page tells which are read too


class Enough(Exception):
    """The last step that is wanted was played."""


@dataclass
class Lived:
    """A life, to be gone through from the beginning."""

    base: Base
    material: Material
    source: Source  # without steps, where they are played
    player: Player | None = None

    def rows(self, take: Callable[[Row], None]) -> None:
        """Hand out every step as a row of a ledger."""
        if isinstance(self.base, LedgerBase):
            for row in self.source.rows():
                take(row)
        else:
            self._play(lambda step: take(step_json(step)))

    def steps(self, first: int, last: int, most: int) -> Source:
        """The source with the steps ``first`` … ``last`` (0: to the end) to be told, ``most``
        of them at most, and as many before them as are remembered."""
        low, high = max(first - REMEMBERED, 1), (last or first + most)
        high = min(high, max(first, 1) + most - 1)
        kept: list[Step] = []
        if isinstance(self.base, LedgerBase):
            kept += _between(self.source.steps(), low, high)
            return replace(self.source, steps=lambda: iter(kept), since=first)

        def take(step: Step) -> None:
            if step.number > high:
                raise Enough
            if step.number >= low:
                kept.append(step)

        ended = self._play(take)
        assert self.player is not None
        standings = self.player.standings() if ended and first <= 1 else {}
        return replace(self.source, steps=lambda: iter(kept), since=first, standings=standings)

    def _play(self, take: Callable[[Step], None]) -> bool:
        """Play it; whether it came to its end."""
        material = self.material
        until = material.cast.until if material.cast else None
        player = self.player = Player(Plans(material.versions), material.cast, PlainMatcher(), take)
        try:
            player.begin()
            for event in events_of(self.base, material):
                player.feed(event)
            if until is not None:
                player.advance(max(until, player.now or until))
        except (Enough, DemeritError):  # a life that stops early is told as far as it goes
            return False
        return True


def _between(steps: Iterator[Step], low: int, high: int) -> Iterator[Step]:
    for step in steps:
        if step.number > high:
            return
        if step.number >= low:
            yield step


def lived(job: Mapping[str, Any], edits: Sequence[dict[str, Any]]) -> Lived:
    """The life of a branch. Raises :class:`DemeritError` if it cannot be read any more."""
    if job["base"] == "ledger":
        policy = Path(job["policy"]) if job["policy"] else None
        ledger = LedgerBase(Path(job["path"]), policy, job["lang"])
        material = ledger.material(())
        source = ledger_source(ledger.path, policy=policy)
        return Lived(ledger, material, replace(source, versions=material.versions))
    base = base_of(job)
    material = base.material(tuple(edit_of(edit) for edit in edits))
    scenario = material.scenario.scenario if material.scenario else None
    lang = job["lang"]
    title = in_language(scenario.title or scenario.scenario, lang) if scenario else material.title
    about = in_language(scenario.about, lang) if scenario and scenario.about else ""
    source = Source(
        title, material.policy_id, lambda: iter(()), lambda: iter(()),
        lambda: _people(base, material),
        frozenset(str(name) for _, policy in material.versions for name in policy.penalties),
        material.versions, material.cast, material.names(), material.folder, about,
    )  # fmt: skip
    return Lived(base, material, source)


def _people(base: Base, material: Material) -> Iterable[str]:
    members = [member.id for member in material.cast.members] if material.cast else []
    return dict.fromkeys([*members, *(event.who for event in events_of(base, material))])
