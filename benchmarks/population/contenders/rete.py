"""CLIPS through clipspy: one fact an event, the host keeps state."""

from __future__ import annotations

from benchmarks.population.contenders import CannotPlay, Play
from benchmarks.population.contenders.hosting import Parsed, conditions, fields, host
from benchmarks.population.events import Columns
from benchmarks.population.workloads import Workload

NAME = "CLIPS"
HOW = "clipspy, one fact an event; the host keeps state"


def _written(ways: Parsed) -> str:
    each = []
    for way in ways:
        tests = [f"({sign.replace('==', '=')} ?{name} {number})" for name, sign, number in way]
        each.append(tests[0] if len(tests) == 1 else f"(and {' '.join(tests)})")
    return each[0] if len(each) == 1 else f"(or {' '.join(each)})"


def ready(workload: Workload, columns: Columns) -> Play:
    """One template for each kind of event; a rule that fires sets its bit."""
    try:
        import clips
        from clips._clips import lib
    except ImportError:
        raise CannotPlay("clipspy is not installed") from None
    environment = clips.Environment()
    environment.build("(defglobal ?*held* = 0)")
    templates = {}
    for trigger, rules in conditions(workload).items():
        names = fields(rules)
        slots = " ".join(f"(slot {name} (type INTEGER))" for name in names)
        environment.build(f"(deftemplate {trigger} {slots})")
        pattern = " ".join(f"({name} ?{name})" for name in names)
        for rule, ways in rules.items():
            environment.build(
                f"(defrule {trigger}-{rule} ({trigger} {pattern}) (test {_written(ways)})"
                f" => (bind ?*held* (+ ?*held* {1 << rule})))"
            )
        templates[trigger] = environment.find_template(trigger), names
    held = environment.find_global("held")

    def match(trigger: str, facts: dict[str, int]) -> list[int]:
        template, names = templates[trigger]
        held.value = 0
        fact = template.assert_fact(**{name: facts[name] for name in names})
        environment.run()
        fact.retract()
        # 1.0.6 gives this back with one argument too many, swallows the error, and then
        # looks through all facts that ever were at every run
        lib.ReleaseFact(fact._fact)
        bits, found = held.value, []
        while bits:
            low = bits & -bits
            found.append(low.bit_length() - 1)
            bits ^= low
        return found

    return host(workload, columns, match)
