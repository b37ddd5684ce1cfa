"""Pictures of what was played: histories enter, pictures leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from engine.evaluation.records import SCORE_EFFECTS, Effect, Step
from engine.language.model import Policy
from engine.plots import decimal
from engine.plots.bars import Judged, Share, rule_coverage, rule_shares
from engine.plots.flows import Moved as Flowed
from engine.plots.flows import flow
from engine.plots.grades import Counted, grades_over_time
from engine.plots.lanes import Happening, Lane, Stretch, swim_lanes
from engine.plots.lives import Band, Life, Move, Path, Span, life_line, score_paths
from engine.plots.matrix import Spills, spill_matrix
from engine.plots.picture import Picture
from engine.plots.wheel import Pull, wheel
from engine.stories.histories import Gathered, History, gathered, grade_of
from engine.stories.source import Source, short_clause

_INSTANTS = 36  # at which a distribution over time is counted
_MOVES_MEASURE = frozenset({"began", "extended", "restarted"})
_NO_DOMAIN = "no domain"


def life_picture(source: Source, who: str, score: str) -> Picture:
    """One person's score, and what they held."""
    found = gathered(source, who)
    history = found.people[who]
    moves = history.scores.get(score, [])
    first = moves[0].before if moves else _start(source.first, score)
    life = Life(
        source.name(who), score, history.joined, max(found.end, history.joined),
        decimal(first), tuple(Move(m.at, decimal(m.score), m.why) for m in moves),
        _bands(source.first, score), _spans(history),
    )  # fmt: skip
    return life_line(life)


def _start(policy: Policy | None, score: str) -> int:
    return policy.scores[score].start if policy and score in policy.scores else 0


def _bands(policy: Policy | None, score: str) -> tuple[Band, ...]:
    grades = policy.grades.get(score, ()) if policy else ()
    return tuple(Band(str(grade.name), decimal(grade.from_)) for grade in grades)


def _spans(history: History) -> tuple[Span, ...]:
    return tuple(Span(h.name, h.start, h.end, h.reward) for h in history.holdings)


def paths_picture(source: Source, score: str) -> Picture:
    """Everybody's score over time."""
    found = gathered(source)
    paths = []
    for who, history in found.people.items():
        moves = history.scores.get(score, [])
        if not moves and not _has(source, who, score):
            continue
        first = moves[0].before if moves else _start(source.first, score)
        points = [(history.joined, decimal(first)), *((m.at, decimal(m.score)) for m in moves)]
        points.append((found.end, points[-1][1]))
        paths.append(Path(source.name(who), tuple(points)))
    return score_paths(f"{source.title}: {score}", paths, _bands(source.first, score))


def _has(source: Source, who: str, score: str) -> bool:
    """Whether somebody of the cast has a score that never moved."""
    policy, cast = source.first, source.cast
    if policy is None or cast is None or score not in policy.scores:
        return False
    return any(m.id == who and m.kind in policy.scores[score].of for m in cast.members)


def lanes_picture(source: Source, score: str | None) -> Picture:
    """The cast's swim lanes."""
    found = gathered(source)
    policy = source.first
    ladder = [str(g.name) for g in policy.grades.get(score, ())] if policy and score else []
    lanes = [
        Lane(source.name(who), _stretches(source, history, score),
             _spans(history), tuple(Happening(at, kind) for at, kind in history.marks))
        for who, history in found.people.items()
    ]  # fmt: skip
    return swim_lanes(source.title, lanes, found.start, found.end, ladder)


def _stretches(source: Source, history: History, score: str | None) -> tuple[Stretch, ...]:
    policy = source.first
    if policy is None or score is None:
        return ()
    moves = history.scores.get(score, [])
    if not moves and not _has(source, history.who, score):
        return ()
    first = moves[0].before if moves else _start(policy, score)
    made: list[Stretch] = []
    for at, value in [(history.joined, first), *((m.at, m.score) for m in moves)]:
        found = grade_of(policy, score, value)
        if found and (not made or made[-1].rank != found[0]):
            made.append(Stretch(found[1], found[0], at))
    return tuple(made)


