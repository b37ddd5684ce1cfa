"""A checked policy becomes a plan: tables by trigger, indices and closures."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from engine.evaluation.compile import Compiler, JudgeFn, Names, TestFn
from engine.evaluation.plan import (
    ActionPlan,
    EventPlan,
    MeasurePlan,
    Plan,
    Reviews,
    RuleGroup,
    RulePlan,
    ScoreChange,
    ScorePlan,
    Target,
)
from engine.evaluation.primitives import ValueFn
from engine.evaluation.reads import Reads, Review, reads_of, reviews_of, while_reading
from engine.evaluation.texts import template
from engine.language import expressions as ex
from engine.language.model import Action, AllOf, AnyOf, FieldType, Policy, Rule
from engine.language.rows import Value
from engine.language.triggers import matching_types, parse_triggers
from engine.values import Duration


class Plans:
    """The versions of one policy, by the instant from which each is in force."""

    def __init__(
        self, versions: Sequence[tuple[int | None, Policy]], more: Iterable[ex.Expr] = ()
    ) -> None:
        """``more`` are expressions besides the policy's own whose histories must be kept."""
        extra = tuple(more)
        reads = Reads.union(reads_of(policy, extra) for _, policy in versions)
        self._starts = [start for start, _ in versions if start is not None]
        self.all = tuple(lower(policy, reads) for _, policy in versions)
        self.first = self.all[0]
        readings = [while_reading(policy) for _, policy in versions]
        self.boundaries = tuple(  # where a dated value changes a `while` though nothing happens
            start
            for start, before, after in zip(self._starts, readings, readings[1:], strict=False)
            if before != after
        )  # fmt: skip
        self.drifts = tuple(
            dict.fromkeys((s.index, s.every) for plan in self.all for s in plan.scores if s.every)
        )
        self.periods = tuple(
            dict.fromkeys(
                period for plan in self.all for rule in plan.policy.rules
                for period in _periods(rule, plan.policy)
            )
        )  # fmt: skip
        self.reviews = _merged([plan.reviews for plan in self.all])
        self.undoes = any(plan.undoes for plan in self.all)

    def at(self, now: int) -> Plan:
        """The version in force at an instant."""
        return self.all[bisect_right(self._starts, now)] if self._starts else self.first


def _periods(rule: Rule, policy: Policy) -> list[Duration]:
    return [t.period for t in parse_triggers(rule, policy) if t.period]


def _merged(many: Sequence[Reviews]) -> Reviews:
    if len(many) == 1:
        return many[0]

    def join(tables: Iterable[Mapping[str, tuple[Review, ...]]]) -> dict[str, tuple[Review, ...]]:
        joined: dict[str, tuple[Review, ...]] = {}
        for table in tables:
            for key, found in table.items():
                joined[key] = tuple(dict.fromkeys((*joined.get(key, ()), *found)))
        return joined

    return Reviews(
        join(r.recorded for r in many),
        join(r.refused for r in many),
        tuple(dict.fromkeys(one for r in many for one in r.joined)),
    )


# --- lowering --------------------------------------------------------------------


def lower(policy: Policy, reads: Reads) -> Plan:
    """One version of a checked policy, as tables and closures."""
    names = Names(
        policy,
        {str(s): i for i, s in enumerate(policy.scores)},
        {str(m): i for i, m in enumerate([*policy.rewards, *policy.penalties])},
        {str(s): tuple((str(g.name), g.from_) for g in gs) for s, gs in policy.grades.items()},
    )
    compiler = Compiler(names)
    measures = _measures(policy, compiler)
    rules = _rules(policy, compiler)
    return Plan(
        policy,
        compiler,
        _scores(policy, names),
        measures,
        tuple(m for m in measures if m.test),
        rules,
        _groups(policy, rules, compiler),
        _events(policy, names, reads),
        {
            str(kind): tuple(kind in score.of for score in policy.scores.values())
            for kind in policy.subjects
        },
        Reviews(*reviews_of(policy)),
        any(a.verb == "undo" for r in rules for a in r.actions),
    )


