"""What a life is made of: a policy, a cast and events, or only a ledger's head.

Places in a policy name files from the policy's folder; the texts go by those names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.evaluation.lowering import defaults
from engine.language.model import Policy
from engine.language.rows import Cast, Event, Value, policy_at
from engine.language.scenario import LoadedScenario
from engine.language.translations import in_language, languages_of, spoken, translated
from engine.values import parse_instant

Versions = Sequence[tuple[int | None, Policy]]


@dataclass(frozen=True)
class Table:
    """What the head of a ledger says of its policy's clauses: path → facts."""

    policy: str = ""
    versions: tuple[tuple[int | None, Mapping[str, Mapping[str, Any]]], ...] = ()

    def clause(self, path: str, at: int) -> Mapping[str, Any]:
        """File, line, standing and source of a clause, as far as they are told."""
        found: Mapping[str, Any] = {}
        for start, clauses in self.versions:
            if start is None or start <= at:
                found = clauses.get(path, {})
        return found


def table_of(head: Mapping[str, Any]) -> Table:
    """The table in a ledger's first line."""
    versions = tuple(
        (None if v["from"] is None else parse_instant(v["from"]), v["clauses"])
        for v in head["versions"]
    )
    return Table(str(head["policy"]), versions)


@dataclass(frozen=True)
class Material:
    """All that there is to play a life, or to show one that was played."""

    title: str
    versions: Versions  # empty where only a ledger is known
    cast: Cast | None
    events: Sequence[Event] | None  # in file order; None if they are not at hand
    files: Mapping[str, str]  # texts by the names that places use
    folder: Path | None = None  # of the policy: what places are named from
    scenario: LoadedScenario | None = None
    table: Table = field(default_factory=Table)
    playable: bool = True  # false for a ledger: what was played stays as it was
    languages: tuple[str, ...] = ()  # that its texts are given in, if in more than one
    lang: str | None = None  # the one that is shown; None: the first of each text

    def policy(self, at: int) -> Policy | None:
        """The version of the policy in force at an instant."""
        return policy_at(self.versions, at) if self.versions else None

    @property
    def policy_id(self) -> str:
        return str(self.versions[0][1].policy) if self.versions else self.table.policy

    @property
    def start(self) -> int | None:
        return self.cast.start if self.cast else None

    def names(self) -> Mapping[str, str]:
        """How people call the members of the cast: by their attribute `name`, if they have it."""
        members = self.cast.members if self.cast else ()
        return {m.id: str(m.attributes["name"]) for m in members if "name" in m.attributes}

    def member(self, who: str) -> tuple[str, Mapping[str, Value]]:
        """Kind and attributes of a subject; "" and nothing where they are not known."""
        for person in self.cast.members if self.cast else ():
            if person.id == who:
                return person.kind, person.attributes
        policy = self.versions[0][1] if self.versions else None
        kinds = list(policy.subjects) if policy else []
        if policy is None or len(kinds) != 1:
            return "", {}
        return str(kinds[0]), defaults(policy.subjects[kinds[0]].attributes, {})

    def starts(self, who: str, joined: int) -> dict[str, int]:
        """The scores that a subject joins with, in policy order, in millionths."""
        policy = self.policy(joined)
        kind, _ = self.member(who)
        if policy is None:
            return {}
        return {str(name): s.start for name, s in policy.scores.items() if kind in s.of}


def in_words(material: Material, lang: str | None) -> Material:
    """The same material with its texts in a language, where they are given in it."""
    known = [tag for _, policy in material.versions for tag in languages_of(policy)]
    says = [event.says for event in material.events or () if event.says is not None]
    known += [tag for text in says for given in translated(text) for tag in given.languages]
    languages = tuple(dict.fromkeys(known))
    if lang is None:
        return replace(material, languages=languages)
    events = material.events
    if events is not None and says:
        events = tuple(
            e if e.says is None else e._replace(says=in_language(e.says, lang)) for e in events
        )
    versions = [(start, spoken(policy, lang)) for start, policy in material.versions]
    return replace(material, versions=versions, events=events, languages=languages, lang=lang)


def people_of(material: Material, seen: Iterable[str]) -> list[str]:
    """Everybody: the cast in its order, then strangers as they came."""
    members = [m.id for m in material.cast.members] if material.cast else []
    return list(dict.fromkeys([*members, *seen]))
