"""Claims about many histories at once: what is dead, what dominates, who bears it, how close."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from engine.audit.bounds import Bounds
from engine.audit.context import Asked
from engine.audit.flips import smallest_flip
from engine.audit.life import Breach, Life, Versions
from engine.audit.replay import replay
from engine.audit.search import Node, Search
from engine.audit.spaces import Watched
from engine.audit.verdicts import Reach, Verdict
from engine.audit.watches import Plain, Seen, effects_of
from engine.evaluation.records import SCORE_EFFECTS, Step
from engine.language.model import Policy
from engine.language.model import claims as forms
from engine.language.rows import Event
from engine.values import MILLION, divide, format_number

# --- dead -------------------------------------------------------------------------------------


@dataclass
class Used:
    """What of a policy some histories have put to use."""

    rules: set[str] = field(default_factory=set)
    measures: set[str] = field(default_factory=set)
    grades: set[tuple[str, str]] = field(default_factory=set)

    def add(self, life: Life, step: Step) -> None:
        """What a step used."""
        self.rules.update(step.fired)
        for effect in effects_of(step):
            if effect.kind == "began":
                self.measures.add(effect.name)
        self.stand(life)

    def stand(self, life: Life) -> None:
        """What everybody's state uses."""
        for standing in life.standings().values():
            self.measures.update(standing.active)
            self.grades.update(standing.grades.items())

    def unused(self, policy: Policy, but: frozenset[str] = frozenset()) -> list[str]:
        """What is dead, as paths of clauses; grades as ``grades.SCORE.GRADE``."""
        rules = [f"rules.{r.id}" for r in policy.rules if r.id not in self.rules | but]
        measures = [
            f"{section}.{name}"
            for section, table in (("rewards", policy.rewards), ("penalties", policy.penalties))
            for name in table
            if name not in self.measures | but
        ]
        grades = [
            f"grades.{score}.{grade.name}"
            for score, ladder in policy.grades.items()
            for grade in ladder
            if (str(score), str(grade.name)) not in self.grades
        ]
        return [*rules, *measures, *grades]


class Coverage(Plain):
    """A watch that takes down what is used; its `breach` is that nothing is left."""

    def __init__(
        self, who: frozenset[str], used: Used, policy: Policy, but: frozenset[str]
    ) -> None:
        super().__init__(who)
        self.used, self.policy, self.but = used, policy, but

    def start(self, life: Life) -> Seen:
        """Joining counts."""
        self.used.stand(life)
        return super().start(life)

    def see(self, life: Life, step: Step, memory: Any) -> Seen:
        """Take a step down."""
        self.used.add(life, step)
        if self.used.unused(self.policy, self.but):
            return None, None
        return None, Breach("", "nothing is left that is dead", step.at)


def nothing_dead(asked: Asked) -> Verdict:
    """Every rule can fire, every measure can be held, every grade can be reached."""
    held = cast(forms.NothingDead, asked.held)
    but, used = frozenset(map(str, held.but)), Used()
    if asked.loaded.scenarios:
        count = 0
        for given in asked.given():
            count += 1
            life = asked.fresh(given, Coverage(frozenset(), used, asked.policy, but))
            _to_end(life, given.events, given.end)
        return _dead(asked, used, but, Reach(count, 0, None, asked.bounds.seed, of="scenarios"))
    setting = asked.setting()
    space = Watched(setting, lambda life: Coverage(frozenset(), used, asked.policy, but))
    found = Search(space, asked.bounds, asked.budget).run()
    return _dead(asked, used, but, asked.reach(found))


def _dead(asked: Asked, used: Used, but: frozenset[str], reach: Reach) -> Verdict:
    unused = used.unused(asked.policy, but)
    policy = asked.loaded.policy
    if not unused:
        said = "every rule fired, every measure was held, every grade was reached"
        return Verdict(asked.claim, policy, "proved", said, reach)
    more = f", and {len(unused) - 4} more" if len(unused) > 4 else ""
    never = "never in these" if reach.of == "scenarios" else "never met with"
    return Verdict(asked.claim, policy, "refuted", f"{never}: {', '.join(unused[:4])}{more}", reach)


def _to_end(life: Life, events: Iterable[Event], until: int | None) -> None:
    for event in events:
        life.feed(event)
    if until is not None:
        life.advance(max(until, life.now))


# --- what dominates ------------------------------------------------------------------------------


def movement(steps: Iterable[Step]) -> dict[str, dict[str, int]]:
    """Score → clause → how far it moved that score, up and down together, in millionths."""
    found: dict[str, dict[str, int]] = {}
    for step in steps:
        for effect in effects_of(step):
            if effect.kind in SCORE_EFFECTS and effect.kind != "clamp" and effect.change:
                table = found.setdefault(effect.name, {})
                table[effect.clause] = table.get(effect.clause, 0) + abs(effect.change)
    return found


