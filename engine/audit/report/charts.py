"""The pictures of a report, each with the section that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from engine.audit.report.material import Life, Material
from engine.audit.sensitivity import Ending, Knob, Trial, knobs, play_trial
from engine.evaluation.ledger import step_json
from engine.evaluation.records import SCORE_EFFECTS, Step
from engine.language.load import LoadedPolicy
from engine.language.model import Policy
from engine.plots import decimal
from engine.plots.picture import Picture
from engine.plots.sensitivity import Swing, tornado
from engine.stories.histories import gathered
from engine.stories.pictures import coverage_picture, paths_picture, spill_picture
from engine.stories.source import Source
from engine.values import format_number

_LIVES = 4  # scenarios of one policy whose scores are drawn
_SCORES = 2  # scores of one scenario
_POLICIES = 6  # whose pictures are drawn
_KNOBS = 30  # numbers that are turned


@dataclass(frozen=True)
class Chart:
    """A picture and what is said of it."""

    picture: Picture
    caption: str


@dataclass(frozen=True)
class Turned:
    """One number of a policy at both ends of its range, and what somebody then comes to."""

    name: str
    value: str
    range: str
    at_low: str
    at_high: str


@dataclass(frozen=True)
class Sensitivity:
    """What the numbers of one policy do to one life."""

    policy: str
    said: str
    chart: Chart | None
    turned: tuple[Turned, ...]  # those that move it
    idle: tuple[str, ...]  # those that do not


def of_policies(material: Material) -> Iterator[tuple[LoadedPolicy, tuple[Life, ...]]]:
    """Each policy that lives were played of, with them; the first few, in the order of lives."""
    known = dict.fromkeys(life.loaded.policy.path.resolve() for life in material.lives)
    for path in list(known)[:_POLICIES]:
        lives = tuple(x for x in material.lives if x.loaded.policy.path.resolve() == path)
        yield lives[0].loaded.policy, lives


def undrawn(material: Material) -> int:
    """How many policies that were played are not drawn."""
    return max(0, len({x.loaded.policy.path.resolve() for x in material.lives}) - _POLICIES)


def score_paths(material: Material) -> tuple[tuple[Chart, ...], int]:
    """How scores went in the scenarios, and how many scenarios are not drawn."""
    made: list[Chart] = []
    drawn = 0
    for loaded, lives in of_policies(material):
        drawn += len(lives[:_LIVES])
        for life in lives[:_LIVES]:
            for score in _moving(life.source, loaded.policy)[:_SCORES]:
                about = f"{life.loaded.scenario.scenario}, played under {loaded.policy.policy}"
                made.append(Chart(paths_picture(life.source, score), about))
    return tuple(made), len(material.lives) - drawn


def _moving(source: Source, policy: Policy) -> list[str]:
    """The scores that move, those with grades first; without any, the first one."""
    found = gathered(source)
    moved = {name for history in found.people.values() for name in history.scores}
    names = [str(name) for name in policy.scores]
    ranked = sorted(names, key=lambda n: (n not in moved, n not in policy.grades))
    return [n for n in ranked if n in moved] or ranked[:1]


def _together(loaded: LoadedPolicy, lives: Sequence[Life]) -> Source:
    """All lives of a policy as one source of steps, numbered through."""

    def steps() -> Iterator[Step]:
        shift = 0
        for life in lives:
            last = 0
            for step in life.source.steps():
                last = step.number
                cause = step.cause
                if cause is not None and cause.step is not None:
                    cause = cause._replace(step=cause.step + shift)
                yield step._replace(number=step.number + shift, cause=cause)
            shift += last

    name = str(loaded.policy.policy)
    return Source(name, name, steps, lambda: map(step_json, steps()), tuple,
                  versions=loaded.versions)  # fmt: skip


def coverage(material: Material) -> tuple[Chart, ...]:
    """What became of each rule in all scenarios of each policy."""
    return tuple(
        Chart(coverage_picture(_together(loaded, lives)), _over(lives))
        for loaded, lives in of_policies(material)
    )


def spills(material: Material) -> tuple[Chart, ...]:
    """What events of one domain moved in another, where domains are declared."""
    return tuple(
        Chart(spill_picture(_together(loaded, lives), loaded.policy), _over(lives))
        for loaded, lives in of_policies(material)
        if any(event.domain for event in loaded.policy.events.values())
    )


def _over(lives: Sequence[Life]) -> str:
    count = len(lives)
    names = ", ".join(str(life.loaded.scenario.scenario) for life in lives)
    return f"Over {count} scenario{'s' * (count != 1)}: {names}"


# --- what a life hangs on ------------------------------------------------------------------


def sensitivity(material: Material) -> tuple[Sensitivity, ...]:
    """For the first life of each policy: every weight at both ends of its range."""
    return tuple(
        _sensitivity(loaded, lives[0]) for loaded, lives in of_policies(material)
        if loaded.policy.weights and loaded.policy.scores
    )  # fmt: skip


def _sensitivity(loaded: LoadedPolicy, life: Life) -> Sensitivity:
    trial = Trial.of(life.loaded)
    base = play_trial(trial, keep=True)
    who, score = _whose(base, loaded.policy)
    name, policy = str(life.loaded.scenario.scenario), str(loaded.policy.policy)
    all_ = [k for k in knobs(loaded.policy) if k.name.startswith("weights.")][:_KNOBS]
    ends = [(knob, _at(trial, knob, knob.low), _at(trial, knob, knob.high)) for knob in all_]
    asked = (("at the end", _final), ("at its lowest", _lowest))
    for words, output in asked:
        value = output(base, who, score)
        moved = [(k, output(a, who, score), output(b, who, score)) for k, a, b in ends]
        moved = [row for row in moved if row[1] != value or row[2] != value]
        if not moved:
            continue
        idle = tuple(_short(k) for k in all_ if k not in [row[0] for row in moved])
        outcome = f"{score} of {who} {words}"
        swings = [
            Swing(_short(k), decimal(a), decimal(b), format_number(k.low), format_number(k.high))
            for k, a, b in moved
        ]
        title = f"{name}: what {score} of {who} hangs on"
        rows = tuple(Turned(_short(k), format_number(k.value), k.range_said, format_number(a),
                            format_number(b)) for k, a, b in moved)  # fmt: skip
        said = (f"{outcome} is {format_number(value)} in {name}. Each weight alone was set to"
                " the lowest and the highest value of its range, and the whole life played"
                " again.")  # fmt: skip
        chart = Chart(tornado(title, outcome, decimal(value), swings), f"Played under {policy}")
        return Sensitivity(policy, said, chart, rows, idle)
    said = f"No weight, within its range, moves {score} of {who} in {name}."
    return Sensitivity(policy, said, None, (), tuple(_short(k) for k in all_))


def _short(knob: Knob) -> str:
    return knob.name.removeprefix("weights.")


def _at(trial: Trial, knob: Knob, value: int) -> Ending:
    return play_trial(replace(trial).under(lambda policy: knob.turn(policy, value)), keep=True)


def _whose(base: Ending, policy: Policy) -> tuple[str, str]:
    """Whose score moved most, and which; those with grades count more."""
    moved: dict[tuple[str, str], int] = {}
    for effect in _moves(base.steps):
        key = effect[0], effect[1]
        moved[key] = moved.get(key, 0) + effect[2]
    if not moved:
        who, standing = next(iter(base.standings.items()))
        return who, next(iter(standing.scores), next(iter(policy.scores)))
    return max(moved, key=lambda key: (key[1] in policy.grades, moved[key], key))


def _moves(steps: Sequence[Step]) -> Iterator[tuple[str, str, int]]:
    for effect in chain.from_iterable(part.effects for step in steps for part in step.parts):
        if effect.kind in SCORE_EFFECTS and effect.change:
            yield effect.target, effect.name, abs(effect.change)


def _final(ending: Ending, who: str, score: str) -> int:
    return ending.standings[who].scores.get(score, 0)


def _lowest(ending: Ending, who: str, score: str) -> int:
    """The lowest value that a score had: at the start, on the way, or at the end."""
    values = [_final(ending, who, score)]
    for step in ending.steps:
        for effect in chain.from_iterable(part.effects for part in step.parts):
            if effect.kind in SCORE_EFFECTS and (effect.target, effect.name) == (who, score):
                values += [effect.before or 0, effect.after or 0]
    return min(values)
