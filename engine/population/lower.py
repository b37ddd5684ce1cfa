"""A policy becomes an image: one array of int64 that the kernel plays.

Policy is data here, never code: an edited weight is another number in the array.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.evaluation.lowering import Plans
from engine.language.model import Policy
from engine.population import words as w
from engine.population.lower_base import Base, Kept, Unsupported
from engine.population.lower_tables import length, lower_version, review_words
from engine.population.shape import Shape, Versions

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True)
class Lowered:
    """A policy as an image, and what must be known to give it events."""

    image: npt.NDArray[np.int64]
    texts: Mapping[str, int]  # texts that the policy compares
    fields: Mapping[str, int]  # field → column of events
    source: int  # columns, or -1 where nobody reads them
    reporter: int
    id: int
    columns: int
    attributes: tuple[str, ...]  # names as read: `subject.A`, or `kind`
    relations: tuple[str, ...]
    undoes: bool
    plans: Plans
    follows: tuple[str, ...]  # event fields whose ids name other subjects, or events to undo


def lower(versions: Versions, shape: Shape) -> Lowered:
    """Lower all versions of a policy; raises :class:`Unsupported` with what stands against it."""
    import numpy as np

    plans = Plans(versions)
    _check_alike(versions)
    base = Base(plans)
    blocks = [lower_version(base, plan) for plan in plans.all]
    head = base.words
    starts = [w.MISSING, *(start for start, _ in versions if start is not None)]
    head[w.P_STARTS] = base.put(x for pair in zip(starts, blocks, strict=True) for x in pair)
    _counts(base, len(blocks), shape)
    _clocks(base, shape)
    return Lowered(
        np.array(base.words, dtype=np.int64), dict(base.texts.numbers),
        {name: base.column(name) for name in base.fields}, base.source_column,
        base.reporter_column, base.id_column, base.columns, tuple(base.attributes),
        tuple(base.relations), plans.undoes, plans, follows(versions[0][1]),
    )  # fmt: skip


def _counts(base: Base, versions: int, shape: Shape) -> None:
    head = base.words
    head[w.P_VERSIONS] = versions
    head[w.P_TYPES], head[w.P_SCORES] = len(base.types), len(base.scores)
    head[w.P_MEASURES], head[w.P_REGISTRIES] = len(base.measures), len(base.registries)
    head[w.P_RULES], head[w.P_GROUPS] = len(base.rules), len(shape.groups)
    head[w.P_FIELDS], head[w.P_STRIDE] = len(base.fields), base.stride
    head[w.P_RUNGS], head[w.P_MOVES] = shape.rungs, shape.moves
    head[w.P_A_BEGUN], head[w.P_A_COUNTS] = shape.begun_at, shape.counts_at
    head[w.P_A_FLOWS] = shape.flows_at
    head[w.P_LADDERS], head[w.P_LANES] = len(base.ladders), base.lanes
    head[w.P_LADDER_AT] = base.put(base.scores[name] for name in base.ladders)
    head[w.P_RELS] = len(base.relations)
    head[w.P_ATTRS] = 3 + len(base.attributes)
    head[w.P_TRACES] = int(base.plans.undoes)
    head[w.P_ID] = base.id_column
    head[w.P_HISTS] = len(base.histories)
    kept = [word for each in base.histories.values() for word in _kept(base, each)]
    head[w.P_HIST] = base.put(kept)
    head[w.P_S_SCORES], head[w.P_S_GRADES] = base.scores_at, base.grades_at
    head[w.P_S_ACTIVE], head[w.P_S_LISTED] = base.active_first, base.listed_first
    head[w.P_S_HIST], head[w.P_S_LIMS] = base.histories_at, base.limits_at
    head[w.P_S_TICK], head[w.P_S_HEADS] = base.ticks_at, base.heads_at


def _kept(base: Base, kept: Kept) -> list[int]:
    columns = [(base.column(name), base.fields[name]) for name in (*kept.sums, *kept.lasts)]
    at = base.put(word for pair in columns for word in pair)
    one = [0] * w.H_WORDS
    one[w.H_STRIDE], one[w.H_SUMS] = kept.stride, len(kept.sums)
    one[w.H_LASTS], one[w.H_FIELDS_AT] = len(kept.lasts), at
    return one


def _clocks(base: Base, shape: Shape) -> None:
    """What is scheduled for everybody: drifts, periods, reviews, dates, ends of periods."""
    head, plans = base.words, base.plans
    drifts = [word for score, every in plans.drifts for word in (score, *length(every))]
    head[w.P_DRIFTS], head[w.P_DRIFT_AT] = len(plans.drifts), base.put(drifts)
    periods = [word for period in plans.periods for word in length(period)]
    head[w.P_PERIODS], head[w.P_PERIOD_AT] = len(plans.periods), base.put(periods)
    joined = plans.reviews.joined
    head[w.P_JOINED], head[w.P_JOINED_AT] = len(joined), base.put(review_words(joined))
    bounds = plans.boundaries
    head[w.P_BOUNDS], head[w.P_BOUNDS_AT] = len(bounds), base.put(bounds)
    head[w.P_TICKS], head[w.P_TICKS_AT] = len(shape.ticks), base.put(shape.ticks)


def _check_alike(versions: Versions) -> None:
    """Versions must differ in values only; everything that the kernel numbers is the same."""
    first = _numbered(versions[0][1])
    for _, policy in versions[1:]:
        if _numbered(policy) != first:
            raise Unsupported("a dated reform that changes more than numbers and conditions")


def _numbered(policy: Policy) -> tuple[object, ...]:
    return (
        {name: (event.fields, event.by) for name, event in policy.events.items()},
        {name: kind.attributes for name, kind in policy.subjects.items()},
        {name: made.delay for name, made in policy.institutions.items()},
        list(policy.scores), [*policy.rewards, *policy.penalties], list(policy.registries),
        {name: [g.name for g in ladder] for name, ladder in policy.grades.items()},
        [(rule.id, bool(rule.limit), rule.on) for rule in policy.rules],
    )  # fmt: skip


def follows(policy: Policy) -> tuple[str, ...]:
    """Event fields that tie subjects together: they name a subject, or an event to undo."""
    from engine.evaluation.reads import expressions_of
    from engine.language import expressions as ex

    found: dict[str, None] = {}
    for tree in expressions_of(policy):
        for node in ex.walk(tree):
            if isinstance(node, ex.Call) and node.function == "of":
                first = node.arguments[0]
                if isinstance(first, ex.Name) and first.parts[0] == "event":
                    found[first.path.partition(".")[2]] = None
    for rule in policy.rules:
        for action in rule.then:
            for text in (action.to, action.undo):
                if text is not None and str(text).startswith("event."):
                    found[str(text).partition(".")[2]] = None
    return tuple(found)


def needs_whole(policy: Policy) -> bool:
    """Whether a quota makes everybody one component."""
    return any(m.quota is not None for m in (*policy.rewards.values(), *policy.penalties.values()))
