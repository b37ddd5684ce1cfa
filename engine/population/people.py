"""The subjects of one part: ids, attributes and relations as columns, and as a cast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.language.model import FieldType, Policy, Population
from engine.language.rows import Cast, Person, Value
from engine.population import lots
from engine.population.distributions import (
    Around,
    Column,
    Drawing,
    Lexicon,
    Numbers,
    Texts,
    drawn,
    joined,
)
from engine.population.layout import Layout
from engine.population.lots import Bits, Whole


@dataclass(frozen=True)
class People:
    """The subjects of one part, in cast order; a subject's place is its index."""

    places: Whole  # in the whole population
    groups: NDArray[np.int64]  # index of the group of each
    keys: Bits
    around: Around
    attributes: Mapping[str, Column]  # of all kinds; what a kind has not is missing
    kinds: Mapping[str, str]  # attribute → number, boolean or text
    pairs: Mapping[str, tuple[Whole, Whole]]  # relation → (a, b), by a and then b


def people_of(
    population: Population, policy: Policy, layout: Layout, places: Whole,
    pairs: Mapping[str, tuple[Whole, Whole]],
) -> People:  # fmt: skip
    """Draw the subjects at some places; ``pairs`` are those among them, as places."""
    groups = layout.group_of(places)
    numbers = np.zeros(len(places), np.int64)
    keys = np.zeros(len(places), np.uint64)
    firsts = np.array([block.first for block in layout.blocks], np.int64)
    numbers = places - firsts[groups] + 1
    for index, block in enumerate(layout.blocks):
        mine = groups == index
        keys[mine] = lots.subject_keys(layout.seed, block.name, numbers[mine])
    import pyarrow as pa

    names = pa.array([block.name for block in layout.blocks]).take(groups)
    ids = joined([names, "-", numbers])
    inside = _inside(places, layout.total, pairs)
    around = Around(ids, names, {name: _starts(ab, len(places)) for name, ab in inside.items()})
    drawing = Drawing(keys, np.arange(len(places)), numbers, around)
    columns, kinds = _attributes(population, policy, groups, drawing)
    return People(places, groups, keys, around, columns, kinds, inside)


def _inside(
    places: Whole, total: int, pairs: Mapping[str, tuple[Whole, Whole]]
) -> dict[str, tuple[Whole, Whole]]:
    """The pairs with indices of the part, by the first and then the second."""
    if not pairs:
        return {}
    local = np.zeros(total, np.int32)
    local[places] = np.arange(len(places), dtype=np.int32)
    made = {}
    for name, (one, two) in pairs.items():
        a, b = local[one].astype(np.int64), local[two].astype(np.int64)
        order = np.lexsort((b, a))
        made[name] = a[order], b[order]
    return made


def _starts(pairs: tuple[Whole, Whole], many: int) -> tuple[Whole, Whole]:
    """For each subject where those related to it begin, and those, in cast order."""
    a, b = pairs
    order = np.lexsort((a, b))
    starts = np.zeros(many + 1, np.int64)
    np.cumsum(np.bincount(b, minlength=many), out=starts[1:])
    return starts, a[order]


