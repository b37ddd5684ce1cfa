"""Values by lot: a draw of a population file becomes a column of values.

Numbers are millionths, masks are true where there is a value, texts are codes into a
lexicon (−1: no value).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.language.model import Draw, FieldType
from engine.language.rows import typed_value
from engine.population import lots, tables
from engine.population.lots import Bits, Whole
from engine.values import DAY, MILLION, show_instant

Mask = NDArray[np.bool_]
Codes = NDArray[np.int32]


class Lexicon:
    """The texts of one column, each with its code."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._blocks: list[Any] = []  # Arrow arrays of texts, in order of their codes
        self._loose: list[str] = []  # texts behind the last block
        self._size = 0

    def code(self, text: str) -> int:
        """The code of a text, a new one if it is new."""
        if text not in self._codes:
            self._codes[text] = self._size
            self._loose.append(text)
            self._size += 1
        return self._codes[text]

    def codes(self, texts: list[str]) -> Codes:
        return np.array([self.code(text) for text in texts], np.int32)

    def block(self, texts: Any) -> int:
        """Take in many texts (an Arrow array); the code of the first."""
        self._settle()
        first = self._size
        self._blocks.append(texts)
        self._size += len(texts)
        return first

    def _settle(self) -> None:
        import pyarrow as pa

        if self._loose:
            self._blocks.append(pa.array(self._loose, pa.string()))
            self._loose = []

    def texts(self) -> Any:
        """All texts by code, as one Arrow array."""
        import pyarrow as pa

        self._settle()
        return pa.concat_arrays(self._blocks) if self._blocks else pa.array([], pa.string())


class Numbers(NamedTuple):
    """A column of numbers (millionths) or booleans (0, 1)."""

    values: Whole
    there: Mask | None  # None: everywhere

    def picked(self, rows: Any) -> Numbers:
        return Numbers(self.values[rows], None if self.there is None else self.there[rows])


class Texts(NamedTuple):
    """A column of texts."""

    codes: Codes  # into the lexicon; −1: no value
    lexicon: Lexicon

    def picked(self, rows: Any) -> Texts:
        return Texts(self.codes[rows], self.lexicon)


Column = Numbers | Texts


@dataclass(frozen=True)
class Around:
    """What the values of a part's subjects may name; places are of its subjects, from 0."""

    ids: Any  # Arrow texts
    groups: Any  # Arrow texts: the group of each subject
    related: Mapping[str, tuple[Whole, Whole]] = field(default_factory=dict)  # starts, whom


@dataclass(frozen=True)
class Drawing:
    """For whom values are drawn; all of one length."""

    keys: Bits
    subjects: Whole  # places
    numbers: Whole  # what {number} says
    around: Around
    followed: Mapping[str, Column] = field(default_factory=dict)  # fields of the events followed
    followed_ids: Any = None  # Arrow texts


_PLACE = re.compile(r"(\{(?:number|group|id)\})")


def drawn(draw: Draw, kind: FieldType, name: str, of: Drawing, lexicon: Lexicon) -> Column:
    """A value for each key; texts go to the lexicon of their column."""
    bits = lots.of(of.keys, f"value/{name}")
    if kind.kind in ("number", "boolean"):
        made: Column = _numbers(draw, kind, bits, of)
    else:
        made = _texts(draw, kind, bits, of, lexicon)
    if draw.missing:
        there = ~lots.happens(lots.of(of.keys, f"missing/{name}"), draw.missing)
        if isinstance(made, Texts):
            return Texts(np.where(there, made.codes, np.int32(-1)), made.lexicon)
        return Numbers(made.values, there if made.there is None else there & made.there)
    return made


