"""A population is sifted: each life by itself, all of them ranked together.

With the lines of a simulation's ledger, a component in which some kind of happening never
occurs that every pattern needs is not played at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.evaluation.ledger import step_json
from engine.evaluation.records import Step
from engine.findings import DemeritError, Finding
from engine.language import expressions as ex
from engine.population.path import WORDS
from engine.population.reading_people import People
from engine.population.replay import life
from engine.population.results import ledger_of, result_name
from engine.stories.crowd import Chosen, Crowd, Told, another_path, lives
from engine.stories.sifting.found import Found, Match
from engine.stories.sifting.plan import Plan, Stage
from engine.stories.sifting.sifter import Sifter
from engine.text import quoted

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

KEPT = 2000  # stories of one pattern that are kept to be ranked, unless more are asked for

#: Kind of happening → the kinds of lines of a ledger without which it cannot be. What is not
#: here leaves no line of its own.
_MOVES = ("add", "set", "undo", "clamp", "lapse", "drift")
_LINES: Mapping[str, tuple[str, ...]] = {
    "refused": ("refused",), "fired": ("fired",), "undone": ("undo",), "swallowed": ("clamp",),
    "lapsed": ("lapse",), "began": ("began",), "extended": ("extended", "restarted"),
    "ended": ("ended",), "listed": ("listed",), "unlisted": ("unlisted",),
    "told": ("message", "notice"),
    **dict.fromkeys(("rose", "fell", "left", "promoted", "demoted"), _MOVES),
}  # fmt: skip


def sift_crowd(
    crowd: Crowd, plans: Sequence[Plan], *, near: bool = False, only: str | None = None,
    keep: int = KEPT, heard: Callable[[int], None] | None = None,
) -> Found:  # fmt: skip
    """Look for patterns in every life; the same stories as in each life's own ledger.

    Of a pattern that more than ``keep`` stories have, the rarest of what has been read are
    kept, and all are counted. ``only`` looks at one subject. Raises :class:`DemeritError`
    (D802, D805, D970).
    """
    sifter = _CrowdSifter(crowd, plans, near=near, only=only, keep=keep)
    if only is not None:
        sifter.take(_one(crowd, only))
    else:
        chosen = None if near else _chosen(crowd, plans)
        for told in lives(crowd, chosen, heard):
            sifter.take(told)
    return sifter.whole()


def _one(crowd: Crowd, who: str) -> Told:
    """The component of one subject."""
    found = life(crowd.versions, crowd.stream, who, crowd.results)
    if not found.same:
        raise another_path(who)
    ids = tuple(m.id for m in found.cast.members) if found.cast else (who,)
    return Told(ids, found.cast.relations if found.cast else {}, found.steps, found.error)


class _CrowdSifter(Sifter):
    """One sifter for many lives that have nothing to do with each other."""

    def __init__(
        self, crowd: Crowd, plans: Sequence[Plan], *, near: bool, only: str | None, keep: int
    ) -> None:
        first = crowd.versions[0][1]
        super().__init__(
            plans,
            penalties={str(name) for _, made in crowd.versions for name in made.penalties},
            ladders={str(score): [str(grade.name) for grade in ladder]
                     for score, ladder in first.grades.items()},
            near=near, only=only,
        )  # fmt: skip
        self._end = crowd.manifest.end
        self._verdicts = not self.needs.kinds.isdisjoint(("fired", "excepted"))
        self._keep = keep
        self._stories: dict[str, int] = {}
        self._lives: dict[str, int] = {}
        self._seen = 0

    def take(self, told: Told) -> None:
        """Sift one component."""
        found = self.found
        if told.steps is None:
            self._seen += len(told.people)
            found.unplayed += len(told.people)
            return
        self.begin_life(told.people, told.relations)
        before = len(found.matches)
        for step in told.steps:
            self.feed(step_json(step) if self._verdicts else _lean(step))
        self.end_life(None if told.error is not None else self._end)
        self._seen += len(self.look.known)
        found.stopped += told.error is not None
        fresh = found.matches[before:]
        for match in fresh:
            self._stories[match.pattern] = self._stories.get(match.pattern, 0) + 1
            self._nearly.nearest.pop((match.pattern, match.who), None)
        for pattern, _ in {(match.pattern, match.who) for match in fresh}:
            self._lives[pattern] = self._lives.get(pattern, 0) + 1
        if len(found.matches) > 2 * self._keep * max(len(self.waiting), 1):
            self._prune()

    def whole(self) -> Found:
        """Everything that was found, ranked over the population."""
        self.found.people = self._seen
        self.rank(self._lives)
        self._prune()
        self.found.stories = sum(self._stories.values())
        self.found.by_pattern = dict(self._stories)
        return self.found

    def _prune(self) -> None:
        """Keep of each pattern the stories whose happenings are the rarest so far."""
        self.rank(self._lives)
        kept: dict[str, int] = {}
        left: list[Match] = []
        for match in self.found.matches:
            kept[match.pattern] = kept.get(match.pattern, 0) + 1
            if kept[match.pattern] <= self._keep:
                left.append(match)
        self.found.matches = left


def _lean(step: Step) -> dict[str, Any]:
    """A step as plain data, without its verdicts, which are most of it."""
    parts = [part._replace(verdicts=()) if part.verdicts else part for part in step.parts]
    return step_json(step._replace(parts=tuple(parts)))


# --- who need not be played ---------------------------------------------------------------------


def _chosen(crowd: Crowd, plans: Sequence[Plan]) -> Chosen | None:
    """Which components can have a story at all, by the lines of the simulation's ledger."""
    results = crowd.results
    if results is None:
        return None
    needed = [(_needed(plan), _needs_others(plan)) for plan in plans]

    def chosen(number: int, people: People) -> npt.NDArray[np.bool_] | None:
        import numpy as np

        path = ledger_of(results / result_name(number))
        if not path.is_file():
            return None
        if not people.ids:
            return np.zeros(0, dtype=np.bool_)
        _, firsts, sizes = np.unique(people.components, return_index=True, return_counts=True)
        masks = np.bitwise_or.reduceat(_masks(path, people.ids), firsts)
        wanted = np.zeros(len(masks), dtype=np.bool_)
        for stages, others in needed:
            fits = sizes > 1 if others else np.ones(len(masks), dtype=np.bool_)
            for stage in stages:
                fits = fits & ((masks & stage) != 0)
            wanted |= fits
        return wanted

    return chosen