# --- a population -------------------------------------------------------------------------


def grades_picture(source: Source, policy: Policy, score: str) -> Picture:
    """How many stood in which grade as time went by."""
    found = gathered(source)
    length = max(found.end - found.start, 1)
    instants = sorted({found.start + length * k // _INSTANTS for k in range(_INSTANTS + 1)})
    names = [str(grade.name) for grade in policy.grades.get(score, ())]
    rows = tuple(_counts(source, policy, score, found, at, names) for at in instants)
    return grades_over_time(f"{source.title}: grades of {score}", names, instants,
                            [Counted("everybody", rows)])  # fmt: skip


def _counts(
    source: Source, policy: Policy, score: str, found: Gathered, at: int, names: Sequence[str]
) -> tuple[int, ...]:
    counted = [0] * len(names)
    for who, history in found.people.items():
        if history.joined <= at and (rank := _rank(source, policy, score, history, who, at)):
            counted[rank[0]] += 1
    return tuple(counted)


def _rank(
    source: Source, policy: Policy, score: str, history: History, who: str, at: int
) -> tuple[int, str] | None:
    value = history.at(score, at)
    if value is None:
        value = _start(policy, score) if _has(source, who, score) else None
    return None if value is None else grade_of(policy, score, value)


def flow_picture(source: Source, policy: Policy, score: str) -> Picture:
    """From everybody's first grade to their last."""
    found = gathered(source)
    names = [str(grade.name) for grade in policy.grades.get(score, ())]
    counts = [[0] * len(names) for _ in names]
    for who, history in found.people.items():
        before = _rank(source, policy, score, history, who, found.start - 1)
        after = _rank(source, policy, score, history, who, found.end)
        if before and after:
            counts[before[0]][after[0]] += 1
    moved = Flowed("everybody", tuple(tuple(row) for row in counts))
    return flow(f"{source.title}: from the first grade of {score} to the last", names, names,
                [moved])  # fmt: skip


# --- rules ----------------------------------------------------------------------------------


def shares_picture(source: Source, score: str) -> Picture:
    """How much each clause gave and took."""
    gave: Counter[str] = Counter()
    took: Counter[str] = Counter()
    for step in source.steps():
        for effect in _effects(step):
            if effect.kind in SCORE_EFFECTS and effect.name == score and effect.kind != "clamp":
                side = gave if effect.change > 0 else took
                side[short_clause(effect.clause)] += abs(effect.change)
    names = dict.fromkeys([*gave, *took])
    rows = [Share(name, decimal(gave[name]), decimal(took[name])) for name in names]
    return rule_shares(f"{source.title}: what moved {score}", rows)


def coverage_picture(source: Source) -> Picture:
    """What became of every rule."""
    counted: dict[str, Counter[str]] = {
        str(rule.id): Counter() for _, policy in source.versions for rule in policy.rules
    }
    for step in source.steps():
        for part in step.parts:
            for verdict in part.verdicts:
                counted.setdefault(verdict.rule, Counter())[verdict.verdict] += 1
    rows = [Judged(rule, **dict(found)) for rule, found in counted.items()]
    return rule_coverage(f"{source.title}: what became of each rule", rows)


# --- domains --------------------------------------------------------------------------------


def wheel_picture(source: Source, policy: Policy) -> Picture:
    """Whose domain's events set off whose domain's penalties."""
    moved = _moved(source, policy, _penalty_domains(policy))
    pulls = [Pull(a, b, n) for (a, b), n in moved.items()]
    return wheel(f"{source.title}: whose events, whose sanctions", pulls)


def spill_picture(source: Source, policy: Policy) -> Picture:
    """How often events of one domain moved something of another: measures and scores."""
    domains = sorted({str(event.domain) for event in policy.events.values() if event.domain})
    targets = _penalty_domains(policy)
    for name, reward in policy.rewards.items():
        targets[f"measure {name}"] = (str(reward.domain or _NO_DOMAIN),)
    for score in policy.scores:
        targets[f"score {score}"] = (score if score in domains else f"score {score}",)
    moved = _moved(source, policy, targets)
    rows = list(dict.fromkeys([*domains, *(a for a, _ in moved)]))
    columns = list(dict.fromkeys([*(d for d in domains if any(d == b for _, b in moved)),
                                  *(b for _, b in moved)]))  # fmt: skip
    amounts = tuple(tuple(float(moved[a, b]) for b in columns) for a in rows)
    return spill_matrix(f"{source.title}: what spills from domain to domain",
                        Spills(tuple(rows), tuple(columns), amounts))  # fmt: skip


def _penalty_domains(policy: Policy) -> dict[str, tuple[str, ...]]:
    """Penalty → its own domain, and those of the events that it blocks."""
    made = {}
    for name, penalty in policy.penalties.items():
        blocked = [
            str(event.domain) for kind, event in policy.events.items()
            if event.domain and any(_fits(str(pattern), str(kind)) for pattern in penalty.blocks)
        ]  # fmt: skip
        own = [str(penalty.domain)] if penalty.domain else []
        made[f"measure {name}"] = tuple(dict.fromkeys(own + blocked)) or (_NO_DOMAIN,)
    return made


def _fits(pattern: str, kind: str) -> bool:
    """Whether an event type or ``prefix.*`` names a type."""
    return kind == pattern or (pattern.endswith(".*") and kind.startswith(pattern[:-1]))


def _moved(
    source: Source, policy: Policy, targets: Mapping[str, tuple[str, ...]]
) -> Counter[tuple[str, str]]:
    """(domain of the event, domain of what it moved) → in how many effects.

    A step of the clock counts for the event that set it off.
    """
    moved: Counter[tuple[str, str]] = Counter()
    behind: dict[int, str] = {}  # step → the domain of the event behind it
    for step in source.steps():
        event = policy.events.get(step.event)
        domain = str(event.domain or _NO_DOMAIN) if event is not None else None
        if domain is None and step.cause is not None and step.cause.step is not None:
            domain = behind.get(step.cause.step)
        if domain is None:
            continue
        behind[step.number] = domain
        for effect in _effects(step):
            for target in targets.get(_target(effect), ()):
                moved[domain, target] += 1
    return moved


def _target(effect: Effect) -> str:
    if effect.kind in _MOVES_MEASURE:
        return f"measure {effect.name}"
    moved = effect.kind in SCORE_EFFECTS and effect.kind not in ("clamp", "drift", "lapse")
    return f"score {effect.name}" if moved and effect.change else ""


def _effects(step: Step) -> list[Effect]:
    return [effect for part in step.parts for effect in part.effects]


#: Pictures by name → what they need beside the steps: who, score, grades, policy.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "life": ("who", "score"),
    "paths": ("score",),
    "lanes": (),
    "grades": ("policy", "graded"),
    "flow": ("policy", "graded"),
    "shares": ("score",),
    "coverage": (),
    "wheel": ("policy",),
    "spill": ("policy",),
}


def draw(source: Source, kind: str, who: str, score: str) -> Picture:
    """The picture of a kind; what it needs is given, or "" where it needs none."""
    policy = source.first
    plain: dict[str, Callable[[], Picture]] = {
        "life": lambda: life_picture(source, who, score),
        "paths": lambda: paths_picture(source, score),
        "lanes": lambda: lanes_picture(source, score or None),
        "shares": lambda: shares_picture(source, score),
        "coverage": lambda: coverage_picture(source),
    }
    if kind in plain:
        return plain[kind]()
    assert policy is not None  # the caller has asked for it
    of_policy: dict[str, Callable[[], Picture]] = {
        "grades": lambda: grades_picture(source, policy, score),
        "flow": lambda: flow_picture(source, policy, score),
        "wheel": lambda: wheel_picture(source, policy),
        "spill": lambda: spill_picture(source, policy),
    }
    return of_policy[kind]()
