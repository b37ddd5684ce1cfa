"""A pattern as something that can wait: which happenings each step listens to, and where.

A step waits either for certain people, for happenings that share a value with an earlier
step (``type == first.type``), or for anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.language import expressions as ex
from engine.language.happenings import FACTS, WIDER, split_on
from engine.language.model import Absence, Sift, SiftStep
from engine.stories.sifting.conditions import Test, condition
from engine.stories.sifting.happenings import Happening
from engine.stories.sifting.marks import marked
from engine.values import Duration

_EVER = 1 << 62  # seconds
BY_EVENT = frozenset({"reporter", "named", "by"})  # roles that an event gives; others are relations


@dataclass(frozen=True)
class Listening:
    """Which happenings something listens to, before any condition."""

    names: Mapping[str, tuple[str, ...]]  # kind → names; "" takes any
    alone: Test | None  # what is asked of the happening itself
    marks: tuple[int, int]  # which of its bits are asked for, and what they must be
    left: Test | None  # what is asked of it besides
    test: Test | None  # what is asked of it and of earlier steps
    beyond: Test | None  # the same, but for a value that it shares with one of them
    text: str | None  # the condition as written
    stands: bool  # whether it reads how a person stands, which changes
    who: str  # same | other | anyone | ROLE of STEP
    on: tuple[str, ...]  # as written
    all_names: bool  # whether it takes any name of its kinds

    def hears(self, h: Happening) -> bool:
        """Whether kind and name fit."""
        names = self.names.get(h.kind)
        return names is not None and ("" in names or any(_fits(name, h) for name in names))

    @staticmethod
    def of(part: SiftStep | Absence, before: Sequence[str]) -> Listening:
        """What a written step or absence listens to; ``before`` are the steps above it."""
        names: dict[str, tuple[str, ...]] = {}
        for text in part.on:
            kinds, name = split_on(text)
            for kind in kinds:
                names[kind] = (*names.get(kind, ()), name)
        alone, rest = _parted(part.when, before)
        stands = any(_stands(node) for tree in (*alone, *rest) for node in ex.walk(tree))
        beyond = [tree for tree in rest if _sharing(tree, before) != _sharing_of(rest, before)]
        mask, value, left = marked(alone)
        return Listening(names, condition(alone), (mask, value), condition(left), condition(rest),
                         condition(beyond), part.when, stands, str(part.who or "same"),
                         tuple(str(text) for text in part.on),
                         all("" in some for some in names.values()))  # fmt: skip


def _parted(
    text: str | None, before: Sequence[str]
) -> tuple[tuple[ex.Expr, ...], tuple[ex.Expr, ...]]:
    """The parts of a condition that read no earlier step, and those that do."""
    if text is None:
        return (), ()
    tree = ex.parse(text)
    parts = tree.operands if isinstance(tree, ex.And) else (tree,)
    looks = [any(isinstance(n, ex.Name) and n.path.partition(".")[0] in before
                 for n in ex.walk(part)) for part in parts]  # fmt: skip
    return (tuple(p for p, back in zip(parts, looks, strict=True) if not back),
            tuple(p for p, back in zip(parts, looks, strict=True) if back))  # fmt: skip


def _fits(name: str, h: Happening) -> bool:
    if name.endswith(".*"):
        return h.what.startswith(name[:-1])
    return name in (h.what, f"{h.score}.{h.what}")


@dataclass(frozen=True)
class Stage:
    """One step of a pattern."""

    id: str
    wait: Listening  # of a `never` step: what must not happen
    never: bool
    within: Duration | None
    from_: str | None
    refers: str | None
    unless: tuple[Listening, ...]
    share: tuple[str, str, str] | None  # own fact, earlier step, its fact: they must be equal
    reads: tuple[tuple[str, str], ...]  # what this and later steps read of those before it
    forks: bool  # the next step must come from this one: each that fits is tried
    step: SiftStep


@dataclass(frozen=True)
class Plan:
    """A pattern that can be looked for."""

    sift: Sift
    stages: tuple[Stage, ...]

    @property
    def id(self) -> str:
        return str(self.sift.sift)

    @property
    def within(self) -> Duration | None:
        """The longest time of the whole story."""
        return self.sift.within

    @property
    def asks_relations(self) -> bool:
        """Whether a step waits for somebody by a relation, e.g. ``parent of report``."""
        roles = {
            part.who.partition(" of ")[0] for stage in self.stages
            for part in (stage.wait, *stage.unless) if " of " in part.who
        }  # fmt: skip
        return not roles <= BY_EVENT

    @cached_property
    def nearest(self) -> tuple[tuple[int, int], ...]:
        """Stage by stage: so many seconds after the step before, and after the first, are never
        too late."""
        whole = _EVER if self.within is None else self.within.shortest
        return tuple(
            (_EVER if stage.within is None else stage.within.shortest, whole)
            for stage in self.stages
        )

    @staticmethod
    def of(sift: Sift) -> Plan:
        """The plan of a checked pattern."""
        ids = [str(step.id) for step in sift.steps]
        stages = []
        for place, step in enumerate(sift.steps):
            reads = dict.fromkeys(
                read for later in sift.steps[place:] for read in _reads(later, ids[:place])
            )
            follows = sift.steps[place + 1].from_ if place + 1 < len(ids) else None
            forks = place > 0 and step.never is None and follows == step.id
            stages.append(_stage(step, ids[:place], tuple(reads), forks))
        return Plan(sift, tuple(stages))


def _reads(step: SiftStep, before: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(earlier step, fact) that a step needs to know; a whole step counts by its number."""
    for text in _conditions(step):
        for node in ex.walk(ex.parse(text)):
            if isinstance(node, ex.Name):
                head, _, fact = node.path.partition(".")
                if head in before:
                    yield head, fact if FACTS.get(fact) == "text" else ""
    for name in (step.from_, step.refers):
        if name in before:
            yield str(name), ""
    for who in (step.who, *(absent.who for absent in _absences(step))):
        name = str(who).partition(" of ")[2]
        if name in before:
            yield name, ""


