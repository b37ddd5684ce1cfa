"""Random expressions that pass the checks: typed, and guarded where a value may be missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .words import CHOICES, TYPES, FieldSort, Words

Fields = Mapping[str, FieldSort] | None  # of the rule's event; None: there is no event
COMPARE = ("==", "!=", "<", "<=", ">", ">=")


def common_fields(types: Sequence[str]) -> Fields:
    """Those that all of these types have, alike."""
    first, *others = [TYPES[event_type] for event_type in types]
    return {
        name: sort
        for name, sort in first.items()
        if all(other.get(name) == sort for other in others)
    }


def condition(words: Words, fields: Fields, depth: int = 2) -> str:
    if depth and words.chance(0.35):
        joint = words.one((" and ", " or "))
        parts = [condition(words, fields, depth - 1) for _ in range(words.random.randint(2, 3))]
        return joint.join(f"({part})" if " or " in part or " and " in part else part
                          for part in parts)  # fmt: skip
    if words.chance(0.15):
        return f"not ({atom(words, fields)})"
    return atom(words, fields)


def atom(words: Words, fields: Fields) -> str:
    makers = [
        _counting,
        _counting,
        _counting,
        _length,
        _scoring,
        _scoring,
        _grading,
        _flag,
        _kin,
        _person,
    ]
    if fields is not None:
        makers += [_field, _field, _sender, _other]
    return words.one(makers)(words, fields)


def while_condition(words: Words, before: Sequence[str]) -> str:
    """Conditions of measures; ``before`` are the measures that it may name."""

    def holding(words: Words, _: Fields) -> str:
        if not before:
            return _counting(words, None)
        return words.one((f"has({words.one(before)})", f"not has({words.one(before)})"))

    def kin_holding(words: Words, _: Fields) -> str:
        if not before:
            return _kin(words, None)
        return f"related_any('{words.one(words.relations)}', has({words.one(before)}))"

    def weighing(words: Words, _: Fields) -> str:
        return f"{counted(words)} {words.one(('>=', '<', '=='))} weights.{words.one(words.weights)}"

    makers = [weighing, _counting, _counting, _counting, _length, _length, _latest, _scoring,
              _scoring, _grading, _grading, holding, kin_holding, _kin_score, _person]  # fmt: skip
    parts = [words.one(makers)(words, None) for _ in range(words.random.choice((1, 1, 2)))]
    return words.one((" and ", " or ")).join(parts)


# --- atoms --------------------------------------------------------------------


def number_field(words: Words) -> str:
    return words.one(
        [f"{t}.{name}" for t, fields in TYPES.items() for name, sort in fields.items()
         if sort.kind == "number"]
    )  # fmt: skip


def counted(words: Words) -> str:
    """A number that is never missing."""
    function = words.one(("count", "count", "total", "refusals"))
    of = number_field(words) if function == "total" else words.event_type()
    return f"{function}({of}, {words.window()})"


def _counting(words: Words, _: Fields) -> str:
    left = counted(words)
    if words.chance(0.1):
        left = words.one((f"{left} + {counted(words)}", f"{left} * 2 - 1", f"min({left}, 2)",
                          f"round({left} / 2)", f"abs({left} - 3)"))  # fmt: skip
    return f"{left} {words.one(COMPARE)} {words.one(('1', '1', '2', '2', '3'))}"


def _length(words: Words, _: Fields) -> str:
    length = words.one(
        (f"since({words.event_type()})", f"since({words.event_type()})", "age_of_record()")
    )
    if words.chance(0.15):
        return f"{words.one(words.exact)} {words.one(COMPARE)} {length}"
    if words.chance(0.1):
        return f"since({words.event_type()}) is missing"
    return f"{length} {words.one(COMPARE)} {words.one(words.exact)}"


def _latest(words: Words, _: Fields) -> str:
    event_type = words.event_type()
    numbers = [name for name, sort in TYPES[event_type].items() if sort.kind == "number"]
    if numbers and words.chance(0.7):
        bound = words.one(("0", "1", "2", "0.5"))
        return f"latest({event_type}.{words.one(numbers)}) {words.one(COMPARE)} {bound}"
    place = words.one(("claim.to", "fee.late.to"))
    return words.one((f"latest({place}) == 'b'", f"latest({place}) is missing"))


def _scoring(words: Words, _: Fields) -> str:
    name = words.one(tuple(words.scores))
    bound = words.one(("8", "10", "11", "12", "9.5", "5"))
    if name not in words.shared_scores() and words.chance(0.3):
        return f"{words.score(name)} is missing"
    return f"{words.score(name)} {words.one(('<', '<=', '>', '>=', '=='))} {bound}"


def _grading(words: Words, fields: Fields) -> str:
    if not words.grades:
        return _scoring(words, fields)
    name = words.one(tuple(words.grades))
    ladder = words.grades[name]
    if words.chance(0.2):
        listed = ", ".join(f"'{grade}'" for grade in words.some(ladder, 1, 2))
        return f"{words.grade(name)} in [{listed}]"
    return f"{words.grade(name)} {words.one(COMPARE)} '{words.one(ladder)}'"


def _flag(words: Words, _: Fields) -> str:
    measures = (*words.rewards, *words.penalties)
    made = words.one((f"has({words.one(measures)})", f"listed({words.one(words.registries)})"))
    return f"not {made}" if words.chance(0.4) else made


def _kin(words: Words, fields: Fields) -> str:
    relation = words.one(words.relations)
    if words.chance(0.3):
        return _kin_score(words, fields)
    if words.chance(0.5):
        return f"related_count('{relation}') {words.one(COMPARE)} {words.one(('1', '2'))}"
    measure = words.one((*words.rewards, *words.penalties))
    return f"related_any('{relation}', has({measure}))"


def _kin_score(words: Words, _: Fields) -> str:
    function = words.one(("related_min", "related_max"))
    name = words.one(tuple(words.scores))
    call = f"{function}('{words.one(words.relations)}', score.{name})"
    return f"{call} {words.one(('<', '>=', '=='))} {words.one(('9', '10', '12'))}"


def _person(words: Words, _: Fields) -> str:
    choices = ["subject.age >= 18", "subject.age != 18", "subject.aided", "not subject.aided",
               "subject.area == 'x'", "subject.area in ['x', 'z']", "subject.age is missing",
               "subject.name == 'Bo'"]  # fmt: skip
    if len(words.kinds) > 1:
        choices += ["subject.kind == 'firm'", "subject.kind != 'firm'"]
    return words.one(choices)


def _field(words: Words, fields: Fields) -> str:
    if not fields:
        return _counting(words, fields)
    name = words.one(tuple(fields))
    sort = fields[name]
    if sort.optional and words.chance(0.25):
        return f"event.{name} is missing"
    if sort.kind == "number":
        return f"event.{name} {words.one(COMPARE)} {words.number()}"
    if sort.kind == "boolean":
        return words.one((f"event.{name}", f"not event.{name}", f"event.{name} == false"))
    if sort.kind == "one_of":
        choice = words.one(CHOICES)
        return words.one((f"event.{name} == '{choice}'", f"event.{name} in ['x', 'y']"))
    return words.one((f"event.{name} == 'x'", f"event.{name} != 'b'"))


def _sender(words: Words, _: Fields) -> str:
    return words.one(("source == 'court'", "source is missing", "reporter == 'mei'",
                      "source != 'ferry'"))  # fmt: skip


def _other(words: Words, fields: Fields) -> str:
    """A reading of the subject that the event names."""
    texts = [f"event.{name}" for name, sort in (fields or {}).items() if sort.kind == "text"]
    who = words.one((*texts, "reporter"))
    if words.grades and words.chance(0.3):
        name = words.one(tuple(words.grades))
        grade = words.one(words.grades[name])
        return f"of({who}, grade.{name}) {words.one(COMPARE)} '{grade}'"
    score = words.one(tuple(words.scores))
    measure, registry = words.one((*words.rewards, *words.penalties)), words.one(words.registries)
    return words.one(
        (f"of({who}, score.{score}) {words.one(COMPARE)} 10",
         f"of({who}, has({measure}))", f"not of({who}, listed({registry}))",
         f"of({who}, score.{score}) is missing", f"of({who}, subject.age) >= 18")
    )  # fmt: skip


def _somebody(words: Words, fields: Fields) -> str:
    """What is read of whom the event names."""
    who = "event.to" if fields and "to" in fields and words.chance(0.8) else "reporter"
    name = words.one(tuple(words.scores))
    choices = [
        f"of({who}, score.{name}) {words.one(COMPARE)} {words.one(('8', '10', '12'))}",
        f"of({who}, has({words.one((*words.rewards, *words.penalties))}))",
        f"of({who}, listed({words.one(words.registries)}))",
        f"of({who}, subject.age) is missing",
    ]
    if words.grades:
        graded = words.one(tuple(words.grades))
        choices.append(f"of({who}, grade.{graded}) < '{words.one(words.grades[graded])}'")
    return words.one(choices)


# --- amounts ------------------------------------------------------------------


def amount(words: Words, fields: Fields, guards: set[str]) -> str:
    """What a score action adds; optional fields that it reads are put among ``guards``."""
    plain = words.one(words.amounts)
    if words.chance(0.6):
        return plain
    choices = [
        f"weights.{words.one(words.weights)}",
        f"weights.{words.one(words.weights)} * {counted(words)}",
        f"-{counted(words)} / 3",
        f"max({counted(words)}, 2) - 3",
        f"floor(weights.{words.one(words.weights)} * 0.7)",
    ]
    if words.shared_scores():
        name = words.one(words.shared_scores())
        choices += [f"{words.score(name)} / 4", f"10 - {words.score(name)}"]
    numbers = [name for name, sort in (fields or {}).items() if sort.kind == "number"]
    if numbers:
        name = words.one(numbers)
        made = words.one((f"event.{name}", f"weights.{words.one(words.weights)} * event.{name} / 3",
                          f"-event.{name}", f"round(event.{name})"))  # fmt: skip
        if not words.constant:
            made = f"6 / event.{name}"
        if (fields or {})[name].optional:
            guards.add(name)
        return made if words.chance(0.7) else words.one(choices)
    return words.one(choices)
