"""For each form of claim a policy with a planted fault, and one that is clean."""

from __future__ import annotations

from typing import NamedTuple

from tests.audit.bench import AUDIT, HEAD, Twin

LIFE = """\
scenario: one
policy: ../policy.yaml
cast: {una: {kind: sailor, name: Una}, bo: {kind: sailor, name: Bo, aided: true}}
start: 2031-01-01
until: 2031-03-01
timeline:
  - {at: 2031-01-02, who: una, event: late}
  - {at: 2031-01-02, who: bo, event: late}
  - {at: 2031-01-09, who: una, event: paid}
"""
FOUR = """\
scenario: one
policy: ../policy.yaml
cast:
  a: {kind: sailor, name: A}
  b: {kind: sailor, name: B}
  c: {kind: sailor, name: C, aided: true}
  d: {kind: sailor, name: D, aided: true}
start: 2031-01-01
timeline:
  - {at: 2031-01-02, who: a, event: late}
  - {at: 2031-01-02, who: b, event: late}
  - {at: 2031-01-02, who: c, event: late}
  - {at: 2031-01-02, who: d, event: late}
"""
RETRACTING = AUDIT.replace("  sung:", "  back: {refers: {late: late}, immutable: true}\n  sung:")
FAMILY = AUDIT.replace("start:", "relations: {captain: [[bo, una]]}\nstart:")
ONE_SCENARIO = "scenarios: ../scenarios/one.yaml"


class Planted(NamedTuple):
    """One claim, the policy that breaks it, by how many events, and the one that keeps it."""

    claim: str
    faulty: Twin
    events: int  # of the least counterexample; 0 where there is none to show
    clean: Twin


LATE = "{id: late, on: late, then: [{score: weights.late}]}"
PAID = "{id: paid, on: paid, then: [{score: 10}]}"
BAN = "{id: ban, on: late, then: [{impose: ban}]}"
UNDO = "{id: back, on: back, then: [{undo: event.late}]}"

