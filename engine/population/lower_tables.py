"""One version of a policy as tables in the image: scores, measures, rules, triggers."""

from __future__ import annotations

from collections.abc import Sequence

from engine.evaluation.kinds import kind_of
from engine.evaluation.lowering import defaults
from engine.evaluation.plan import Plan, RulePlan
from engine.evaluation.reads import Review
from engine.language import expressions as ex
from engine.language.model import Action, Policy, Rule
from engine.language.translations import versions
from engine.population import words as w
from engine.population.lower_base import Base, Unsupported, condition_of, places_of
from engine.population.lower_code import Coder
from engine.population.lower_row import lower_row
from engine.population.lower_slots import Code
from engine.values import Duration

_AGAIN = {"ignore": w.AGAIN_IGNORE, "restart": w.AGAIN_RESTART, "extend": w.AGAIN_EXTEND}
_VERBS = {
    "score": w.DO_SCORE, "grant": w.DO_IMPOSE, "impose": w.DO_IMPOSE, "lift": w.DO_LIFT,
    "notify": w.DO_NOTIFY, "list": w.DO_LIST, "unlist": w.DO_UNLIST, "emit": w.DO_EMIT,
    "undo": w.DO_UNDO,
}  # fmt: skip


def length(duration: Duration | None) -> tuple[int, int]:
    """Seconds and months; none for no duration."""
    return (0, 0) if duration is None else (duration.seconds, duration.months)


def review_words(reviews: Sequence[Review]) -> list[int]:
    """Reviews as the kernel reads them: seconds, months, whether a second later."""
    return [word for r in reviews for word in (*length(r.after), int(r.past))]


def lower_version(base: Base, plan: Plan) -> int:
    """Put one version of the policy into the image; gives where its block begins."""
    policy = plan.policy
    scores, blocks = _scores(base, plan)
    coder = Coder(base, policy, blocks)
    measures = _measures(base, plan, coder)
    rules = [
        _rule(base, coder, made, rule) for made, rule in zip(plan.rules, policy.rules, strict=True)
    ]
    block = [0] * w.V_WORDS
    block[w.V_SCORES], block[w.V_MEASURES] = scores, measures
    block[w.V_GROUPS] = _groups(base, plan, rules)
    block[w.V_EVENTS] = _events(base, plan)
    whiles = [m.index for m in plan.whiles]
    block[w.V_WHILES], block[w.V_WHILE_COUNT] = base.put(whiles), len(whiles)
    block[w.V_KINDS] = base.put(int(has) for kind in plan.kinds.values() for has in kind)
    block[w.V_LADDERS] = base.put(blocks[name] for name in base.ladders)
    return base.put(block)


def _scores(base: Base, plan: Plan) -> tuple[int, dict[str, int]]:
    words: list[int] = []
    rung = 0
    for score in plan.scores:
        one = [0] * w.C_WORDS
        one[w.C_START] = score.start
        one[w.C_MIN] = w.MISSING if score.min is None else score.min
        one[w.C_MAX] = w.HIGHEST if score.max is None else score.max
        one[w.C_TOWARD], one[w.C_BY] = score.toward, score.by
        one[w.C_SECONDS], one[w.C_MONTHS] = length(score.every)
        one[w.C_FLOORS], one[w.C_FLOORS_AT] = len(score.floors), base.put(score.floors)
        one[w.C_EDGES_AT] = base.put([w.HIGHEST, *score.floors[:-1], w.MISSING])
        one[w.C_RUNG] = rung
        rung += len(score.floors)
        words += one
    at = base.put(words)
    return at, {score.id: at + i * w.C_WORDS for i, score in enumerate(plan.scores)}


def _measures(base: Base, plan: Plan, coder: Coder) -> int:
    policy = plan.policy
    written = [*policy.rewards.values(), *policy.penalties.values()]
    words: list[int] = []
    for made, measure in zip(plan.measures, written, strict=True):
        one = [0] * w.Z_WORDS
        if measure.while_ is not None:
            code = Code()
            coder.test(ex.parse(measure.while_), code)
            one[w.Z_WHILE] = coder.place(code)
        one[w.Z_RELATIONS] = sum(1 << base.relations[name] for name in made.relations)
        one[w.Z_SECONDS], one[w.Z_MONTHS] = length(made.lasts)
        one[w.Z_AGAIN] = _AGAIN[made.again]
        one[w.Z_LANE] = base.lane("measure", made.index) if one[w.Z_SECONDS] else -1
        one[w.Z_QUOTA] = -1 if made.quota is None else made.quota
        if measure.notice is not None:
            one[w.Z_NOTICE] = 1
            one[w.Z_NOTICE_CODE] = coder.checks(places_of(measure.notice))
        words += one
    return base.put(words)


