"""Marks of a happening, found once, so that most conditions need not be asked at all.

The parts of a condition that every pattern has in common (``own``, ``clock``, ``named is missing``,
``sort == 'reward'``, ``change < 0``) are bits: who listens is looked up by kind and bits.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.language import expressions as ex
from engine.stories.sifting.facts import MEASURED, Look, fact_of
from engine.stories.sifting.happenings import Happening

_OWN, _CLOCK, _NAMED, _IDENT, _REWARD, _PENALTY, _LESS, _NOT_LESS = (1 << n for n in range(8))
_NAMES = {"own": _OWN, "clock": _CLOCK}
_MISSING = {"named": _NAMED, "id": _IDENT}
_SORTS = {"reward": _REWARD, "penalty": _PENALTY}
_SIGNS = {"<": _LESS, ">=": _NOT_LESS}


def marks_of(h: Happening, look: Look) -> int:
    """The bits of a happening; those that its whole row has are kept with the row."""
    row = h.row
    made: int | None = row.get("marks")
    if made is None:
        made = 0 if "input" in row else _CLOCK
        if fact_of("id", h, look) is not None:
            made |= _IDENT
        if fact_of("named", h, look) is not None:
            made |= _NAMED
        row["marks"] = made
    if h.who == row["who"]:
        made |= _OWN
    if h.kind in MEASURED:
        made |= _PENALTY if h.what in look.penalties else _REWARD
    if h.after is not None and h.before is not None:
        made |= _LESS if h.after < h.before else _NOT_LESS
    return made


def marked(parts: Sequence[ex.Expr]) -> tuple[int, int, list[ex.Expr]]:
    """Of parts that must all hold: which bits are asked for, what they must be, and the rest."""
    mask = value = 0
    rest = []
    for part in parts:
        found = _mark(part)
        if found is None or (mask & found[0] and (value ^ found[1]) & found[0]):
            rest.append(part)  # what contradicts another part may be asked, and fails
        else:
            mask |= found[0]
            value |= found[1]
    return mask, value, rest


def _mark(part: ex.Expr) -> tuple[int, int] | None:
    """The bit that a part asks for, and whether it must be set; None for any other part."""
    match part:
        case ex.Not():
            inner = _mark(part.operand)
            return None if inner is None else (inner[0], inner[0] ^ inner[1])
        case ex.Name(path=path) if path in _NAMES:
            return _NAMES[path], _NAMES[path]
        case ex.IsMissing(operand=ex.Name(path=path)) if path in _MISSING:
            return _MISSING[path], 0
        case ex.Compare(operator="==", left=ex.Name(path="sort"), right=ex.String(value=sort)):
            bit = _SORTS.get(sort)
            return None if bit is None else (bit, bit)
        case ex.Compare(operator=sign, left=ex.Name(path="change"), right=ex.Number(value=0)):
            bit = _SIGNS.get(sign)
            return None if bit is None else (bit, bit)
    return None
