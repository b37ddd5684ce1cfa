"""A random policy, as plain data with numbers as decimal text."""

from __future__ import annotations

from typing import Any

from engine.values import iso_instant

from .conditions import Fields, amount, common_fields, condition, while_condition
from .words import PERIODS, TYPES, FieldSort, Words

Data = dict[str, Any]


def policy(words: Words) -> Data:
    made: Data = {
        "policy": "generated",
        "format": "1",
        "subjects": {kind: {"attributes": _attributes()} for kind in words.kinds},
        "institutions": {"court": {}, "ferry": {"delay": words.term()}},
        "weights": {name: _weight(words) for name in words.weights},
        "scores": {name: _score(words, kinds) for name, kinds in words.scores.items()},
        "events": {name: _event(words, name) for name in TYPES},
    }
    grades = {
        name: _grades(words, name, score)
        for name, score in made["scores"].items()
        if "min" in score and words.chance(0.75)
    }
    if grades:
        made["grades"] = grades
    words.grades = {name: tuple(g["name"] for g in ladder) for name, ladder in grades.items()}
    made |= _measures(words)
    made["registries"] = {name: {} for name in words.registries}
    made["rules"] = _rules(words)
    return made


def _attributes() -> Data:
    return {
        "name": {"text": {"optional": "true"}},
        "age": {"number": {"optional": "true"}},
        "aided": {"boolean": "false"},
        "area": {"one_of": ["x", "y", "z"], "optional": "true"},
    }


def _weight(words: Words) -> Any:
    value = words.one(("-5", "-2", "0.5", "3", "0.333333", "-0.000001", "1.5", "2", "1"))
    return value if words.chance(0.5) else {"value": value, "range": ["-20", "20"]}


def _score(words: Words, kinds: tuple[str, ...]) -> Data:
    made: Data = {"of": list(kinds), "start": words.one(("10", "10", "5"))}
    if words.chance(0.8):
        made["min"] = words.one(("0", "0", "4", "-3"))
    if words.chance(0.7):
        made["max"] = words.one(("12", "15", "20", "10"))
    if words.chance(0.35):
        made["drift"] = {
            "toward": words.one(("10", "8", "9.5")),
            "by": words.one(("1", "2.5", "0.1")),
            "every": words.one(PERIODS),
        }
    return made


def _grades(words: Words, name: str, score: Data) -> list[Data]:
    names = words.one((("A", "B", "C"), ("A", "B"), ("Hi", "Mid-1", "Low", "No")))
    if words.chance(0.4):
        names = tuple(f"{name[0].upper()}{n}" for n in range(3))
    above = sorted(words.some(("4.5", "6", "8", "9.5", "10", "11", "12"), 3, 3), key=float)
    thresholds = [*reversed(above)][: len(names) - 1]
    return [
        *({"name": n, "from": t} for n, t in zip(names, thresholds, strict=False)),
        {"name": names[len(thresholds)], "from": score["min"]},
    ]


def _event(words: Words, name: str) -> Data:
    made: Data = {"fields": {f: sort.written for f, sort in TYPES[name].items()}}
    if words.chance(0.25):
        made["by"] = words.one((["ferry"], ["court", "ferry"]))
    return made


# --- measures -----------------------------------------------------------------


def _measures(words: Words) -> Data:
    rewards: Data = {}
    penalties: Data = {}
    before: list[str] = []
    for name in words.rewards:
        rewards[name] = _measure(words, before)
        before.append(name)
    for name in words.penalties:
        penalties[name] = _measure(words, before)
        if words.chance(0.6):
            penalties[name]["blocks"] = words.one(
                (["fee.*"], ["fee.late", "echo"], list(words.hot[:1]), list(words.hot))
            )
        before.append(name)
    words.imposed = tuple(n for n, m in (*rewards.items(), *penalties.items()) if "while" not in m)
    made: Data = {"penalties": penalties}
    if rewards:
        made["rewards"] = rewards
    return made


def _measure(words: Words, before: list[str]) -> Data:
    made: Data = {}
    if words.chance(0.5):
        made["while"] = while_condition(words, before)
    else:
        if words.chance(0.5):
            made["lasts"] = words.term()
        if words.chance(0.7):
            made["again"] = words.one(("ignore", "restart", "extend", "extend"))
    if words.chance(0.45):
        made["quota"] = words.one(("1", "1", "2"))
    if words.chance(0.5):
        made["notice"] = words.one(("{subject.name}, until {until}.", "{{x}} {subject.kind}"))
    return made


# --- rules --------------------------------------------------------------------


