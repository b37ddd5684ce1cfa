"""What a claim is judged with: its policy and cast, its scenarios, and how far to look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from engine.audit.alphabet import Field, field_of
from engine.audit.bounds import Bounds, Budget
from engine.audit.life import Breach, Life, Versions
from engine.audit.replay import replay
from engine.audit.search import Found, Node, Search
from engine.audit.spaces import Conditions, Histories, Setting
from engine.audit.verdicts import Counterexample, Reach, Told, Verdict
from engine.evaluation.run import in_play_order
from engine.language.audit import LoadedAudit, LoadedClaim
from engine.language.load import LoadedPolicy
from engine.language.model import Claim, Part, Policy
from engine.language.rows import Cast, Event
from engine.language.scenario import LoadedScenario, load_scenario
from engine.language.triggers import matching_types


class Bench:
    """One audit at work: fields and scenarios are read once."""

    def __init__(self, audit: LoadedAudit) -> None:
        self.audit = audit
        self._fields: dict[int, Field] = {}
        self._scenarios: dict[tuple[Path, tuple[Path, ...]], LoadedScenario] = {}

    def field(self, policy: LoadedPolicy) -> Field:
        """What searches under a policy play with."""
        if id(policy) not in self._fields:
            self._fields[id(policy)] = field_of(self.audit, policy.policy)
        return self._fields[id(policy)]

    def scenario(self, path: Path, reforms: tuple[Path, ...]) -> LoadedScenario:
        """A scenario under the audit's policy and some reforms."""
        key = path, reforms
        if key not in self._scenarios:
            self._scenarios[key] = load_scenario(
                path, reforms, policy_path=self.audit.policy.path, expecting=False
            )
        return self._scenarios[key]


@dataclass(frozen=True)
class Given:
    """A history that is given, not looked for."""

    name: str  # of its scenario
    cast: Cast
    events: tuple[Event, ...]  # in playing order

    @property
    def end(self) -> int | None:
        """When it is over, if it says so."""
        return self.cast.until