# --- rules --------------------------------------------------------------------------------


def _rule(base: Base, coder: Coder, plan: RulePlan, rule: Rule) -> int:
    slot = w.YES
    if rule.unless is not None:
        slot = coder.decide(condition_of(rule.unless), w.NO, w.YES)
    if rule.when is not None:
        slot = coder.decide(condition_of(rule.when), slot, w.NO)
    actions = [_action(base, coder, action) for action in rule.then]
    one = [0] * w.R_WORDS
    one[w.R_INDEX] = plan.index
    one[w.R_SLOT] = slot
    one[w.R_STARTS] = w.MISSING if plan.starts is None else plan.starts
    one[w.R_STOPS] = w.HIGHEST if plan.stops is None else plan.stops
    one[w.R_TIMES] = plan.times
    one[w.R_LIM] = base.limited.get(plan.index, 0)
    one[w.R_PER_SECONDS], one[w.R_PER_MONTHS] = length(plan.per)
    one[w.R_OVERRIDES] = len(plan.overrides)
    one[w.R_OVERRIDES_AT] = base.put(sorted(plan.overrides))
    one[w.R_ACTIONS] = len(actions)
    one[w.R_ACTIONS_AT] = base.put(word for action in actions for word in action)
    dated = plan.starts is not None or plan.stops is not None
    flags = w.F_DATED * dated | w.F_CHOOSE * bool(plan.times or plan.overrides)
    one[w.R_FLAGS] = flags | _own(base, one, actions)
    one[w.R_LANE] = base.lane("rule", plan.index) if one[w.R_SECONDS] else -1
    return base.put(one)


def _own(base: Base, rule: list[int], actions: list[list[int]]) -> int:
    """Flags of a rule that concerns its own subject alone; writes down what it does."""
    adds = [action for action in actions if action[w.X_VERB] == w.DO_SCORE]
    deeds = [action for action in actions if action[w.X_VERB] != w.DO_SCORE]
    if len(adds) > 1 or not all(map(_is_deed, deeds)):
        return 0
    rule[w.R_SCORE] = -1
    for action in adds:
        if action[w.X_TARGET] != w.TO_SELF or action[w.X_COUNT] != 1:
            return 0
        score, is_set, is_code, value = base.words[action[w.X_AT] :][: w.G_WORDS]
        if is_set:
            return 0
        rule[w.R_SCORE], rule[w.R_CODE if is_code else w.R_AMOUNT] = score, value
        rule[w.R_SECONDS], rule[w.R_MONTHS] = action[w.X_SECONDS : w.X_MONTHS + 1]
    rule[w.R_DEEDS] = len(deeds)
    rule[w.R_DEEDS_AT] = base.put(
        action[word] for action in deeds for word in (w.X_VERB, w.X_NAME, w.X_SECONDS, w.X_MONTHS)
    )
    lapses = bool(rule[w.R_SECONDS] or rule[w.R_MONTHS])
    return w.F_OWN | w.F_LAPSES * lapses | w.F_DEEDS * bool(deeds)


def _is_deed(action: list[int]) -> bool:
    """Whether an action concerns only its own subject and reads nothing."""
    return (
        action[w.X_VERB] in (w.DO_IMPOSE, w.DO_LIFT, w.DO_NOTIFY, w.DO_LIST, w.DO_UNLIST)
        and action[w.X_TARGET] == w.TO_SELF
        and action[w.X_COUNT] == 0
    )


def _action(base: Base, coder: Coder, action: Action) -> list[int]:
    one = [0] * w.X_WORDS
    one[w.X_VERB] = _VERBS[action.verb]
    one[w.X_TARGET], one[w.X_WHOM] = _target(base, action.to)
    values: list[int] = []
    if action.score is not None:
        one[w.X_SECONDS], one[w.X_MONTHS] = length(action.lapses)
        for score, change in action.score.items():
            is_set = not isinstance(change, str)
            amount = coder.amount(ex.parse(change if isinstance(change, str) else change.set))
            values += [base.scores[score or base.only_score], int(is_set), *amount]
    elif action.verb in ("grant", "impose", "lift"):
        one[w.X_NAME] = base.measures[str(getattr(action, action.verb))]
        one[w.X_SECONDS], one[w.X_MONTHS] = length(action.for_)
    elif action.notify is not None:
        check = coder.checks(places_of(action.notify))
        values += [-1, 0, 1, check] if check else []
    elif action.emit is not None:
        one[w.X_NAME] = base.types[str(action.emit.event)]
        one[w.X_SECONDS], one[w.X_MONTHS] = length(action.after)
        values += _emitted(base, coder, action)
    elif action.undo is not None:
        one[w.X_WHOM] = _field(base, str(action.undo).partition(".")[2])
    else:
        one[w.X_NAME] = base.registries[str(getattr(action, action.verb))]
    one[w.X_COUNT], one[w.X_AT] = len(values) // w.G_WORDS, base.put(values)
    return one


