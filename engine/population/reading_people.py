"""The subjects of a Parquet part: who they are, what is known of them, who belongs together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.findings import DemeritError, Finding
from engine.language.model import Policy
from engine.language.rows import Cast, Person, typed_value
from engine.population import words as w
from engine.population.cells import typed_words, whole
from engine.population.columns import value_word
from engine.population.folder import START, UNTIL
from engine.population.lower import Lowered
from engine.population.lower_base import Texts
from engine.population.shape import Shape
from engine.text import quoted
from engine.values import BadValue, parse_instant

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Words = npt.NDArray[np.int64]


def bad_part(shown: str, why: str) -> DemeritError:
    """A part that cannot be judged (D802); others can."""
    message = f"the part {quoted(shown)} cannot be read: {why}"
    return DemeritError(Finding("D802", message, hint="make the part anew; the others stand"))


@dataclass(frozen=True)
class People:
    """The subjects of a part."""

    ids: list[str]
    kinds: list[str]
    components: Words  # ascending numbers, one a subject
    strangers: Words  # 1: joins with its first event
    groups: list[str]
    pairs: Mapping[str, list[tuple[str, str]]]  # relation → (a, b): a is NAME of b
    table: Any


def read_people(events: Any, subjects: Any, policy: Policy) -> People:
    """Who is in a part; without a subjects file everybody joins with the first event."""
    import numpy as np

    if subjects is None:
        column = whole(events["who"])
        ids = [] if not len(column) else list(dict.fromkeys(column.unique().to_pylist()))
        many = len(ids)
        kind = str(next(iter(policy.subjects)))
        return People(ids, [kind] * many, np.arange(many), np.ones(many, dtype=np.int64),
                      [""] * many, {}, None)  # fmt: skip
    table = subjects
    names, many = table.column_names, table.num_rows
    ids, kinds = table["id"].to_pylist(), table["kind"].to_pylist()
    components = np.arange(many)
    if "component" in names and many:
        given = np.asarray(whole(table["component"]), dtype=np.int64)
        components = np.cumsum(np.diff(given, prepend=given[0] - 1) != 0) - 1
    strangers = np.zeros(many, dtype=np.int64)
    if "stranger" in names:
        strangers = np.asarray(whole(table["stranger"])).astype(np.int64)
    groups = table["group"].to_pylist() if "group" in names else [""] * many
    pairs: dict[str, list[tuple[str, str]]] = {}
    if "relations" in names:
        for who, links in zip(ids, table["relations"].to_pylist(), strict=True):
            for link in links or ():
                pairs.setdefault(link["name"], []).append((who, link["of"]))
    return People(ids, kinds, components, strangers, [g or "" for g in groups], pairs, table)


def attribute_words(
    people: People, lowered: Lowered, shape: Shape, policy: Policy, texts: Texts
) -> Words:
    import numpy as np

    many = len(people.ids)
    about = np.full((many, 3 + len(lowered.attributes)), w.MISSING, dtype=np.int64)
    several = len(shape.kinds) > 1
    number = {kind: i for i, kind in enumerate(shape.kinds)}
    kinds = np.array([number.get(kind, -1) for kind in people.kinds], dtype=np.int64)
    about[:, 0] = np.where((people.strangers == 1) & several, -1, kinds)
    index = {group: i for i, group in enumerate(shape.groups)}
    about[:, 1] = [index.get(group, 0) for group in people.groups]
    about[:, 2] = 1 - people.strangers
    for at, path in enumerate(lowered.attributes):
        if path == "kind":
            about[:, 3 + at] = [texts.number(kind) for kind in people.kinds]
            continue
        name = path.removeprefix("subject.")
        for kind, declared in policy.subjects.items():
            one = declared.attributes.get(name)
            here = kinds == number[str(kind)]
            if one is None or not here.any():
                continue
            found = np.full(many, w.MISSING, dtype=np.int64)
            if people.table is not None and name in people.table.column_names:
                found = typed_words(people.table[name], one, texts)
            if one.default is not None:
                found[found == w.MISSING] = value_word(one.default, texts)
            about[here, 3 + at] = found[here]
    return about


def cast_of(
    people: People, first: int, last: int, policy: Policy, start: int | None, until: int | None
) -> tuple[Cast | None, list[str]]:
    """The cast of some rows of the subjects, and who of them joins later."""
    from engine.evaluation.lowering import defaults

    strangers = [people.ids[i] for i in range(first, last) if people.strangers[i]]
    members = []
    for i in range(first, last):
        if people.strangers[i] or start is None:
            continue
        declared = policy.subjects[people.kinds[i]].attributes
        given = {}
        for name, one in declared.items():
            if people.table is not None and name in people.table.column_names:
                cell = people.table[name][i].as_py()
                if cell is not None:
                    given[str(name)] = typed_value(one, cell, "parquet")
        members.append(Person(people.ids[i], people.kinds[i], defaults(declared, given)))
    if start is None or not members:
        return None, strangers
    inside = {member.id for member in members}
    pairs = {
        name: tuple((a, b) for a, b in many if a in inside and b in inside)
        for name, many in people.pairs.items()
    }
    return Cast(tuple(members), pairs, start, until), strangers


def load_people(path: Path, policy: Policy) -> Cast:
    """The cast of a part's subjects file by itself; raises :class:`DemeritError` (D802)."""
    from engine.streams.parquet import pyarrow

    pa = pyarrow()
    try:
        table = pa.parquet.read_table(path)
        about = table.schema.metadata or {}
        start, until = (
            parse_instant(about[key].decode()) if key in about else None for key in (START, UNTIL)
        )
        people = read_people(None, table, policy)
        cast, _ = cast_of(people, 0, len(people.ids), policy, start, until)
    except (pa.ArrowException, OSError, KeyError, BadValue, AttributeError) as bad:
        why = (str(bad).splitlines() or [""])[0]
        raise bad_part(path.name, quoted(why, 120)) from None
    if cast is None:
        raise bad_part(path.name, "it does not say when anybody joins")
    return cast
