"""The models of every file kind: frozen, strict, no unknown keys.

What enters is the plain data of :mod:`engine.language.nodes`; what leaves are
immutable declarations. Nothing here looks at the files beside it: whether a name
exists is a check (:mod:`engine.language.checks`).
Numbers are in millionths, instants in seconds since 1970 UTC (:mod:`engine.values`).
"""

from __future__ import annotations

from engine.language.model.audit import Audit, Claim, Move, Search
from engine.language.model.fields import FieldType
from engine.language.model.parts import Clause, Part, Standing
from engine.language.model.policy import (
    VERBS,
    Action,
    AllOf,
    AnyOf,
    Emit,
    Event,
    Grade,
    Institution,
    Measure,
    Penalty,
    Policy,
    Registry,
    Reward,
    Rule,
    Score,
    ScoreSet,
    Source,
    SubjectKind,
    Weight,
)
from engine.language.model.population import (
    Draw,
    FalseReports,
    Follow,
    Group,
    Happening,
    Population,
    Reaction,
    Relation,
    Reported,
    Wait,
)
from engine.language.model.reform import Reform
from engine.language.model.scenario import Entry, Expected, Member, Scenario, Subjects
from engine.language.model.sift import Absence, Sift, SiftStep

#: First key of a file → its model.
KINDS: dict[str, type[Part]] = {
    "policy": Policy,
    "scenario": Scenario,
    "reform": Reform,
    "audit": Audit,
    "population": Population,
    "sift": Sift,
}

__all__ = [
    "KINDS",
    "VERBS",
    "Absence",
    "Action",
    "AllOf",
    "AnyOf",
    "Audit",
    "Claim",
    "Clause",
    "Draw",
    "Emit",
    "Entry",
    "Event",
    "Expected",
    "FalseReports",
    "FieldType",
    "Follow",
    "Grade",
    "Group",
    "Happening",
    "Institution",
    "Measure",
    "Member",
    "Move",
    "Part",
    "Penalty",
    "Policy",
    "Population",
    "Reaction",
    "Reform",
    "Registry",
    "Relation",
    "Reported",
    "Reward",
    "Rule",
    "Scenario",
    "Score",
    "ScoreSet",
    "Search",
    "Sift",
    "SiftStep",
    "Source",
    "Standing",
    "SubjectKind",
    "Subjects",
    "Wait",
    "Weight",
]