def whole_numbers(draw: Draw, keys: Bits, name: str) -> Whole:
    """Whole numbers of a draw, for sizes and degrees: rounded down, from 0 on."""
    kind = FieldType(kind="number")
    bits = lots.of(keys, f"value/{name}")
    values = _scaled(draw, kind, bits)
    return np.maximum(values // MILLION, 0)


def weights(draw: Draw, keys: Bits) -> Whole:
    """Positive weights of a draw, in millionths."""
    return np.maximum(_scaled(draw, FieldType(kind="number"), lots.of(keys, "value/pull")), 1)


# --- numbers ------------------------------------------------------------------


def _numbers(draw: Draw, kind: FieldType, bits: Bits, of: Drawing) -> Numbers:
    if draw.form == "same":
        followed = of.followed[str(draw.same)]
        assert isinstance(followed, Numbers)
        return followed
    if draw.form == "chance":
        return Numbers(lots.happens(bits, draw.chance or 0).astype(np.int64), None)
    return Numbers(_scaled(draw, kind, bits), None)


def _scaled(draw: Draw, kind: FieldType, bits: Bits) -> Whole:
    """Numbers in millionths, or booleans as 0 and 1."""
    if draw.always is not None:
        return np.full(len(bits), int(typed_value(kind, draw.always, "yaml")), np.int64)
    if draw.choose is not None:
        values = np.array([int(typed_value(kind, v, "yaml")) for v, _ in draw.choose], np.int64)
        made: Whole = values[chosen(draw, bits)]
        return made
    step = draw.step
    low, high = draw.between or (None, None)
    if draw.normal is not None:
        values = tables.looked_up(tables.normal(draw.normal.mean, draw.normal.spread), bits)
    elif draw.lognormal is not None:
        curve = tables.lognormal(draw.lognormal.median, draw.lognormal.spread)
        values = tables.looked_up(curve, bits)
    else:
        assert low is not None
        assert high is not None
        first, last = -(-low // step), high // step
        return (first + lots.below(bits, last - first + 1)) * step
    values = (values + step // 2) // step * step
    if low is not None and high is not None:
        values = np.clip(values, -(-low // step) * step, high // step * step)
    return values


def chosen(draw: Draw, bits: Bits) -> Whole:
    """Which of its choices, by weight."""
    parts = [weight for _, weight in draw.choose or ()]
    total, run, limits = sum(parts), 0, []
    for part in parts:
        run += part
        limits.append(run * lots.UNIT // total)
    found: Whole = np.searchsorted(np.array(limits, np.int64), lots.fine(bits), side="right")
    return np.minimum(found, max(i for i, part in enumerate(parts) if part))


# --- texts --------------------------------------------------------------------


def _texts(draw: Draw, kind: FieldType, bits: Bits, of: Drawing, lexicon: Lexicon) -> Column:
    if draw.always is not None:
        code = lexicon.code(str(typed_value(kind, draw.always, "yaml")))
        return Texts(np.full(len(bits), code, np.int32), lexicon)
    if draw.choose is not None:
        codes = lexicon.codes([str(typed_value(kind, value, "yaml")) for value, _ in draw.choose])
        return Texts(codes[chosen(draw, bits)], lexicon)
    if draw.dates is not None:
        first, last = (day // DAY for day in draw.dates)
        days = [show_instant(day * DAY) for day in range(first, last + 1)]
        return Texts(lexicon.codes(days)[lots.below(bits, len(days))], lexicon)
    if draw.related is not None:
        return _related(draw.related, bits, of, lexicon)
    if draw.same is not None:
        return _same(draw.same, of, lexicon)
    return _written(draw.text or "", of, lexicon)


def _related(name: str, bits: Bits, of: Drawing, lexicon: Lexicon) -> Texts:
    """Somebody related to each subject; −1 where there is nobody."""
    starts, whom = of.around.related[name]
    first = starts[of.subjects]
    many = starts[of.subjects + 1] - first
    high = (bits >> np.uint64(32)) * many.astype(np.uint64)
    pick = first + (high >> np.uint64(32)).view(np.int64)
    alone = many == 0
    places = np.where(alone, -1, whom[np.where(alone, 0, pick)] if len(whom) else -1)
    return Texts(_named(places, of.around.ids, lexicon), lexicon)


def _named(places: Whole, ids: Any, lexicon: Lexicon) -> Codes:
    """The codes of some subjects' ids; −1 for the place −1."""
    known, back = np.unique(places, return_inverse=True)
    alone = int(len(known) > 0 and known[0] < 0)
    codes = np.full(len(known), -1, np.int32)
    first = lexicon.block(ids.take(known[alone:]))
    codes[alone:] = first + np.arange(len(known) - alone, dtype=np.int32)
    return codes[back.reshape(-1)]


def _same(name: str, of: Drawing, lexicon: Lexicon) -> Texts:
    if name == "id":
        return _block(of.followed_ids, lexicon)
    followed = of.followed[name]
    assert isinstance(followed, Texts)
    if followed.lexicon is lexicon:
        return followed
    codes = followed.codes
    known, back = np.unique(codes, return_inverse=True)
    texts = followed.lexicon.texts().take(known[known >= 0])
    first = lexicon.block(texts)
    absent = len(known) - len(texts)
    moved = np.full(len(known), -1, np.int32)
    moved[absent:] = first + np.arange(len(texts), dtype=np.int32)
    return Texts(moved[back.reshape(-1)], lexicon)


def _block(texts: Any, lexicon: Lexicon) -> Texts:
    first = lexicon.block(texts)
    return Texts(first + np.arange(len(texts), dtype=np.int32), lexicon)


def _written(text: str, of: Drawing, lexicon: Lexicon) -> Texts:
    """A text with places that are filled in for each."""
    pieces = [piece for piece in _PLACE.split(text) if piece]
    if not any(_PLACE.fullmatch(piece) for piece in pieces):
        return Texts(np.full(len(of.keys), lexicon.code(text), np.int32), lexicon)
    return _block(joined([_piece(piece, of) for piece in pieces]), lexicon)


def _piece(piece: str, of: Drawing) -> Any:
    if piece == "{number}":
        return of.numbers
    if piece == "{group}":
        return of.around.groups.take(of.subjects)
    return of.around.ids.take(of.subjects) if piece == "{id}" else piece


def joined(pieces: list[Any]) -> Any:
    """Texts put together: columns of texts, of whole numbers, and single texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    made = [
        pa.array(piece).cast(pa.string()) if isinstance(piece, np.ndarray) else piece
        for piece in pieces
    ]
    return pc.binary_join_element_wise(*made, "")
