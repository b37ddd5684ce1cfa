"""What all versions of a policy share when they are lowered: places and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.evaluation.lowering import Plans
from engine.language import expressions as ex
from engine.language.model import Action, AllOf, AnyOf, Policy
from engine.language.translations import versions
from engine.population import words as w

_FAILING = frozenset(("min", "max", "abs", "round", "floor", "total"))


class Unsupported(Exception):
    """What the kernel cannot do; the step engine does it."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Texts:
    """Every text that is compared, by number; those of the policy come first."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self.numbers: dict[str, int] = {text: i for i, text in enumerate(known)}

    def number(self, text: str) -> int:
        """The number of a text; a new one gets the next."""
        return self.numbers.setdefault(str.__str__(text), len(self.numbers))


@dataclass(frozen=True)
class Kept:
    """A history that is kept: its place in a subject's block, and what an element holds."""

    number: int
    at: int  # from the beginning of a subject's block
    sums: tuple[str, ...]
    lasts: tuple[str, ...]

    @property
    def stride(self) -> int:
        """Words of one element: the instant, the running sums, the last values."""
        return 1 + len(self.sums) + len(self.lasts)


class Base:
    """The image in the making, and where everything is."""

    def __init__(self, plans: Plans) -> None:
        policy = plans.first.policy
        self.plans = plans
        self.words: list[int] = [0] * w.P_HEAD
        self.texts = Texts()
        self.types = {str(t): i for i, t in enumerate(policy.events)}
        self.kinds = {str(k): i for i, k in enumerate(policy.subjects)}
        self.scores = {str(s): i for i, s in enumerate(policy.scores)}
        self.measures = {str(m): i for i, m in enumerate([*policy.rewards, *policy.penalties])}
        self.registries = {str(r): i for i, r in enumerate(policy.registries)}
        self.rules = {str(r.id): i for i, r in enumerate(policy.rules)}
        self.ladders = [s for s in self.scores if policy.grades.get(s)]
        self.only_score = next(iter(self.scores), "")
        names = _Named([made.policy for made in plans.all], plans)
        self.fields = {name: i for i, name in enumerate(names.fields)}
        self.attributes = {name: 3 + i for i, name in enumerate(names.attributes)}
        self.relations = {name: i for i, name in enumerate(names.relations)}
        self.source_column = w.E_FIXED if names.source else -1
        self.reporter_column = w.E_FIXED + names.source if names.reporter else -1
        self.id_column = w.E_FIXED + names.source + names.reporter
        self._first_field = self.id_column + 1
        if len(self.relations) > 60:
            raise Unsupported("more than 60 relations")
        self.limited = {
            i: n for n, i in enumerate(r.index for r in plans.first.rules if r.times)
        }  # fmt: skip
        self._lay_out()

    def _lay_out(self) -> None:
        """Places inside a subject's block, one table after the other."""
        at = w.S_TABLES
        self.scores_at = at
        at += len(self.scores)
        self.grades_at = at
        at += len(self.ladders)
        self.active_first = at
        at += len(self.measures) * w.A_WORDS
        self.listed_first = at
        at += len(self.registries)
        self.histories_at = at
        self.histories: dict[tuple[str, bool], Kept] = {}
        for kind, plan in self.plans.first.events.items():
            for refused, kept in ((False, plan.kept), (True, plan.refusals_kept)):
                if kept:
                    number = len(self.histories)
                    made = Kept(number, at + number * w.Y_WORDS, plan.sums, plan.last)
                    self.histories[kind, refused] = made
        at += len(self.histories) * w.Y_WORDS
        self.limits_at = at
        at += len(self.limited) * (w.Y_WORDS + 1)
        self.ticks_at = at
        at += len(self.ladders)
        self.heads_at = at
        self._heads: dict[tuple[int, int], int] = {}
        self._lanes: dict[tuple[str, int], int] = {}

    # --- places -------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """Where the next words of the image go."""
        return len(self.words)

    @property
    def stride(self) -> int:
        """Words of a subject's block."""
        return self.heads_at + len(self._heads)

    @property
    def columns(self) -> int:
        """Columns of events."""
        return self._first_field + len(self.fields)

    def put(self, words: Iterable[int]) -> int:
        """Add words to the image; gives where they begin."""
        made = list(words)  # making them may put others first
        at = len(self.words)
        self.words.extend(made)
        return at

    def column(self, field: str) -> int:
        """The column of events that a field is in."""
        return self._first_field + self.fields[field]

    def score_at(self, score: str) -> int:
        return self.scores_at + self.scores[score]

    def active_at(self, measure: str) -> int:
        return self.active_first + self.measures[measure] * w.A_WORDS

    def listed_at(self, registry: str) -> int:
        return self.listed_first + self.registries[registry]

    def history(self, kind: str, refused: bool) -> Kept:
        return self.histories[kind, refused]

    def head(self, history: int, seconds: int) -> int:
        """Where a subject's block keeps the beginning of a window."""
        number = self._heads.setdefault((history, seconds), len(self._heads))
        return self.heads_at + number

    @property
    def lanes(self) -> int:
        """How many lanes the schedule has."""
        return len(self._lanes)

    def lane(self, what: str, index: int) -> int:
        """The lane of the schedule for a rule's lapses or a measure's ends; -1 without one."""
        if (what, index) not in self._lanes and len(self._lanes) == w.MOST_LANES:
            return -1
        return self._lanes.setdefault((what, index), len(self._lanes))