def _scores(policy: Policy, names: Names) -> tuple[ScorePlan, ...]:
    made = []
    for index, (name, score) in enumerate(policy.scores.items()):
        ladder = names.ladders.get(name, ())
        drift = score.drift
        made.append(
            ScorePlan(
                index, str(name), f"scores.{name}", score.start, score.min, score.max,
                drift.toward if drift else 0, drift.by if drift else 0,
                drift.every if drift else None,
                tuple(floor for _, floor in ladder), tuple(grade for grade, _ in ladder),
            )
        )  # fmt: skip
    return tuple(made)


def _measures(policy: Policy, compiler: Compiler) -> tuple[MeasurePlan, ...]:
    made = []
    declared = [
        *(("rewards", name, m) for name, m in policy.rewards.items()),
        *(("penalties", name, m) for name, m in policy.penalties.items()),
    ]
    for index, (section, name, measure) in enumerate(declared):
        tree = ex.parse(measure.while_) if measure.while_ is not None else None
        made.append(
            MeasurePlan(
                index, str(name), f"{section}.{name}",
                compiler.test(tree, measure.while_ or "") if tree else None,
                frozenset(ex.relations_in(tree)) if tree else frozenset(),
                measure.lasts, measure.again, measure.quota,
                template(compiler, measure.notice) if measure.notice is not None else None,
            )
        )  # fmt: skip
    return tuple(made)


def _rules(policy: Policy, compiler: Compiler) -> tuple[RulePlan, ...]:
    order = {str(rule.id): i for i, rule in enumerate(policy.rules)}
    direct = {i: [order[str(o)] for o in r.overrides] for i, r in enumerate(policy.rules)}
    made = []
    for index, rule in enumerate(policy.rules):
        when, when_text, judge = _condition(rule.when, compiler)
        unless, unless_text, _ = _condition(rule.unless, compiler)
        force, limit = rule.in_force, rule.limit
        made.append(
            RulePlan(
                index, str(rule.id), f"rules.{rule.id}", when, unless, when_text, unless_text,
                judge, _condition_test(rule.unless, compiler),
                force.from_ if force else None, force.until if force else None,
                limit.times if limit else 0, limit.per if limit else None,
                _closure(index, direct),
                tuple(_action(a, policy, compiler) for a in rule.then),
            )
        )  # fmt: skip
    return tuple(made)


def _texts(written: AllOf | AnyOf | str) -> tuple[str, tuple[str, ...]]:
    """The joining word and the expressions of a condition."""
    if isinstance(written, AllOf):
        return "and", tuple(written.all)
    if isinstance(written, AnyOf):
        return "or", tuple(written.any)
    return "and", (written,)


def _condition(
    written: AllOf | AnyOf | str | None, compiler: Compiler
) -> tuple[ex.Expr | None, str, JudgeFn | None]:
    """A condition as one tree, as one text, and as a judgement."""
    if written is None:
        return None, "", None
    word, texts = _texts(written)
    trees = [ex.parse(text) for text in texts]
    judges = [compiler.judge(tree, text) for tree, text in zip(trees, texts, strict=True)]
    if len(texts) == 1:
        return trees[0], str(texts[0]), judges[0]
    span = (0, 0)
    if word == "and":
        text = " and ".join(f"({t})" for t in texts)
        return ex.And(tuple(trees), span), text, compiler.all_of(judges)
    text = " or ".join(f"({t})" for t in texts)
    return ex.Or(tuple(trees), span), text, compiler.any_of(judges, text)


def _condition_test(written: AllOf | AnyOf | str | None, compiler: Compiler) -> TestFn | None:
    _, _, judge = _condition(written, compiler)
    return None if judge is None else lambda c: judge(c) is None


def _closure(index: int, direct: Mapping[int, list[int]]) -> frozenset[int]:
    found: set[int] = set()
    open_ = list(direct[index])
    while open_:
        one = open_.pop()
        if one not in found:
            found.add(one)
            open_.extend(direct[one])
    return frozenset(found)