def no_dominance(asked: Asked) -> Verdict:
    """No rule makes more than a share of all movement of a score."""
    held = cast(forms.NoDominance, asked.held)
    total: dict[str, dict[str, int]] = {}
    count = events = 0
    for steps, length in _lives(asked):
        count, events = count + 1, max(events, length)
        for score, table in movement(steps).items():
            for clause, moved in table.items():
                into = total.setdefault(score, {})
                into[clause] = into.get(clause, 0) + moved
    of = "scenarios" if asked.loaded.scenarios else "search"
    walks = 0 if asked.loaded.scenarios else count
    reach = Reach(count, events, None, asked.bounds.seed, walks=walks, of=of)
    for score, table in total.items():
        if held.score is not None and score != held.score:
            continue
        whole = sum(table.values())
        clause = max(table, key=lambda name: (table[name], name))
        share = divide(table[clause], whole)
        if clause.startswith("rules.") and share > held.share:
            said = f"{clause} makes {_percent(share)} of all movement of {score}"
            return Verdict(asked.claim, asked.loaded.policy, "refuted", said, reach)
    return Verdict(asked.claim, asked.loaded.policy, "held", "no rule makes more", reach)


def _percent(share: int) -> str:
    return f"{format_number(share * 100 // 100_000 * 100_000)} %"


