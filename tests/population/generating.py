"""A small policy and a population for it, and what tests do with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from engine.language.population import LoadedPopulation, load_population
from engine.population.generator import Asked, Made, generate

POLICY = """\
policy: ferry-town
format: 1
subjects:
  citizen:
    attributes:
      name: text
      age: {number: {min: 0, max: 120, optional: true}}
      aided: {boolean: false}
      district: {one_of: [docks, hill], optional: true}
      born: {text: {optional: true}}
  office: {attributes: {name: text}}
institutions:
  court: {delay: 3 days}
  ferry: {}
  far-court: {delay: 2 months}
scores:
  trust: {of: citizen, start: 1000, min: 0, max: 1300}
grades:
  trust: [{name: A, from: 950}, {name: B, from: 0}]
events:
  fee.late: {by: [court, far-court], fields: {days: {number: {min: 1}}, case: text}}
  fee.waived: {by: [court], fields: {report: text}}
  ferry.booked: {by: [ferry], fields: {seats: {number: {min: 1, max: 9, default: 1}}}}
  word.given: {fields: {to: {text: {optional: true}}}}
penalties:
  no-ferry: {blocks: [ferry.booked], lasts: 60 days}
rules:
  - {id: late, on: fee.late, then: [{score: 0 - 20}, {impose: no-ferry}]}
  - {id: waived, on: fee.waived, then: [{undo: event.report}]}
  - {id: kin, on: fee.late, then: [{score: 0 - 1, to: related('kin')}]}
  - {id: counted, on: fee.late, then: [{notify: late, to: related('counts')}]}
"""

POPULATION = """\
population: ferry-people
of: ferry-town
start: 2031-01-01
until: 2032-01-01
size: 60
seed: 4
rounds: 1 month
groups:
  docks:
    kind: citizen
    share: 2
    attributes:
      name: {text: "Docker {number} of {group}"}
      age: {normal: {mean: 40, spread: 12}, between: [18, 90]}
      aided: {chance: 0.3}
      district: docks
      born: {dates: [1970-01-01, 1999-12-31], missing: 0.5}
  hill:
    kind: citizen
    share: 1
    attributes: {name: {text: "Hill {number}"}, age: {between: [18, 90]}, district: hill}
  offices: {kind: office, size: 2, attributes: {name: {choose: [East, West]}}}
relations:
  kin: {circles: [docks, hill], size: {choose: {1: 1, 2: 2, 3: 1}}}
  counts: {from: offices, to: [docks], to_each: 1, back: counted-by}
events:
  - event: fee.late
    groups: docks
    times: 3
    per: 1 year
    season: {jan: 2, aug: 0}
    hours: [9, 17]
    source: {choose: {court: 3, far-court: 1}}
    fields:
      days: {lognormal: {median: 10, spread: 2}, between: [1, 300]}
      case: {text: "{id}/{number}"}
    lost: 0.2
    false:
      share: 0.5
      retracted:
        event: fee.waived
        chance: 0.5
        after: {between: [10 days, 40 days]}
        fields: {report: {same: id}}
  - event: ferry.booked
    groups: [docks, hill]
    times: 30
    per: 1 year
    fields: {seats: {choose: {1: 5, 2: 3, 4: 1}}}
    react: [{when: has(no-ferry), times: 0.1}]
  - event: word.given
    groups: hill
    every: 1 month
    within: 5 days
    chance: 0.9
    known: {between: [1 hour, 2 days]}
    fields: {to: {related: kin}}
"""


def loaded(folder: Path, population: str = POPULATION, policy: str = POLICY) -> LoadedPopulation:
    """The population, read from files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "policy.yaml").write_text(policy, "utf-8")
    path = folder / "people.yaml"
    path.write_text(population, "utf-8")
    return load_population(path)


def made(one: LoadedPopulation, out: Path, **asked: Any) -> Made:
    return generate(one, out, Asked(**asked))


def rows(out: Path, many: Made, what: str = "events") -> list[dict[str, Any]]:
    """All rows of a stream folder, part after part."""
    return [
        row for part in many.parts for row in pq.read_table(out / getattr(part, what)).to_pylist()
    ]


def by_component(out: Path, many: Made) -> dict[int, list[dict[str, Any]]]:
    """The events of each component, in their order."""
    component = {row["id"]: row["component"] for row in rows(out, many, "subjects")}
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows(out, many):
        found.setdefault(component[row["who"]], []).append(row)
    return found
