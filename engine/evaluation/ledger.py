"""The ledger: every step as one line of canonical JSON, and the hash of them all.

The first line is the head: the policy and its clause table (file, line, standing,
source). Keys are sorted, numbers are decimal texts, instants ``YYYY-MM-DDTHH:MM:SSZ``.
The ledger's hash is the SHA-256 of the file's bytes, so ``sha256sum`` agrees.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from engine.evaluation.lines import step_line
from engine.evaluation.misses import miss_words
from engine.evaluation.records import SCORE_EFFECTS, Effect, Part, Standing, Step, Verdict
from engine.language.model import Clause, Policy
from engine.values import format_number, iso_instant

FORMAT = 1

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(value: Mapping[str, Any]) -> str:
    """One line of canonical JSON, with its line feed."""
    return _encode(value) + "\n"


class Ledger:
    """Takes steps, hashes their lines, and hands the lines to ``write`` if given."""

    def __init__(self, write: Callable[[str], object] | None = None, keep: bool = True) -> None:
        self.steps: list[Step] = []
        self.count = 0
        self._keep = keep
        self._write = write
        self._digest = hashlib.sha256()

    def begin(self, versions: Sequence[tuple[int | None, Policy]]) -> None:
        """Write the head of a new ledger."""
        self._line(canonical(head(versions)))

    def resume(self, written: Iterable[bytes], count: int) -> None:
        """Go on behind what was written before: ``count`` steps."""
        for piece in written:
            self._digest.update(piece)
        self.count = count

    def append(self, step: Step) -> None:
        """Add one step."""
        self._line(step_line(step))
        self.count += 1
        if self._keep:
            self.steps.append(step)

    def _line(self, line: str) -> None:
        self._digest.update(line.encode())
        if self._write is not None:
            self._write(line)

    @property
    def hash(self) -> str:
        """The SHA-256 of all lines so far, in hexadecimal."""
        return self._digest.hexdigest()


# --- the head ---------------------------------------------------------------------


def head(versions: Sequence[tuple[int | None, Policy]]) -> dict[str, Any]:
    """The first line: which policy, and where each of its clauses is written."""
    return {
        "ledger": FORMAT,
        "policy": str(versions[0][1].policy),
        "versions": [
            {
                "from": None if start is None else iso_instant(start),
                "clauses": {path: _clause(c, policy) for path, c in clauses(policy).items()},
            }
            for start, policy in versions
        ],
    }


def clauses(policy: Policy) -> dict[str, Clause]:
    """Every clause of a policy by its path, e.g. ``rules.late-fee``."""
    found: dict[str, Clause] = {}
    for section in ("subjects", "institutions", "weights", "scores", "events", "rewards",
                    "penalties", "registries"):  # fmt: skip
        for name, clause in getattr(policy, section).items():
            found[f"{section}.{name}"] = clause
    for score, ladder in policy.grades.items():
        for grade in ladder:
            found[f"grades.{score}.{grade.name}"] = grade
    for rule in policy.rules:
        found[f"rules.{rule.id}"] = rule
    return found


def _clause(clause: Clause, policy: Policy) -> dict[str, Any]:
    shown: dict[str, Any] = {"standing": clause.standing or policy.standing}
    if clause.where is not None:
        shown["file"] = clause.where.file
        shown["line"] = clause.where.line
    if clause.cite is not None:
        shown["cite"] = str(clause.cite)
    return shown


# --- the lines ----------------------------------------------------------------------


def step_json(step: Step) -> dict[str, Any]:
    """A step as plain data; what is empty or false is left out."""
    made: dict[str, Any] = {
        "step": step.number,
        "at": iso_instant(step.at),
        "who": step.who,
        "event": step.event,
    }
    if step.parts:
        made["parts"] = [part_json(part) for part in step.parts]
    if step.input is not None:
        made["input"] = _input_json(step)
    if step.cause is not None and step.cause != (None, None):
        made["cause"] = {k: v for k, v in step.cause._asdict().items() if v is not None}
    if step.refused:
        made["refused"] = True
    if step.duplicate:
        made["duplicate"] = True
    if step.scores:
        made["scores"] = {
            name: [format_number(was), format_number(now)] for name, was, now in step.scores
        }
    return made


def _input_json(step: Step) -> dict[str, Any]:
    event = step.input
    assert event is not None
    made: dict[str, Any] = {"at": iso_instant(event.at)}
    if event.fields:
        made["fields"] = {
            name: value if isinstance(value, str | bool) else format_number(value)
            for name, value in event.fields.items()
        }
    for key in ("id", "source", "reporter", "says"):
        if (value := getattr(event, key)) is not None:
            made[key] = str(value)
    return made


def part_json(part: Part) -> dict[str, Any]:
    """One part of a step as plain data."""
    made: dict[str, Any] = {"trigger": part.trigger, "who": part.who}
    if part.parent is not None:
        made["parent"] = part.parent
    if part.raised_by is not None:
        made["raised_by"] = part.raised_by
    if part.refused:
        made["refused"] = True
    if part.verdicts:
        made["verdicts"] = [verdict_json(verdict) for verdict in part.verdicts]
    if part.effects:
        made["effects"] = [effect_json(effect) for effect in part.effects]
    return made


def verdict_json(verdict: Verdict) -> list[str]:
    """``[rule, verdict, …]``: for missed :func:`~engine.evaluation.misses.miss_words`; for
    overridden the rule that set it aside."""
    made = [verdict.rule, verdict.verdict]
    if verdict.raw is not None:
        made.extend(miss_words(verdict.raw))
    elif verdict.by is not None:
        made.append(verdict.by)
    return made


def effect_json(effect: Effect) -> dict[str, Any]:
    """One effect as plain data: decimals for scores, instants for ends."""
    show = format_number if effect.kind in SCORE_EFFECTS else iso_instant
    made: dict[str, Any] = {
        "kind": effect.kind,
        "target": effect.target,
        "name": effect.name,
        "clause": effect.clause,
    }
    if effect.before is not None:
        made["before"] = show(effect.before)
    if effect.after is not None:
        made["after"] = show(effect.after)
    if effect.detail:
        made["detail"] = effect.detail
    return made


# --- interchange ----------------------------------------------------------------------


def interchange(
    digest: str, standings: Mapping[str, Standing], steps: Sequence[Step]
) -> dict[str, Any]:
    """The object of ``run --json``, for comparison with other judges."""
    return {
        "hash": digest,
        "subjects": {who: standing_json(standing) for who, standing in standings.items()},
        "steps": [
            {
                "at": iso_instant(step.at),
                "who": step.who,
                "event": step.event,
                "refused": step.refused,
                "fired": list(step.fired),
                "scores": {
                    name: [format_number(was), format_number(now)] for name, was, now in step.scores
                },
            }
            for step in steps
        ],
    }


def standing_json(standing: Standing) -> dict[str, Any]:
    """How one subject stands, with decimal strings."""
    return {
        "scores": {name: format_number(value) for name, value in standing.scores.items()},
        "grades": dict(standing.grades),
        "active": list(standing.active),
        "listed": list(standing.listed),
        "notified": standing.notified,
        "refused": standing.refused,
    }