def _rules(words: Words) -> list[Data]:
    count = words.random.randint(4, 10)
    names = [f"rule{n}" for n in range(count)]
    made = [_rule(words, names, place) for place in range(count)]
    if words.chance(0.4):
        made.append(_echoing(words))
    if words.chance(0.4):
        made.append(_spreading(words))
    if words.undoing:
        made.append({"id": "taken-back", "on": "claim", "then": [{"undo": "event.ref"}]})
    return made


def _echoing(words: Words) -> Data:
    """A change raises a later event: who changed first shows in the order of the steps."""
    change = words.chance(0.5) and words.grades
    measure = words.one((*words.rewards, *words.penalties))
    return {
        "id": "echoing",
        "on": _grade_change(words) if change else f"{words.one(('began', 'ended'))} {measure}",
        "limit": {"times": "3", "per": words.term()},
        "then": [{"emit": {"event": "ride"}, "after": words.term()}],
    }


def _spreading(words: Words) -> Data:
    """One event reaches several subjects, in an order that is not the order of the cast."""
    event_type = words.one(words.hot)
    fields = common_fields([event_type])
    actions = [_action(words, [event_type], fields, set()) for _ in range(3)]
    actions = [action for action in actions if "after" not in action]
    for action in actions:
        if "undo" not in action:
            action["to"] = _target(words, fields)
    guard = " and ".join(f"not event.{n} is missing" for n, s in (fields or {}).items()
                         if s.kind == "number" and s.optional)  # fmt: skip
    made: Data = {"id": "spreading", "on": event_type, "then": actions}
    return {**made, "when": guard} if guard else made


def _rule(words: Words, names: list[str], place: int) -> Data:
    made: Data = {"id": names[place]}
    made["on"], types, fields = _trigger(words)
    guards: set[str] = set()
    if words.chance(0.12):
        actions = _heap(words)
    else:
        count = words.one((1, 2, 2, 3, 4))
        actions = [_action(words, types, fields, guards) for _ in range(count)]
    # Guards come first, so that what stands behind them is known to be there.
    when = [f"not event.{name} is missing" for name in sorted(guards)]
    if words.chance(0.5):
        when.append(condition(words, fields))
    if when:
        bracketed = [f"({part})" if " or " in part else part for part in when]
        made["when"] = {"all": when} if words.chance(0.15) else " and ".join(bracketed)
    elif words.chance(0.1):
        made["when"] = {"any": [condition(words, fields), condition(words, fields)]}
    if words.chance(0.2):
        made["unless"] = condition(words, fields, 1)
    if place and words.chance(0.3):
        made["overrides"] = words.some(names[:place], 1, 2)
    changes = not types
    if words.chance(0.9 if changes else 0.5 if "overrides" in made else 0.2):
        made["limit"] = {"times": words.one(("1", "1", "2", "3"))}
        if words.chance(0.6):
            made["limit"]["per"] = words.window()
    later = ("after", "lapses") if changes else ("after",)
    if any(key in action for action in actions for key in later):
        # What comes back later and raises more of itself would never come to an end.
        made["limit"] = {"times": words.one(("1", "2", "3")), "per": words.one(("ever", "30 days"))}
    if words.chance(0.15):
        made["in_force"] = _in_force(words)
    made["then"] = actions
    return made


def _in_force(words: Words) -> Data:
    instants = words.instants()
    made: Data = {}
    if words.chance(0.6):
        made["from"] = iso_instant(words.one(instants))
    if words.chance(0.6) or not made:
        until = words.one(instants)
        if "from" not in made or iso_instant(until) > made["from"]:
            made["until"] = iso_instant(until)
    return made


def _trigger(words: Words) -> tuple[Any, list[str], Fields]:
    """What `on` says, the event types that it may be about, and their fields."""
    types = tuple(TYPES)
    drawn = words.random.random()
    if drawn < 0.4:
        of = [words.event_type()]
        return of[0], of, common_fields(of)
    if drawn < 0.46:
        of = words.some(types, 2, 3)
        return of, of, common_fields(of)
    if drawn < 0.51:
        of = ["fee.late", "fee.paid"]
        return "fee.*", of, common_fields(of)
    if drawn < 0.6:
        of = [words.event_type()]
        return f"refused {of[0]}", of, common_fields(of)
    if drawn < 0.76 and words.grades:
        return _grade_change(words), [], None
    if drawn < 0.92:
        measure = words.one((*words.rewards, *words.penalties))
        return f"{words.one(('began', 'ended'))} {measure}", [], None
    return f"every {words.one(PERIODS)}", [], None


def _grade_change(words: Words) -> str:
    name = words.one(tuple(words.grades))
    grade = words.one(words.grades[name])
    unique = sum(grade in ladder for ladder in words.grades.values()) == 1
    short = unique and words.chance(0.5)
    return f"{words.one(('entered', 'left'))} {grade if short else f'{name}.{grade}'}"