def _field(base: Base, name: str) -> int:
    return base.column(name) << 16 | base.fields[name]


def _target(base: Base, written: str | None) -> tuple[int, int]:
    tree = ex.parse(written) if written is not None else None
    if isinstance(tree, ex.Call) and isinstance(tree.arguments[0], ex.String):
        return w.TO_RELATED, base.relations[tree.arguments[0].value]
    if isinstance(tree, ex.Name) and tree.parts[0] == "event":
        return w.TO_FIELD, _field(base, tree.path.partition(".")[2])
    return w.TO_SELF, 0


def _emitted(base: Base, coder: Coder, action: Action) -> list[int]:
    """The fields of a derived event; of those that nobody reads only what may fail."""
    emit = action.emit
    assert emit is not None
    declared = coder.policy.events[emit.event].fields
    values: list[int] = []
    for name, text in emit.fields.items():
        place = base.fields.get(str(name), -1)
        if declared[name].kind not in ("text", "one_of"):
            tree = ex.parse(text)
            if place >= 0:
                values += [place, 0, *coder.amount(tree)]
            elif check := coder.checks([tree]):
                values += [-1, 0, 1, check]
        elif place >= 0:
            values += [place, 0, *_text(base, coder, text)]
        elif check := coder.checks(places_of(text)):
            values += [-1, 0, 1, check]
    for name, value in defaults(declared, {}).items():
        if name not in emit.fields and name in base.fields:
            number = base.texts.number(value) if isinstance(value, str) else int(value)
            values += [base.fields[name], 0, 0, number]
    return values


def _text(base: Base, coder: Coder, text: str) -> tuple[int, int]:
    """A text field that somebody reads: a fixed text, or one text that is handed on."""
    pieces = ex.parse_template(versions(text)[0]).pieces
    if all(isinstance(piece, str) for piece in pieces):
        return 0, base.texts.number("".join(piece for piece in pieces if isinstance(piece, str)))
    if len(pieces) == 1 and isinstance(node := pieces[0], ex.Name | ex.Call | ex.String):
        grade = isinstance(node, ex.Name) and node.parts[0] == "grade"
        if kind_of(node, coder.policy) == "text" and not grade:
            return coder.amount(node)
    raise Unsupported("a derived event whose text is put together and read again")


# --- what sets rules off --------------------------------------------------------------------


def _groups(base: Base, plan: Plan, rules: Sequence[int]) -> int:
    numbers = trigger_numbers(base, plan.policy)
    events = 2 * len(base.types)  # and their refusals
    table = [0] * (w.GR_WORDS * len(numbers))
    for key, group in plan.groups.items():
        at, places = w.GR_WORDS * numbers[key], [rules[rule.index] for rule in group.rules]
        table[at + w.GR_RULES], table[at + w.GR_MANY] = base.put(places), len(places)
        table[at + w.GR_ROW] = lower_row(base, places) if numbers[key] < events else 0
    return base.put(table)


def trigger_numbers(base: Base, policy: Policy) -> dict[str, int]:
    """The number of everything that a rule can wait for."""
    rungs = [f"{s}.{g.name}" for s in base.ladders for g in policy.grades[s]]
    keys = [
        *base.types,
        *(f"refused {t}" for t in base.types),
        *(f"began {m}" for m in base.measures),
        *(f"ended {m}" for m in base.measures),
        *(f"left {rung}" for rung in rungs),
        *(f"entered {rung}" for rung in rungs),
        *(f"every {period}" for period in base.plans.periods),
    ]
    return {key: number for number, key in enumerate(keys)}


def _events(base: Base, plan: Plan) -> int:
    words: list[int] = []
    reviews = base.plans.reviews
    for kind, event in plan.events.items():
        one = [0] * w.T_WORDS
        one[w.T_BLOCKS], one[w.T_BLOCKS_AT] = len(event.blocked_by), base.put(event.blocked_by)
        for place, refused in ((w.T_RECORD, False), (w.T_REFUSAL, True)):
            kept = base.histories.get((kind, refused))
            one[place] = -1 if kept is None else kept.number
        recorded, turned = reviews.recorded.get(kind, ()), reviews.refused.get(kind, ())
        one[w.T_REVIEWS], one[w.T_REVIEWS_AT] = len(recorded), base.put(review_words(recorded))
        one[w.T_REFUSED_REVIEWS] = len(turned)
        one[w.T_REFUSED_REVIEWS_AT] = base.put(review_words(turned))
        words += one
    return base.put(words)