def _lives(asked: Asked) -> Iterator[tuple[list[Step], int]]:
    """The steps of the claim's scenarios, or of histories drawn by lot."""
    if asked.loaded.scenarios:
        for given in asked.given():
            life = asked.fresh(given, None)
            _to_end(life, given.events, given.end)
            yield life.steps, len(given.events)
        return
    setting = asked.setting()
    space = Watched(setting, lambda life: None)
    for node in drawn(space, asked.bounds, most=max(1, asked.bounds.histories // 50)):
        told = replay(asked.versions, setting.field.cast, node.events(0))
        yield list(told.steps), node.size


def drawn(space: Watched, bounds: Bounds, most: int) -> Iterator[Node]:
    """Histories of full length, drawn by lot; as many as are asked for."""
    chance = random.Random(bounds.seed)  # noqa: S311  # repeatable, not secret
    roots = list(space.roots())
    for _ in range(most):
        node = chance.choice(roots)
        while node.size < bounds.events:
            child = space.any_child(node, chance)
            if not isinstance(child, Node):
                break
            node = child
        yield node


# --- who bears it ---------------------------------------------------------------------


@dataclass(frozen=True)
class Rate:
    """How many of a group an outcome befell."""

    group: str
    of: int
    hit: int


def rates(people: Mapping[str, tuple[str, frozenset[str]]], outcome: str) -> list[Rate]:
    """The rate of an outcome in each group; ``people``: who → group, and what befell them."""
    groups: dict[str, list[bool]] = {}
    for group, befell in people.values():
        groups.setdefault(group, []).append(outcome in befell)
    return [Rate(group, len(hits), sum(hits)) for group, hits in sorted(groups.items())]


def who_bears(asked: Asked) -> Verdict:
    """Among groups that differ in an attribute, rates of outcomes differ by at most a ratio."""
    held = cast(forms.WhoBears, asked.held)
    reach = Reach(0, 0, None, asked.bounds.seed, of="scenarios")
    policy = asked.loaded.policy
    if not asked.loaded.scenarios:
        return _over_population(asked, held)
    people: dict[str, tuple[str, frozenset[str]]] = {}
    for given in asked.given():
        life = asked.fresh(given, None)
        _to_end(life, given.events, given.end)
        meant = asked.meant(life)
        for member in given.cast.members:
            if member.id in meant and str(held.over) in member.attributes:
                group = _text(member.attributes[str(held.over)])
                people[f"{given.name} {member.id}"] = group, befell(life.steps, member.id, life)
    reach = Reach(len(asked.loaded.scenarios), 0, None, asked.bounds.seed, of="scenarios")
    small: set[str] = set()
    for outcome in map(str, held.of or asked.policy.penalties):
        found = rates(people, outcome)
        small |= {r.group for r in found if r.of < held.least}
        judged = [r for r in found if r.of >= held.least]
        said = _unequal(judged, held.at_most, outcome)
        if said:
            return Verdict(asked.claim, policy, "refuted", said, reach)
    if len(small) + 1 >= len({group for group, _ in people.values()}):
        said = (
            f"no two groups of {held.least} or more; too small to judge: {', '.join(sorted(small))}"
        )
        return Verdict(asked.claim, policy, "open", said, reach)
    said = f"too small to judge: {', '.join(sorted(small))}" if small else "rates are near enough"
    return Verdict(asked.claim, policy, "held", said, reach)


def _over_population(asked: Asked, held: forms.WhoBears) -> Verdict:
    from engine.audit import bearing_population as crowds

    policy, crowd = asked.loaded.policy, asked.bounds.crowd
    path = asked.loaded.population or crowd.population or crowds.population_beside(policy)
    if path is None:
        reach = Reach(0, 0, None, asked.bounds.seed, of="population")
        said = "needs people to count: name `scenarios`, or write a population for the policy"
        return Verdict(asked.claim, policy, "open", said, reach)
    counted = crowds.count(policy, path, crowd)
    reach = Reach(len(counted.rows), 0, None, counted.seed, of="population")
    wanted = set(map(str, held.of or asked.policy.penalties))
    found = [
        one
        for one in crowds.borne_by(counted, str(held.over), held.least)
        if wanted & {one.outcome.split(" ")[-1], one.outcome.split(" ")[0]}
        or any(one.outcome == f"listed in {name}" for name in wanted)
    ]
    small = sorted({r.group for one in found for r in one.small})
    near = [(one, crowds.unequal(one, held.at_most)) for one in found]
    for one, sure in near:
        if sure:
            return Verdict(asked.claim, policy, "refuted", crowds.worded(one), reach)
    unsure = next((one for one, sure in near if sure is None), None)
    few = f"; too small to judge: {', '.join(small)}" if small else ""
    if unsure is not None:
        two = len(unsure.rates) > 1
        why = f"too close to say: {crowds.worded(unsure)}" if two else (
            f"no two groups of {held.least} or more")  # fmt: skip
        return Verdict(asked.claim, policy, "open", f"{why}{few}", reach)
    return Verdict(asked.claim, policy, "held", f"rates are near enough{few}", reach)


def _unequal(judged: list[Rate], at_most: int, outcome: str) -> str:
    if len(judged) < 2:
        return ""
    high = max(judged, key=lambda r: (r.hit * MILLION // r.of, r.group))
    low = min(judged, key=lambda r: (r.hit * MILLION // r.of, r.group))
    if high.hit * low.of * MILLION <= at_most * low.hit * high.of:
        return ""
    return (
        f"{outcome} befell {high.hit} of {high.of} with {high.group},"
        f" {low.hit} of {low.of} with {low.group}"
    )


def befell(steps: Iterable[Step], who: str, life: Life | None = None) -> frozenset[str]:
    """The measures, registries and grades that somebody came to have."""
    found: set[str] = set()
    for step in steps:
        for effect in effects_of(step):
            if effect.target == who and effect.kind in ("began", "listed"):
                found.add(effect.name)
    if life is not None:
        found |= set(life.standings()[who].grades.values())
    return frozenset(found)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_number(value) if isinstance(value, int) else str(value)


# --- how close ------------------------------------------------------------------------


def smallest_change(asked: Asked) -> Verdict:
    """A weight must change by at least (at most) so much to flip somebody's last grade."""
    held = cast(forms.SmallestChange, asked.held)
    weight, score = str(held.weight), str(held.score) if held.score else None
    nearest, count, example = None, 0, None
    for name, cast_, events in _histories(asked):
        count += 1
        life = Life(space_plans(asked), cast_)
        found = smallest_flip(asked.versions, cast_, events, weight, score, asked.meant(life))
        if found is not None and (nearest is None or abs(found.change) < abs(nearest.change)):
            nearest, example = found, (name, replay(asked.versions, cast_, events, cast_.until))
        if asked.budget.over:
            break
    of = "scenarios" if asked.loaded.scenarios else "search"
    reach = Reach(count, 0, None, asked.bounds.seed, of=of)
    policy = asked.loaded.policy
    if nearest is None:
        said = f"no change of {weight} that was tried within its range flips a grade"
        kind: Any = "refuted" if held.at_most is not None else "held"
        return Verdict(asked.claim, policy, kind, said, reach)
    said = (
        f"{weight} at {format_number(nearest.value)} puts {nearest.who} into {nearest.after}"
        f" instead of {nearest.before}"
    )
    change = abs(nearest.change)
    bad = (held.at_least is not None and change < held.at_least) or (
        held.at_most is not None and change > held.at_most
    )
    if not bad or example is None:
        return Verdict(asked.claim, policy, "held", said, reach)
    name, told = example
    breach = Breach(nearest.who, said, told.end, True, f"weights.{weight}")
    return asked.refuted(breach, [told], name, count)


def space_plans(asked: Asked) -> Any:
    """Plans that keep what the claim's `who` reads."""
    from engine.audit.life import plans_of

    versions: Versions = asked.versions
    return plans_of(versions, [str(asked.claim.who)] if asked.claim.who is not None else [])


def _histories(asked: Asked) -> Iterator[tuple[str, Any, tuple[Event, ...]]]:
    if asked.loaded.scenarios:
        for given in asked.given():
            yield given.name, given.cast, given.events
        return
    setting = asked.setting()
    space = Watched(setting, lambda life: None)
    most = max(1, min(50, asked.bounds.histories // 200))
    for node in drawn(space, asked.bounds, most):
        yield "", setting.field.cast, node.events(0)
