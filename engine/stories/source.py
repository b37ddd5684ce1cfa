"""Where a story comes from: steps in order, and what is known around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.evaluation.explain import Versions
from engine.evaluation.records import Standing, Step
from engine.language.model import Policy
from engine.language.rows import Cast

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """A life, a cast or a population that has been played."""

    title: str
    policy: str  # the id of the policy that it is of
    steps: Callable[[], Iterator[Step]]  # from the first one, as often as it is called
    rows: Callable[[], Iterator[Row]]  # the same as plain data, as a ledger's lines hold it
    people: Callable[[], Iterable[str]]  # the ids of everybody
    penalties: frozenset[str] = frozenset()
    versions: Versions = ()  # empty where only a ledger is known
    cast: Cast | None = None
    names: Mapping[str, str] = field(default_factory=dict)  # subject → how people call it
    folder: Path | None = None  # of its policy, if it is known
    about: str = ""  # the writer's words about a scenario
    standings: Mapping[str, Standing] = field(default_factory=dict)  # at the end, if known
    since: int = 0  # the first step that a page tells; those before it are only remembered

    def name(self, who: str) -> str:
        """How people call a subject."""
        return self.names.get(who) or who

    @property
    def first(self) -> Policy | None:
        """The first version of the policy, if it is known."""
        return self.versions[0][1] if self.versions else None


def short_clause(clause: str) -> str:
    """A clause in few words: the name of a rule, the kind and the name of anything else."""
    section, _, name = clause.partition(".")
    kind = f"{section[:-3]}y" if section.endswith("ies") else section.removesuffix("s")
    return name if section == "rules" else f"{kind} {name}".strip()