def _needed(plan: Plan) -> list[int]:
    """For each step of a pattern that leaves lines: which lines, one of which must be there."""
    made = []
    for stage in plan.stages:
        lines = [_LINES.get(kind) for kind in stage.wait.names]
        if not stage.never and None not in lines:
            made.append(_mask(word for some in lines for word in some or ()))
    return made


def _needs_others(plan: Plan) -> bool:
    """Whether a story of a pattern takes two people."""
    return any(
        not stage.never and (stage.wait.who not in ("same", "anyone") or _asks_others(stage))
        for stage in plan.stages
    )


def _asks_others(stage: Stage) -> bool:
    """Whether a condition asks that the event is somebody else's, or names somebody else."""
    if stage.wait.text is None:
        return False
    tree = ex.parse(stage.wait.text)
    parts = tree.operands if isinstance(tree, ex.And) else (tree,)
    return any(isinstance(part, ex.Not) and _of_others(part.operand) for part in parts)


def _of_others(node: ex.Expr) -> bool:
    if isinstance(node, ex.IsMissing):
        return isinstance(node.operand, ex.Name) and node.operand.path == "named"
    return isinstance(node, ex.Name) and node.path == "own"


def _mask(words: Iterable[str]) -> int:
    mask = 0
    for word in words:
        mask |= 1 << WORDS.index(word)
    return mask


def _masks(path: Path, ids: Sequence[str]) -> npt.NDArray[np.int64]:
    """Which kinds of lines each subject has, as bits."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    row = {who: i for i, who in enumerate(ids)}
    masks = np.zeros(len(ids), dtype=np.int64)
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(1 << 18, columns=["who", "kind"]):
                who, kind = (_coded(batch.column(name)) for name in ("who", "kind"))
                rows = np.array([row[name] for name in who[1]], dtype=np.int64)[who[0]]
                bits = np.array([1 << WORDS.index(word) for word in kind[1]], dtype=np.int64)
                np.bitwise_or.at(masks, rows, bits[kind[0]])
    except (OSError, KeyError, ValueError, TypeError, AttributeError, pa.ArrowException):
        raise DemeritError(
            Finding("D970", f"the ledger {quoted(path.name)} is not of these events",
                    hint="simulate again with `--ledger`, or take the file away")
        ) from None  # fmt: skip
    return masks


def _coded(column: Any) -> tuple[npt.NDArray[np.int64], list[str]]:
    """A column of texts as numbers, and the texts."""
    import numpy as np

    coded = column if hasattr(column, "dictionary") else column.dictionary_encode()
    return np.asarray(coded.indices, dtype=np.int64), coded.dictionary.to_pylist()