def _attributes(
    population: Population, policy: Policy, groups: NDArray[np.int64], of: Drawing
) -> tuple[dict[str, Column], dict[str, str]]:
    declared: dict[str, FieldType] = {}
    kinds: dict[str, str] = {}
    for subject_kind in policy.subjects.values():
        for name, of_type in subject_kind.attributes.items():
            flat = "text" if of_type.kind == "one_of" else of_type.kind
            kinds[str(name)] = flat if kinds.get(str(name), flat) == flat else "text"
            declared[str(name)] = of_type
    columns: dict[str, Column] = {}
    for name, kind in kinds.items():
        lexicon = Lexicon()
        codes = np.full(len(groups), -1, np.int32)
        values, there = np.zeros(len(groups), np.int64), np.zeros(len(groups), np.bool_)
        for index, group in enumerate(population.groups.values()):
            draw = group.attributes.get(name)
            rows = np.flatnonzero(groups == index)
            if draw is None or not len(rows):
                continue
            of_type = policy.subjects[group.kind].attributes[name]
            mine = Drawing(of.keys[rows], of.subjects[rows], of.numbers[rows], of.around)
            made = drawn(draw, of_type, name, mine, lexicon)
            if isinstance(made, Texts):
                codes[rows] = made.codes
            elif kind == "text":
                codes[rows] = _as_texts(made, of_type, lexicon)
            else:
                values[rows] = made.values
                there[rows] = True if made.there is None else made.there
        columns[name] = Texts(codes, lexicon) if kind == "text" else Numbers(values, there)
    return columns, kinds


def _as_texts(column: Numbers, kind: FieldType, lexicon: Lexicon) -> NDArray[np.int32]:
    from engine.values import format_number

    known, back = np.unique(column.values, return_inverse=True)
    words = [
        ("false", "true")[int(value)] if kind.kind == "boolean" else format_number(int(value))
        for value in known
    ]
    codes = lexicon.codes(words)[back.reshape(-1)]
    return codes if column.there is None else np.where(column.there, codes, np.int32(-1))


# --- as a file, and as a cast -------------------------------------------------


def columns_of(people: People, layout: Layout) -> dict[str, Any]:
    """The columns of the subjects file of a part."""
    import pyarrow as pa

    from engine.population.frame import as_arrow

    kinds = pa.array([str(block.group.kind) for block in layout.blocks])
    index = pa.array(people.groups.astype(np.int32))
    made = {"id": people.around.ids}
    made["kind"] = kinds.take(index).dictionary_encode()
    for name, column in people.attributes.items():
        made[name] = as_arrow(column, people.kinds[name])
    made["group"] = people.around.groups.dictionary_encode()
    if layout.relations or layout.whole:
        made["component"] = pa.array(layout.components[people.places])
    if layout.relations:
        made["relations"] = _relations(people)
    return made


def _relations(people: People) -> Any:
    """For each subject whom it is what of: a list of ``{name, of}``."""
    import pyarrow as pa

    names = list(people.pairs)
    a = np.concatenate([people.pairs[name][0] for name in names])
    b = np.concatenate([people.pairs[name][1] for name in names])
    which = np.repeat(np.arange(len(names)), [len(people.pairs[name][0]) for name in names])
    order = np.lexsort((b, which, a))
    starts = np.zeros(len(people.places) + 1, np.int64)
    np.cumsum(np.bincount(a, minlength=len(people.places)), out=starts[1:])
    struct = pa.StructArray.from_arrays(
        [pa.array(names).take(which[order]), people.around.ids.take(b[order])], ["name", "of"]
    )
    return pa.ListArray.from_arrays(pa.array(starts, pa.int32()), struct)


def cast_of(people: People, policy: Policy, layout: Layout, population: Population) -> Cast:
    """The same subjects as a cast, for the step engine."""
    from engine.population.behaviour import values_of

    ids = people.around.ids.to_pylist()
    held = {
        name: values_of(column, FieldType(kind="text"), len(ids), people.kinds[name])
        for name, column in people.attributes.items()
    }
    members = []
    for place, who in enumerate(ids):
        kind = str(layout.blocks[int(people.groups[place])].group.kind)
        attributes: dict[str, Value] = {}
        for name, declared in policy.subjects[kind].attributes.items():
            value = held[str(name)][place]
            value = declared.default if value is None else value
            if value is not None:
                attributes[str(name)] = value
        members.append(Person(who, kind, attributes))
    relations = {
        name: tuple((ids[one], ids[two]) for one, two in zip(a, b, strict=True))
        for name, (a, b) in people.pairs.items()
    }
    return Cast(tuple(members), relations, population.start, population.until)