@dataclass(frozen=True)
class Asked:
    """One claim, and all that is needed to judge it."""

    bench: Bench
    loaded: LoadedClaim
    bounds: Bounds
    budget: Budget

    @property
    def claim(self) -> Claim:
        """The claim as it is written."""
        return self.loaded.claim

    @property
    def held(self) -> Part | str:
        """Its parameters, or its condition."""
        return self.claim.parameters

    @property
    def policy(self) -> Policy:
        """The policy under the claim's reforms."""
        return self.loaded.policy.policy

    @property
    def versions(self) -> Versions:
        """That policy, by the instant from which each version is in force."""
        return self.loaded.policy.versions

    @cached_property
    def reforms(self) -> tuple[Path, ...]:
        """The files of the claim's reforms."""
        folder = self.bench.audit.path.resolve().parent
        return tuple((folder / str(text)).resolve() for text in self.claim.under)

    def setting(self, *texts: str, mutable: bool = False, named: tuple[str, ...] = ()) -> Setting:
        """What a search plays with; ``texts`` are conditions that it reads."""
        who = str(self.claim.who) if self.claim.who is not None else None
        field = self.bench.field(self.loaded.policy)
        when = [c.when for c in field.choices if c.when]
        reads = tuple(dict.fromkeys([*texts, *when, *([who] if who else [])]))
        return Setting(self.versions, field, Conditions(), reads, who, mutable, frozenset(named))

    def given(self) -> Iterator[Given]:
        """The histories of the claim's scenarios."""
        for path in self.loaded.scenarios:
            loaded = self.bench.scenario(path, self.reforms)
            yield Given(
                str(loaded.scenario.scenario), loaded.cast, tuple(in_play_order(loaded.events))
            )

    def types(self, patterns: tuple[str, ...]) -> frozenset[str]:
        """The event types that some patterns fit; without any, all."""
        if not patterns:
            return frozenset(str(name) for name in self.policy.events)
        return frozenset(t for p in patterns for t in matching_types(str(p), self.policy))

    def penalties(self, names: tuple[str, ...]) -> frozenset[str]:
        """The penalties that are named; without any, all."""
        return frozenset(str(name) for name in (names or self.policy.penalties))

    # --- verdicts ------------------------------------------------------------------------

    def searched(self, space: Histories, names: tuple[str, ...] = ("",)) -> Verdict:
        """Look for a counterexample in a space, and say what came of it."""
        found = Search(space, self.bounds, self.budget).run()
        reach = self.reach(found)
        if found.node is None:
            return self.nothing_found(reach)
        example = self.example(found.node, space, names, least=found.least)
        assert found.node.breach is not None
        return Verdict(
            self.claim, self.loaded.policy, "refuted", found.node.breach.said, reach, example
        )

    def reach(self, found: Found) -> Reach:
        """How far a search looked."""
        return Reach(
            found.histories,
            found.events,
            found.cost,
            self.bounds.seed,
            found.exhausted,
            found.complete,
            found.walks,
            found.cut,
            stopped=found.stopped,
        )

    def nothing_found(self, reach: Reach) -> Verdict:
        """Proved if every state was seen, else held so far."""
        if reach.exhausted and reach.stopped is None:
            said = "every state that this alphabet can reach was seen"
            return Verdict(self.claim, self.loaded.policy, "proved", said, reach)
        if reach.histories == 0 and reach.cut:
            return Verdict(self.claim, self.loaded.policy, "open", reach.cut, reach)
        return Verdict(self.claim, self.loaded.policy, "held", "nothing found against it", reach)

    def example(
        self, node: Node, space: Histories, names: tuple[str, ...], *, least: bool
    ) -> Counterexample:
        """A node that breaks the claim, played again from the start."""
        breach = node.breach
        assert breach is not None
        told = []
        for number, name in enumerate(names):
            versions, cast = self.of_life(space, number)
            end = max(breach.at, node.lives[0].now) + space.shift(number)
            told.append(replay(versions, cast, node.events(number), end, name))
        return Counterexample(breach, tuple(told), node.cost, least)

    def of_life(self, space: Histories, number: int) -> tuple[Versions, Cast]:
        """The policy and the cast that one life of a space is played with."""
        casts = getattr(space, "casts", None)
        original = getattr(space, "original", None)
        cast = casts[number][1] if casts else space.setting.field.cast
        if space.shift(number):
            cast = cast._replace(start=cast.start + space.shift(number))
        return (original if original and number else self.versions), cast

    def refuted(self, breach: Breach, told: list[Told], scenario: str, histories: int) -> Verdict:
        """A scenario breaks the claim."""
        reach = Reach(
            histories, max(len(t.events) for t in told), None, self.bounds.seed, of="scenarios"
        )
        cost = sum(self.cost_of(event) for event in told[0].events)
        example = Counterexample(breach, tuple(told), cost, False, scenario)
        return Verdict(self.claim, self.loaded.policy, "refuted", breach.said, reach, example)

    def kept(self, histories: int, events: int = 0) -> Verdict:
        """No scenario breaks the claim."""
        reach = Reach(histories, events, None, self.bounds.seed, of="scenarios")
        said = "nothing found against it"
        return Verdict(self.claim, self.loaded.policy, "held", said, reach)

    def cost_of(self, event: Event) -> int:
        """What an event costs in the alphabet; 1 if it is not in it."""
        for move in self.bench.audit.alphabet:
            if move.type == event.type:
                return move.move.cost
        return 1_000_000

    def fresh(self, given: Given, watch: object, *texts: str) -> Life:
        """A life of a given cast that keeps what some conditions read."""
        from engine.audit.life import plans_of

        life = Life(plans_of(self.versions, texts), given.cast)
        life.watched_by(watch)  # type: ignore[arg-type]
        return life

    def meant(self, life: Life) -> frozenset[str]:
        """The subjects of a life that the claim is about, as they are at joining."""
        everybody = frozenset(life.player.world.subjects)
        if self.claim.who is None:
            return everybody
        conditions, who = Conditions(), str(self.claim.who)
        return frozenset(one for one in everybody if conditions.holds(who, life, one))


def cut(events: tuple[Event, ...], at: int) -> tuple[Event, ...]:
    """The events that were known by an instant."""
    return tuple(event for event in events if event.known <= at)
