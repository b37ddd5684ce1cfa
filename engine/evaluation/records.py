"""What an evaluation leaves behind: immutable records.

Everything that is shown, explained, exported or hashed is read from these.
Numbers are millionths, instants seconds since 1970 UTC. Clauses are named by
their path in the merged policy: ``rules.late-fee``, ``penalties.no-ferry``,
``scores.trust``; their file and line stand in the ledger's clause table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.evaluation.misses import Miss, RawMiss, render
from engine.language.rows import Event


class Verdict(NamedTuple):
    """What became of one rule that was judged."""

    rule: str  # its id
    verdict: str  # fired | missed | excepted | overridden | limited
    raw: RawMiss | None = None  # for missed: the bare values of what failed
    by: str | None = None  # for overridden: the rule that set it aside
    held: tuple[RawMiss, ...] = ()  # for fired and excepted: what held; of told runs only

    @property
    def miss(self) -> Miss | None:
        """For missed: which part of the condition failed, and by how much."""
        return render(self.raw) if self.raw is not None else None


class Effect(NamedTuple):
    """One thing that an action or the clock did, or did not manage to do.

    ``kind`` is one of

    - on a score: ``add`` ``set`` ``undo`` ``clamp`` ``lapse`` ``drift``
      (``before`` and ``after`` are the running score, so they chain and sum)
    - on a measure: ``began`` ``ended`` ``extended`` ``restarted`` ``kept``
      ``turned-away`` (``before`` and ``after`` are its end, ``None`` if endless or none)
    - on a registry: ``listed`` ``unlisted``
    - a text: ``message`` ``notice``
    - an event: ``emitted`` ``scheduled``
    - nothing: ``idle`` (a line without effect; ``detail`` says why)
    """

    kind: str
    target: str  # subject id
    name: str  # score, measure, registry, channel or event type
    clause: str  # the clause behind it
    before: int | None = None
    after: int | None = None
    detail: str = ""  # the text of a message, or why a line is without effect

    @property
    def change(self) -> int:
        """By how much a score moved, in millionths."""
        return (self.after or 0) - (self.before or 0)


SCORE_EFFECTS = frozenset({"add", "set", "undo", "clamp", "lapse", "drift"})


class Part(NamedTuple):
    """One part of a step: what set it off, every judgement, every effect."""

    trigger: str  # an event type, `refused T`, `began M`, `entered SCORE.GRADE`, `join`, `drift`, …
    who: str
    parent: int | None  # index of the part that raised it; None for the step's own
    raised_by: str | None  # the clause that raised it, if another part did
    refused: bool
    verdicts: tuple[Verdict, ...]
    effects: tuple[Effect, ...]


class Cause(NamedTuple):
    """Why a step of the clock happened."""

    clause: str | None  # the clause that scheduled it
    step: int | None  # number of the step that scheduled it


class Step(NamedTuple):
    """One step of a run."""

    number: int  # 1-based
    at: int  # its instant
    who: str
    event: str  # the input's type, or join | drift | lapse | end | review | every | a delayed type
    input: Event | None
    cause: Cause | None
    refused: bool
    duplicate: bool
    parts: tuple[Part, ...]
    scores: tuple[tuple[str, int, int], ...]  # of `who`: name, before, after, where it moved

    @property
    def fired(self) -> tuple[str, ...]:
        """Ids of the rules that fired, through the parts in order."""
        return tuple(v.rule for p in self.parts for v in p.verdicts if v.verdict == "fired")


class Standing(NamedTuple):
    """How one subject stands at the end of a run."""

    scores: Mapping[str, int]
    grades: Mapping[str, str]
    active: tuple[str, ...]  # measures, sorted
    listed: tuple[str, ...]  # registries, sorted
    notified: int
    refused: int