def _action(action: Action, policy: Policy, compiler: Compiler) -> ActionPlan:
    names = compiler.names
    target = _target(action.to)
    verb = action.verb
    if verb == "score" and action.score is not None:
        changes = []
        for score, change in action.score.items():
            is_set = not isinstance(change, str)
            text = change if isinstance(change, str) else change.set
            value = compiler.value(ex.parse(text), text)
            changes.append(ScoreChange(names.scores[score or names.only_score], value, is_set))
        return ActionPlan(verb, target, tuple(changes), action.lapses)
    if verb in ("grant", "impose", "lift"):
        measure = names.measures[str(getattr(action, verb))]
        return ActionPlan(verb, target, duration=action.for_, measure=measure)
    if verb == "notify" and action.notify is not None:
        text_fn = template(compiler, action.notify)
        return ActionPlan(verb, target, name=str(action.via or ""), text=text_fn)
    if verb == "emit" and action.emit is not None:
        emit = action.emit
        declared = policy.events[emit.event].fields
        given = {str(f): _emitted(t, declared[f], compiler) for f, t in emit.fields.items()}
        left = {n: _fixed(v) for n, v in defaults(declared, {}).items() if n not in given}
        fields = (*given.items(), *left.items())
        return ActionPlan(verb, target, duration=action.after, name=str(emit.event), fields=fields)
    if verb == "undo":
        return ActionPlan(verb, target, name=str(action.undo).partition(".")[2])
    return ActionPlan(verb, target, name=str(getattr(action, verb)))  # list, unlist


def _emitted(text: str, declared: FieldType, compiler: Compiler) -> ValueFn:
    """How a field of a derived event is filled: a template for texts, else an expression."""
    if declared.kind in ("text", "one_of"):
        return template(compiler, text, missing=None)
    return compiler.value(ex.parse(text), text)


def _fixed(value: Value) -> ValueFn:
    return lambda c: value


def _target(written: str | None) -> Target:
    tree = ex.parse(written) if written is not None else None
    if isinstance(tree, ex.Call) and isinstance(tree.arguments[0], ex.String):
        return Target(relation=tree.arguments[0].value)
    if isinstance(tree, ex.Name) and tree.parts[0] == "event":
        return Target(field=tree.path.partition(".")[2])
    return Target()


def _groups(policy: Policy, rules: Sequence[RulePlan], compiler: Compiler) -> dict[str, RuleGroup]:
    waiting: dict[str, dict[int, RulePlan]] = {}
    for plan, rule in zip(rules, policy.rules, strict=True):
        for trigger in parse_triggers(rule, policy):
            for key in trigger.keys:
                waiting.setdefault(key, {})[plan.index] = plan
    return {
        key: RuleGroup(
            key, tuple(found.values()),
            any(r.starts is not None or r.stops is not None for r in found.values()),
            compiler,
        )
        for key, found in waiting.items()
    }  # fmt: skip


def _events(policy: Policy, names: Names, reads: Reads) -> dict[str, EventPlan]:
    blockers: dict[str, list[int]] = {}
    for name, penalty in policy.penalties.items():
        for pattern in penalty.blocks:
            for kind in matching_types(pattern, policy):
                blockers.setdefault(kind, []).append(names.measures[str(name)])
    made = {}
    for kind, event in policy.events.items():
        made[str(kind)] = EventPlan(
            event.fields,
            tuple(blockers.get(kind, ())),
            tuple(f for k, f in reads.totals if k == kind),
            tuple(f for k, f in reads.latest if k == kind),
            kind in reads.histories,
            kind in reads.refusals,
        )
    return made


def defaults(fields: Mapping[str, FieldType], given: Mapping[str, Value]) -> dict[str, Value]:
    """The given values, and the defaults of those left out."""
    filled = {str(n): t.default for n, t in fields.items() if t.default is not None}
    return {**filled, **given}