FORMS: dict[str, Planted] = {
    "always": Planted(
        "always: score >= 75",
        Twin(LATE),
        3,
        Twin("{id: late, on: late, then: [{score: weights.late}], limit: {times: 2}}"),
    ),
    "never": Planted(
        "never: has(ban) and score < 100",
        Twin(f"{BAN}\n{{id: sung, on: sung, then: [{{score: -1}}]}}"),
        2,
        Twin(f"{BAN}\n{{id: sung, on: sung, when: not has(ban), then: [{{score: 1}}]}}"),
    ),
    "no-turning-point": Planted(
        "no-turning-point: {points: 20}",
        Twin("{id: late, on: late, when: 'count(late, ever) == 3', then: [{score: -60}]}"),
        3,
        Twin(LATE),
    ),
    "max-drop": Planted(
        "max-drop: {grades: 1, events: late}",
        Twin("{id: late, on: late, when: 'count(late, 5 days) >= 2', then: [{score: -60}]}"),
        2,
        Twin(LATE),
    ),
    "smallest-change": Planted(
        f"smallest-change: {{weight: late, at_least: 5}}, {ONE_SCENARIO}",
        Twin(LATE, head=HEAD.replace("late: -10", "late: -48"), scenario=LIFE),
        3,
        Twin(LATE, head=HEAD.replace("late: -10", "late: -30"), scenario=LIFE),
    ),
    "recoverable": Planted(
        "recoverable: {from: bad, to: good, within: 30 days}",
        Twin("{id: late, on: late, then: [{score: -60}]}"),
        1,
        Twin(
            "{id: late, on: late, then: [{score: -60}]}\n"
            "{id: paid, on: paid, then: [{score: {set: 100}}]}"
        ),
    ),
    "penalties-end": Planted(
        "penalties-end: {within: 12 days, penalties: ban}",
        Twin(BAN, penalties="penalties: {ban: {lasts: 10 days, again: extend}}\n"),
        2,
        Twin(BAN, penalties="penalties: {ban: {lasts: 10 days, again: ignore}}\n"),
    ),
    "never-qualifies": Planted(
        "never-qualifies: {measure: key}, who: subject.aided",
        Twin("{id: key, on: sung, when: 'count(sung, ever) >= 3', then: [{grant: key}]}"),
        3,
        Twin("{id: key, on: sung, unless: subject.aided, then: [{grant: key}]}"),
    ),
    "price-of-a-lie": Planted(
        "price-of-a-lie: {event: late, retracted_by: back, loss: 10, residue: 0}",
        Twin(f"{LATE}\n{UNDO}\n{{id: fee, on: back, then: [{{score: -5}}]}}", audit=RETRACTING),
        2,
        Twin(f"{LATE}\n{UNDO}", audit=RETRACTING),
    ),
    "reversible": Planted(
        "reversible: {event: late, by: back}",
        Twin(f"{LATE}\n{BAN}\n{{id: back, on: back, then: [{{score: 10}}]}}", audit=RETRACTING),
        2,
        Twin(f"{LATE}\n{BAN}\n{UNDO}", audit=RETRACTING),
    ),
    "changes-nothing": Planted(
        "changes-nothing: {events: sung}",
        Twin(
            "{id: sung, on: sung, then: [{emit: {event: off}, after: 3 days}]}\n"
            "{id: off, on: off, then: [{score: -1}]}"
        ),
        1,
        Twin(
            "{id: sung, on: sung, then: [{emit: {event: off}, after: 3 days}]}\n"
            "{id: off, on: off, then: [{notify: Sing on.}]}"
        ),
    ),
    "who-bears": Planted(
        f"who-bears: {{over: aided, of: ban, least: 2}}, {ONE_SCENARIO}",
        Twin("{id: ban, on: late, when: subject.aided, then: [{impose: ban}]}", scenario=FOUR),
        0,
        Twin(BAN, scenario=FOUR),
    ),
    "equal-treatment": Planted(
        "equal-treatment: {over: aided}",
        Twin(
            "{id: late, on: late, when: 'count(late, ever) == 2', unless: subject.aided, "
            "then: [{score: -10}]}"
        ),
        2,
        Twin(LATE),
    ),
    "never-harsher": Planted(
        "never-harsher: true, under: ../reforms/milder.yaml",
        Twin(LATE, reform="reform: milder\nof: pier\nset: {weights.late: -11}\n"),
        1,
        Twin(LATE, reform="reform: milder\nof: pier\nset: {weights.late: -9}\n"),
    ),
    "top-grade-costs": Planted(
        "top-grade-costs: {at_least: 3, holding: 'count(late, ever) >= 1'}",
        Twin(f"{LATE}\n{{id: sung, on: sung, then: [{{score: 5}}]}}"),
        3,
        Twin(f"{LATE}\n{{id: sung, on: sung, then: [{{score: 3}}]}}"),
    ),
    "no-double-jeopardy": Planted(
        "no-double-jeopardy: true",
        Twin(f"{BAN}\n{{id: fine, on: ended ban, then: [{{impose: fine}}]}}"),
        1,
        Twin(f"{BAN}\n{{id: fine, on: sung, then: [{{impose: fine}}]}}"),
    ),
    "no-spill": Planted(
        "no-spill: {from: choir, to: money}",
        Twin("{id: sung, on: sung, when: 'count(sung, 3 days) >= 2', then: [{impose: ban}]}"),
        2,
        Twin("{id: sung, on: sung, then: [{impose: fine}, {score: -5}]}"),
    ),
    "monotone": Planted(
        "monotone: {good: paid}",
        Twin("{id: paid, on: paid, when: 'count(paid, ever) == 2', then: [{score: -5}]}"),
        2,
        Twin(PAID),
    ),
    "did-they-know": Planted(
        "did-they-know: true",
        Twin(BAN),
        1,
        Twin("{id: ban, on: late, then: [{impose: ban}, {notify: No more boats.}]}"),
    ),
    "notice-before-penalty": Planted(
        "notice-before-penalty: true",
        Twin("{id: ban, on: late, when: 'count(late, ever) >= 2', then: [{impose: ban}]}"),
        2,
        Twin(
            "{id: told, on: late, then: [{notify: Next time.}]}\n"
            "{id: ban, on: late, when: 'count(late, ever) >= 2', then: [{impose: ban}]}"
        ),
    ),
    "exposure": Planted(
        "exposure: {registry: board, within: 30 days, shows: name}",
        Twin("{id: late, on: late, then: [{list: board}]}"),
        1,
        Twin(
            "{id: late, on: late, then: [{list: board}, {emit: {event: off}, after: 9 days}]}\n"
            "{id: off, on: off, then: [{unlist: board}]}"
        ),
    ),
    "no-sanction-by-relation": Planted(
        "no-sanction-by-relation: true",
        Twin("{id: late, on: late, then: [{score: -1, to: related('captain')}]}", audit=FAMILY),
        1,
        Twin(
            "{id: late, on: late, then: [{notify: Your crew., to: related('captain')}]}",
            audit=FAMILY,
        ),
    ),
    "nothing-dead": Planted(
        "nothing-dead: {but: [fine, key]}",
        Twin(
            f"{BAN}\n{{id: late, on: late, then: [{{score: -60}}]}}\n"
            "{id: odd, on: late, when: score > 300, then: [{score: 1}]}"
        ),
        0,
        Twin(
            f"{BAN}\n{{id: late, on: late, when: 'count(late, ever) == 2', "
            "then: [{score: -30}]}\n{id: low, on: late, when: score < 80, then: [{score: -60}]}"
        ),
    ),
    "no-dominance": Planted(
        f"no-dominance: {{share: 0.7}}, {ONE_SCENARIO}",
        Twin(f"{LATE}\n{{id: paid, on: paid, then: [{{score: 1}}]}}", scenario=LIFE),
        0,
        Twin(f"{LATE}\n{PAID}", scenario=LIFE),
    ),
    "order-independent": Planted(
        "order-independent: true",
        Twin(f"{LATE}\n{{id: paid, on: paid, then: [{{score: {{set: 100}}}}]}}"),
        2,
        Twin(f"{LATE}\n{PAID}"),
    ),
    "time-independent": Planted(
        "time-independent: {shift: 1 year}",
        Twin("{id: late, on: late, then: [{score: -1}], in_force: {until: 2031-06-01}}"),
        1,
        Twin(LATE),
    ),
}
