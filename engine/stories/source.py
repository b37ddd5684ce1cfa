"""Where a story comes from: steps in order, and what is known around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.evaluation.explain import Versions
from engine.evaluation.records import Step
from engine.language.model import Policy
from engine.language.rows import Cast


@dataclass(frozen=True)
class Source:
    """A life, a cast or a population that has been played."""

    title: str
    policy: str  # the id of the policy that it is of
    steps: Callable[[], Iterator[Step]]  # from the first one, as often as it is called
    versions: Versions = ()  # empty where only a ledger is known
    cast: Cast | None = None
    names: Mapping[str, str] = field(default_factory=dict)  # subject → how people call it

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
    return name if section == "rules" else f"{section.removesuffix('s')} {name}".strip()
