"""What a clause says, where it is written, and how far it may be believed.

A ledger names clauses by their path; here a path becomes a :class:`Note` with the
file and line, the standing and source, and, from the text of the file, a quotation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.evaluation.failures import find_clause
from engine.findings import Where
from engine.language import expressions as ex
from engine.language.model import (
    Action,
    AllOf,
    AnyOf,
    Clause,
    Measure,
    Policy,
    Rule,
    ScoreSet,
    Source,
)
from engine.values import format_number

LONGEST = 24  # lines of a quotation


class Figure(NamedTuple):
    """A weight that a clause reads, with the standing of its own."""

    name: str  # without `weights.`
    value: int  # millionths
    unit: str  # "" if none is given
    standing: str
    source: str  # "" if none is cited
    where: Where | None


class Note(NamedTuple):
    """What is known about a clause."""

    path: str  # e.g. `rules.late-fee`
    title: str  # its own title, else its name
    where: Where | None
    standing: str  # documented | reported | adapted | invented; "" for what is no clause
    source: str  # "" if none is cited
    because: str  # the in-world reason of a rule, "" if none is given
    figures: tuple[Figure, ...]  # the weights that it reads, in order of first mention

    @property
    def name(self) -> str:
        """The clause's id, without its section."""
        return self.path.partition(".")[2]


class Line(NamedTuple):
    """One quoted line of a file."""

    number: int  # 1-based
    text: str


def note_of(policy: Policy, path: str) -> Note:
    """What is known about the clause with a path; a path that names none says only itself."""
    found = find_clause(policy, path)
    name = path.partition(".")[2] or path
    if not isinstance(found, Clause):
        return Note(path, name, None, "", "", "", ())
    section = path.partition(".")[0]
    title = str(found.title) if found.title and section != "grades" else name
    because = str(found.because) if isinstance(found, Rule) and found.because else ""
    figures = tuple(_figure(policy, weight) for weight in _weights_read(found, policy))
    where = found.where
    return Note(path, title, where, found.standing or policy.standing,
                source_text(policy, found.cite), because, figures)  # fmt: skip


def source_text(policy: Policy, cite: str | None) -> str:
    """A cited source on one line, e.g. ``Harbour Gazette 4 (2031), §2``; "" for none."""
    source = policy.sources.get(cite) if cite is not None else None
    return _one_line(source) if source is not None else ""


def _one_line(source: Source) -> str:
    year = f" ({source.year})" if source.year else ""
    place = f", {source.where_in}" if source.where_in else ""
    return f"{source.title}{year}{place}"


def _figure(policy: Policy, name: str) -> Figure:
    weight = policy.weights[name]
    return Figure(name, weight.value, str(weight.unit or ""), weight.standing or policy.standing,
                  source_text(policy, weight.cite), weight.where)  # fmt: skip


# --- what a clause reads --------------------------------------------------------


def _weights_read(clause: Clause, policy: Policy) -> list[str]:
    found: dict[str, None] = {}
    for text in _expressions(clause):
        for node in ex.walk(ex.parse(text)):
            if isinstance(node, ex.Name) and node.parts[0] == "weights":
                found[node.path.partition(".")[2]] = None
    return [name for name in found if name in policy.weights]


def _expressions(clause: Clause) -> list[str]:
    """The written expressions of a clause that can read a weight; texts are left out."""
    if isinstance(clause, Measure):
        return [clause.while_] if clause.while_ is not None else []
    if not isinstance(clause, Rule):
        return []
    texts = [*conditions(clause.when), *conditions(clause.unless)]
    for action in clause.then:
        texts.extend(_changes(action))
    return texts


def conditions(written: AllOf | AnyOf | str | None) -> tuple[str, ...]:
    """The expressions of a condition in any of its notations."""
    if written is None:
        return ()
    if isinstance(written, AllOf):
        return tuple(written.all)
    return tuple(written.any) if isinstance(written, AnyOf) else (written,)


def _changes(action: Action) -> list[str]:
    changes = (action.score or {}).values()
    return [str(c.set) if isinstance(c, ScoreSet) else str(c) for c in changes]


# --- quoting ----------------------------------------------------------------------


def quote(files: Mapping[str, str], where: Where | None) -> tuple[Line, ...]:
    """The lines of a clause as they stand in its file; none if the file is not at hand.

    A long clause is cut after :data:`LONGEST` lines, the last one then being ``…``.
    """
    if where is None or where.file not in files:
        return ()
    lines = files[where.file].split("\n")
    if where.line > len(lines):
        return ()
    first = where.line - 1
    indent = _indent(lines[first])
    last = first
    for number in range(first + 1, len(lines)):
        if lines[number].strip():
            if _indent(lines[number]) <= indent:
                break
            last = number
    made = [Line(number + 1, lines[number].rstrip()) for number in range(first, last + 1)]
    if len(made) > LONGEST:
        made = [*made[: LONGEST - 1], Line(made[LONGEST - 1].number, " " * (indent + 2) + "…")]
    return tuple(made)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def figure_text(figure: Figure) -> str:
    """A weight as explanations show it: ``late = -5 points``."""
    unit = f" {figure.unit}" if figure.unit else ""
    return f"{figure.name} = {format_number(figure.value)}{unit}"
