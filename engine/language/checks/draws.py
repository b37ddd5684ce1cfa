"""Values by lot, held against the type that they are for (D812, D813, D817)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.findings import Finding, did_you_mean
from engine.language.checks.common import found
from engine.language.model import Draw, FieldType
from engine.language.rows import Refused, typed_value
from engine.text import quoted
from engine.values import LIMIT, MILLION, format_number

NUMBERS = ("between", "normal", "lognormal")
PLACES = ("number", "group", "id")
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Drawn:
    """What a value is drawn for."""

    name: str
    kind: FieldType
    missing: bool = False  # whether it may have no value
    relations: tuple[str, ...] | None = None  # that can be followed; None: not here
    followed: Mapping[str, FieldType] | None = None  # fields of the event that it follows


def check_number(value: int | None, name: str, spot: object, most: int | None) -> Iterator[Finding]:
    """A share, a chance or a factor that is out of its bounds (D813)."""
    if value is None or (value >= 0 and (most is None or value <= most)):
        return
    bounds = "from 0 on" if most is None else "from 0 to 1"
    yield found("D813", spot, f"`{name}` is {format_number(value)}", f"write a number {bounds}")


def check_draw(draw: Draw, of: Drawn) -> Iterator[Finding]:
    """Everything that is wrong with one way of drawing a value."""
    yield from check_number(draw.missing, "missing", draw, MILLION)
    if draw.missing and not of.missing:
        yield found("D812", draw, f"{quoted(of.name)} may not be missing",
                    "leave `missing` out")  # fmt: skip
    if draw.form in NUMBERS:
        yield from _number(draw, of)
    elif draw.form == "chance":
        yield from check_number(draw.chance, "chance", draw, MILLION)
        yield from _wants(draw, of, "boolean", "`chance` gives `true` or `false`")
    elif draw.form == "text":
        yield from _wants(draw, of, "text", "`text` gives a text")
        for place in _PLACE.findall(draw.text or ""):
            if place not in PLACES:
                yield found("D817", draw.text, f"nothing is filled in for {quoted(place)}",
                            did_you_mean(place, PLACES, "places"))  # fmt: skip
    elif draw.form == "dates":
        yield from _wants(draw, of, "text", "`dates` gives a text such as 2031-03-02")
        if draw.dates and draw.dates[1] < draw.dates[0]:
            yield found("D812", draw, "the later date stands first", "write the earlier one first")
    elif draw.form == "related":
        yield from _related(draw, of)
    elif draw.form == "same":
        yield from _same(draw, of)
    else:
        yield from _written(draw, of)


def _wants(draw: Draw, of: Drawn, kind: str, gives: str) -> Iterator[Finding]:
    if of.kind.kind != kind:
        noun = "one of its choices" if of.kind.kind == "one_of" else f"a {of.kind.kind}"
        yield found("D812", draw, f"{quoted(of.name)} must be {noun}: {gives}",
                    "draw it in another way")  # fmt: skip


def _written(draw: Draw, of: Drawn) -> Iterator[Finding]:
    """Values that are written out."""
    values = [draw.always] if draw.always is not None else [v for v, _ in draw.choose or ()]
    for value in values:
        try:
            typed_value(of.kind, value, "yaml")
        except Refused as bad:
            yield found("D812", value, f"{quoted(of.name)} {bad.message}", bad.hint)
    weights = [weight for _, weight in draw.choose or ()]
    if any(weight < 0 for weight in weights):
        yield found("D813", draw, "a weight is below 0", "write a number from 0 on")
    elif draw.choose is not None and not sum(weights):
        yield found("D813", draw, "there is nothing to choose from", "give some choice a weight")


def _number(draw: Draw, of: Drawn) -> Iterator[Finding]:
    yield from _wants(draw, of, "number", f"`{draw.form}` gives a number")
    if draw.step <= 0:
        yield found("D813", draw, "`step` must be above 0", "write e.g. `step: 0.5`")
        return
    if draw.normal is not None and draw.normal.spread < 0:
        yield found("D813", draw.normal, "`spread` is below 0", "write a number from 0 on")
    curve = draw.lognormal
    if curve is not None and not (curve.median > 0 and MILLION <= curve.spread <= 100 * MILLION):
        yield found("D813", curve, "a lopsided curve has a median above 0, and a spread from 1 to"
                    " 100", "write e.g. `{median: 40, spread: 2}`")  # fmt: skip
        return
    low, high = draw.between or (None, None)
    if low is not None and high is not None:
        if -(-low // draw.step) > high // draw.step:
            yield found("D812", draw, "there is no number between these",
                        "write the smaller one first, and mind the `step`")  # fmt: skip
    elif (of.kind.min is not None or of.kind.max is not None) and draw.form == "normal":
        yield found("D812", draw, f"{quoted(of.name)} has bounds, and a bell has none",
                    "give it bounds too: `between: [1, 12]`")  # fmt: skip
    yield from _bounds(draw, of, low, high)


def _bounds(draw: Draw, of: Drawn, low: int | None, high: int | None) -> Iterator[Finding]:
    least, most = of.kind.min, of.kind.max
    if draw.form == "lognormal" and low is None:
        low = 0
    if least is not None and low is not None and low < least:
        yield found("D812", draw, f"{quoted(of.name)} is at least {format_number(least)},"
                    f" this begins at {format_number(low)}", f"begin at {format_number(least)}"
                    if draw.form == "between" else "add `between: […]`")  # fmt: skip
    if most is not None and (high is None or high > most) and draw.form != "normal":
        yield found("D812", draw, f"{quoted(of.name)} is at most {format_number(most)}, this goes"
                    " beyond", f"end at {format_number(most)}")  # fmt: skip
    if max(abs(low or 0), abs(high or 0)) >= LIMIT:
        yield found("D812", draw, "a number must be below 1000000000", "use a larger unit")


def _related(draw: Draw, of: Drawn) -> Iterator[Finding]:
    yield from _wants(draw, of, "text", "`related` gives the id of a subject")
    if of.relations is None:
        yield found("D812", draw, "`related` goes with fields of events", "draw it in another way")
    elif draw.related is not None and draw.related not in of.relations:
        yield found("D811", draw.related, f"there is no relation {quoted(draw.related)}",
                    did_you_mean(draw.related, of.relations, "relations"))  # fmt: skip


def _same(draw: Draw, of: Drawn) -> Iterator[Finding]:
    name = draw.same or ""
    if of.followed is None:
        yield found("D817", draw, "`same` needs an event that this one follows",
                    "it goes with the fields of `follow` and `retracted`")  # fmt: skip
    elif name == "id":
        yield from _wants(draw, of, "text", "`same: id` gives the id of an event")
    elif name not in of.followed:
        yield found("D811", name, f"what it follows has no field {quoted(name)}",
                    did_you_mean(name, ("id", *of.followed), "fields"))  # fmt: skip
    elif of.followed[name].kind != of.kind.kind or of.followed[name].choices != of.kind.choices:
        yield found("D812", name, f"{quoted(of.name)} is of another type than {quoted(name)}",
                    "copy a field of the same type")  # fmt: skip