def _absences(step: SiftStep) -> Iterator[Absence]:
    yield from step.unless
    if step.never is not None:
        yield step.never


def _conditions(step: SiftStep) -> Iterator[str]:
    yield from (text for text in (step.when, *(a.when for a in _absences(step))) if text)


def _stage(
    step: SiftStep, before: Sequence[str], reads: tuple[tuple[str, str], ...], forks: bool
) -> Stage:
    waiting = step if step.never is None else step.never
    alone = step.who in (None, "same", "other", "anyone")
    share = _shared(step.when, before) if alone and step.never is None else None
    return Stage(
        str(step.id), Listening.of(waiting, before), step.never is not None, step.within,
        step.from_, step.refers, tuple(Listening.of(absent, before) for absent in step.unless),
        share, reads, forks, step,
    )  # fmt: skip


def _shared(text: str | None, before: Sequence[str]) -> tuple[str, str, str] | None:
    """``type == first.type`` in a condition: a value by which a waiting story is found."""
    if text is None:
        return None
    tree = ex.parse(text)
    return _sharing_of(tree.operands if isinstance(tree, ex.And) else (tree,), before)


def _sharing_of(
    parts: Iterable[ex.Expr], before: Sequence[str]
) -> tuple[str, str, str] | None:  # fmt: skip
    """The first of some parts that must all hold and asks for a shared value."""
    return next((found for part in parts if (found := _sharing(part, before))), None)


def _sharing(part: ex.Expr, before: Sequence[str]) -> tuple[str, str, str] | None:
    """Own fact, earlier step and its fact, where a part asks that they are equal."""
    if isinstance(part, ex.Compare) and part.operator == "==":
        for own, other in ((part.left, part.right), (part.right, part.left)):
            if isinstance(own, ex.Name) and isinstance(other, ex.Name) and own.path in FACTS:
                head, _, fact = other.path.partition(".")
                if head in before and FACTS.get(fact) == "text":
                    return own.path, head, fact
    return None


# --- what must be remembered -------------------------------------------------------------------


@dataclass(frozen=True)
class Needs:
    """What the conditions of all patterns read of the past and the people."""

    kinds: frozenset[str]  # of happenings that must be made
    standing: bool  # how people stand
    windows: Mapping[str, int | None]  # kind → seconds to look back; None: only the last one
    fields: bool  # whether a step asks for a field of an earlier one
    named: bool  # whether a step asks whom an earlier one names


_STANDING = {
    "has": ("began", "ended"), "penalties": ("began", "ended"), "rewards": ("began", "ended"),
    "listed": ("listed", "unlisted"), "lists": ("listed", "unlisted"),
    "score": ("rose", "fell"), "grade": ("promoted", "demoted"),
}  # fmt: skip


def needs_of(plans: Iterable[Plan]) -> Needs:
    """All that must be made and remembered for some patterns."""
    kinds: set[str] = set()
    windows: dict[str, int | None] = {}
    standing = fields = named = False
    for plan in plans:
        for stage in plan.stages:
            for part in (stage.wait, *stage.unless):
                kinds |= set(part.names)
                named = named or part.who.startswith("named of ")
                if part.text is not None:
                    for node in ex.walk(ex.parse(part.text)):
                        read = _standing_of(node)
                        standing = standing or bool(read)
                        kinds |= set(read)
                        if isinstance(node, ex.Name) and node.path.rpartition(".")[2] == "score":
                            kinds |= {"rose", "fell"}  # how rare moves of scores are, counts
                        path = f".{node.path}" if isinstance(node, ex.Name) else ""
                        fields = fields or ".event." in path
                        named = named or path.endswith(".named")
                        _window(node, windows)
    return Needs(frozenset(kinds | set(windows)), standing or bool(windows), windows, fields,
                 named)  # fmt: skip


def _standing_of(node: ex.Expr) -> tuple[str, ...]:
    if isinstance(node, ex.Call):
        return _STANDING.get(node.function, ())
    if isinstance(node, ex.Name):
        head, _, rest = node.path.partition(".")
        if head in ("score", "grade"):
            return _STANDING[head] if rest else ()
        return _STANDING.get(node.path, ()) if not rest else ()
    return ()


def _stands(node: ex.Expr) -> bool:
    """Whether a part reads how a person stands, or their past."""
    past = isinstance(node, ex.Call) and node.function in ("count", "since")
    return past or bool(_standing_of(node))


def _window(node: ex.Expr, windows: dict[str, int | None]) -> None:
    if not isinstance(node, ex.Call) or node.function not in ("count", "since"):
        return
    first = node.arguments[0]
    name = first.path if isinstance(first, ex.Name) else ""
    for kind in WIDER.get(name, (name,)):
        reach = None
        if node.function == "count" and isinstance(node.arguments[1], ex.Length):
            length = node.arguments[1].value
            reach = length.longest if length is not None else None
        known = windows.get(kind)
        windows[kind] = max(reach, known) if reach and known else reach or known
