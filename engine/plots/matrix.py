"""What spills from one domain into another: a matrix of circles with their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.plots import scales
from engine.plots.frame import Key, keys, label_room
from engine.plots.measure import clean, wrapped
from engine.plots.picture import Picture, picture
from engine.plots.sheet import BODY, MARGIN, SMALL, Sheet

_CELL = 76.0


@dataclass(frozen=True)
class Spills:
    """``amounts[i][j]``: how much events of the i-th domain moved in the j-th."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    amounts: tuple[tuple[float, ...], ...]


def spill_matrix(title: str, spills: Spills, subtitle: str = "") -> Picture:
    """One circle a pair, its area by the amount, its number below it.

    Pairs of one domain with itself are pale; what spills over is strong.
    """
    sheet = Sheet(title, subtitle)
    amounts = [value for row in spills.amounts for value in row]
    if not amounts or max(amounts) <= 0:
        sheet.nothing("nothing moved anything")
        return picture(sheet, f"{title}: nothing moved anything.")
    left = MARGIN + label_room(spills.sources, BODY, 170)
    spare = sheet.wide - MARGIN - left
    cell = min(_CELL, spare / len(spills.targets))
    if len(spills.targets) > spare // _CELL:  # room for the last name, on its step
        spare -= label_room(spills.targets[-1:], SMALL, 110) - cell / 2
        cell = max(spare / len(spills.targets), 20.0)
    size = SMALL if cell > 44 else 6.5
    top = sheet.y + _heads(sheet, spills.targets, left, cell) + 4
    most = max(amounts)
    for i, (source, row) in enumerate(zip(spills.sources, spills.amounts, strict=True)):
        y = top + cell * i
        sheet.words(left - 8, y + cell / 2, source, align="right", room=left - MARGIN - 8)
        for j, amount in enumerate(row):
            x = left + cell * j
            sheet.box(x + 1, y + 1, cell - 2, cell - 2, "band")
            if amount <= 0:
                sheet.words(x + cell / 2, y + cell / 2, "·", role="muted", align="center")
                continue
            own = source == spills.targets[j]
            wide = max((min(cell, 62) - 22) * (amount / most) ** 0.5, 3.0)
            sheet.mark(x + cell / 2, y + cell / 2 - 5, "o" if own else "s",
                       "series-8" if own else "bad", wide, hollow=own)  # fmt: skip
            sheet.words(x + cell / 2, y + cell - 9, scales.short(amount), size=size,
                        align="center", room=cell - 2)  # fmt: skip
    sheet.y = top + cell * len(spills.sources) + 4
    keys(sheet, [Key("in the domain itself", "series-8", mark="o", hollow=True),
                 Key("spills over into another", "bad", mark="s")])  # fmt: skip
    return picture(sheet, _description(title, spills))


def _heads(sheet: Sheet, targets: Sequence[str], left: float, cell: float) -> float:
    """The names of columns: above them, or on steps where they are too long. Their height."""
    lines = [wrapped(clean(name), SMALL, cell - 4, 2) for name in targets]
    if any(line.endswith("…") for name in lines for line in name):
        return _stepped(sheet, targets, left, cell)
    for j, name in enumerate(lines):
        for k, line in enumerate(name):
            sheet.words(left + cell * (j + 0.5), sheet.y + 6 + 10 * k, line, size=SMALL,
                        align="center")  # fmt: skip
    return 12.0 + 10 * (max(len(name) for name in lines) - 1)


def _stepped(sheet: Sheet, targets: Sequence[str], left: float, cell: float) -> float:
    high = 11.0 * len(targets)
    for j, target in enumerate(targets):
        x, y = left + cell * (j + 0.5), sheet.y + 5 + 11 * j
        sheet.line([(x, y), (x, sheet.y + high + 4)], "faint", 0.7)
        sheet.words(x + 4, y, target, size=SMALL, room=sheet.wide - 6 - x)
    return high


def _description(title: str, spills: Spills) -> str:
    pairs = sorted(
        ((amount, source, target)
         for source, row in zip(spills.sources, spills.amounts, strict=True)
         for target, amount in zip(spills.targets, row, strict=True) if amount > 0),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )  # fmt: skip
    told = [f"{source} in {target} {scales.short(amount)}" for amount, source, target in pairs]
    return f"{title}. What events of one domain moved in another: {'; '.join(told[:30])}."