class _Named:
    """The names that any version of a policy reads, each once, in order."""

    def __init__(self, policies: list[Policy], plans: Plans) -> None:
        trees = [tree for policy in policies for tree in _all_expressions(policy)]
        names = [n for tree in trees for n in ex.walk(tree) if isinstance(n, ex.Name)]
        heads = {name.parts[0] for name in names}
        self.source = int("source" in heads)
        self.reporter = int("reporter" in heads)
        fields = {n.path.partition(".")[2]: None for n in names if n.parts[0] == "event"}
        for event in plans.first.events.values():
            fields.update(dict.fromkeys((*event.sums, *event.last)))
        self.fields = tuple(name for name in fields if name)
        self.attributes = tuple(
            dict.fromkeys(
                "kind" if n.path == "subject.kind" else n.path
                for n in names
                if n.parts[0] == "subject" and "." in n.path
            )
        )
        self.relations = tuple(dict.fromkeys(r for tree in trees for r in relations(tree)))


def relations(tree: ex.Expr) -> Iterator[str]:
    """Names of the relations that an expression follows, as value or as target."""
    for node in ex.walk(tree):
        if isinstance(node, ex.Call) and node.function.startswith("related"):
            first = node.arguments[0]
            if isinstance(first, ex.String):
                yield first.value


def _all_expressions(policy: Policy) -> Iterator[ex.Expr]:
    """Every expression that the kernel reads: of messages only what may fail."""
    for measure in (*policy.rewards.values(), *policy.penalties.values()):
        if measure.while_ is not None:
            yield ex.parse(measure.while_)
        if measure.notice is not None:
            yield from filter(may_fail, places_of(measure.notice))
    for rule in policy.rules:
        for condition in (rule.when, rule.unless):
            if condition is not None:
                yield condition_of(condition)
        for action in rule.then:
            yield from _of_action(action, policy)


def _of_action(action: Action, policy: Policy) -> Iterator[ex.Expr]:
    for change in (action.score or {}).values():
        yield ex.parse(change if isinstance(change, str) else change.set)
    if action.notify is not None:
        yield from filter(may_fail, places_of(action.notify))
    if action.emit is not None:
        for name, text in action.emit.fields.items():
            if policy.events[action.emit.event].fields[name].kind in ("text", "one_of"):
                yield from places_of(text)
            else:
                yield ex.parse(text)
    for text in (action.to, action.undo):
        if text is not None:
            yield ex.parse(text)


def places_of(text: str) -> list[ex.Expr]:
    """What stands between the braces of a text, in the language that was given first."""
    return [p for p in ex.parse_template(versions(text)[0]).pieces if not isinstance(p, str)]


def condition_of(written: AllOf | AnyOf | str) -> ex.Expr:
    """A condition as one tree."""
    if isinstance(written, AllOf):
        return ex.And(tuple(map(ex.parse, written.all)), (0, 0))
    if isinstance(written, AnyOf):
        return ex.Or(tuple(map(ex.parse, written.any)), (0, 0))
    return ex.parse(written)


def may_fail(node: ex.Expr) -> bool:
    """Whether reading an expression can be an error."""
    return any(
        isinstance(part, ex.Arithmetic | ex.Negative)
        or (isinstance(part, ex.Call) and part.function in _FAILING)
        for part in ex.walk(node)
    )