# --- actions ------------------------------------------------------------------


def _action(words: Words, types: list[str], fields: Fields, guards: set[str]) -> Data:
    makers = [_scoring, _scoring, _scoring, _scoring, _imposing, _imposing, _imposing, _lifting,
              _notifying, _listing, _emitting]  # fmt: skip
    if fields and "ref" in fields and words.chance(0.3):
        return {"undo": "event.ref"}
    made = words.one(makers)(words, types, fields, guards)
    if words.chance(0.4) and "undo" not in made:
        made["to"] = _target(words, fields)
    return made


def _target(words: Words, fields: Fields) -> str:
    if fields and "to" in fields and words.chance(0.6):
        return "event.to"
    return words.one(("subject", "related('parent')", "related('peer')"))


def _scoring(words: Words, _: list[str], fields: Fields, guards: set[str]) -> Data:
    def change() -> Any:
        text = amount(words, fields, guards)
        return {"set": text} if words.chance(0.15) else text

    names = [next(iter(words.scores))] if words.chance(0.5) else [*words.scores][:2]
    words.random.shuffle(names)
    made: Data
    if len(words.scores) == 1 and words.chance(0.7):
        made = {"score": change()}
    else:
        made = {"score": {name: change() for name in names}}
    if words.chance(0.55):
        made["lapses"] = words.term()
    return made


def _heap(words: Words) -> list[Data]:
    """Additions to one score that lapse together: the clamp has to choose among them."""
    name = words.one(tuple(words.scores))
    amounts = words.some(words.amounts, 1, 2)
    terms = [words.term(), words.term()]
    made: list[Data] = []
    for _ in range(words.random.randint(3, 5)):
        action: Data = {"score": {name: words.one(amounts)}}
        if words.chance(0.8):
            action["lapses"] = words.one((terms[0], terms[0], terms[1]))
        made.append(action)
    return made


def _imposing(words: Words, types: list[str], fields: Fields, guards: set[str]) -> Data:
    if not words.imposed:
        return _scoring(words, types, fields, guards)
    name = words.one(words.imposed)
    made = {"grant" if name in words.rewards else "impose": name}
    if words.chance(0.5):
        made["for"] = words.term()
    return made


def _lifting(words: Words, types: list[str], fields: Fields, guards: set[str]) -> Data:
    if not words.imposed:
        return _listing(words, types, fields, guards)
    return {"lift": words.one(words.imposed)}


def _notifying(words: Words, _: list[str], fields: Fields, guards: set[str]) -> Data:
    text = words.one(("Hello, {subject.name}.", "{{really}} {subject.kind}", "plain"))
    if fields and words.chance(0.4):
        text += f" {{event.{words.one(tuple(fields))}}}"
    made = {"notify": text}
    if words.chance(0.3):
        made["via"] = words.one(("sms", "app", "letter"))
    return made


def _listing(words: Words, _: list[str], fields: Fields, guards: set[str]) -> Data:
    return {words.one(("list", "list", "unlist")): words.one(words.registries)}


def _emitting(words: Words, types: list[str], fields: Fields, guards: set[str]) -> Data:
    order = tuple(TYPES)
    after = words.chance(0.4)
    places = [order.index(t) for t in types] or [0]
    later = order[max(places) + 1 :]
    wild = after or words.chance(0.05)
    event = words.one(later) if later and not wild else words.one(order if wild else order[-1:])
    if not wild and not later:
        return _listing(words, types, fields, guards)
    emit: Data = {"event": event}
    for name, sort in TYPES[event].items():
        if not sort.optional or words.chance(0.6):
            value = _given(words, name, sort, fields)
            if value is not None:
                emit[name] = value
    made: Data = {"emit": emit}
    if after:
        made["after"] = words.term()
    return made


def _given(words: Words, name: str, sort: FieldSort, fields: Fields) -> str | None:
    alike = [f for f, s in (fields or {}).items() if s.kind == sort.kind
             and (sort.optional or not s.optional)]  # fmt: skip
    if alike and words.chance(0.6):
        found = words.one(alike)
        in_words = sort.kind in ("text", "one_of")
        return f"{{event.{found}}}" if in_words else f"event.{found}"
    if sort.kind == "number":
        shared = [words.score(name) for name in words.shared_scores()]
        return words.one(("1", "2.5", f"weights.{words.one(words.weights)}", *shared))
    if sort.kind == "boolean":
        return words.one(("true", "false", "subject.aided"))
    if sort.kind == "one_of":
        return words.one(("x", "{subject.area}"))
    return words.one(("x", "e1", "b", "{subject.kind}", "{{e1}}", "{subject.name}"))
