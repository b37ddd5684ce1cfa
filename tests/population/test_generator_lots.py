"""What falls by lot has the shape that its file says, and is computed as written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest

from engine.language.model import Draw, FieldType
from engine.population import distributions, lots, tables, times
from engine.population.distributions import Around, Drawing, Lexicon, Numbers, Texts
from engine.values import DAY, MILLION, Duration, iso_instant, parse_instant

MANY = 40_000
MASK = (1 << 64) - 1
NUMBER, TEXT = FieldType(kind="number"), FieldType(kind="text")


def keys(many: int = MANY, seed: int = 1) -> lots.Bits:
    return lots.subject_keys(seed, "somebody", np.arange(many))


def drawing(many: int = MANY) -> Drawing:
    nobody = Around(None, None)
    return Drawing(keys(many), np.arange(many), np.arange(many) + 1, nobody)


def numbers(draw: Draw, kind: FieldType = NUMBER) -> np.ndarray:
    made = distributions.drawn(draw, kind, "x", drawing(), Lexicon())
    assert isinstance(made, Numbers)
    return made.values


# --- the lots themselves ------------------------------------------------------


def literally_mixed(x: int) -> int:
    """The finisher of splitmix64, with Python's whole numbers."""
    x ^= x >> 30
    x = x * 0xBF58476D1CE4E5B9 & MASK
    x ^= x >> 27
    x = x * 0x94D049BB133111EB & MASK
    return x ^ x >> 31


def test_the_lots_are_splitmix64() -> None:
    bits = np.array([0, 1, 2**63, MASK, 0x9E3779B97F4A7C15], np.uint64)
    assert lots.mixed(bits).tolist() == [literally_mixed(int(x)) for x in bits]
    # the first two numbers of splitmix64 for the seed 1234567, as published with it
    golden = 0x9E3779B97F4A7C15
    state = np.array([(1234567 + k * golden) & MASK for k in (1, 2)], np.uint64)
    assert lots.mixed(state).tolist() == [6457827717110365317, 3203168211198807973]


def test_keys_are_written_down_once_and_for_all() -> None:
    base = literally_mixed(lots.name_key("7/hill"))
    wanted = [literally_mixed((base + (n + 1) * 0x9E3779B97F4A7C15) & MASK) for n in (0, 1, 99)]
    assert lots.subject_keys(7, "hill", np.array([0, 1, 99])).tolist() == wanted
    assert lots.of(np.array([5], np.uint64), "at").tolist() == [
        literally_mixed(5 ^ lots.name_key("at"))
    ]


@pytest.mark.parametrize("bound", [1, 2, 3, 10, 1000, (1 << 31) - 1, 1 << 31, 1 << 50])
def test_below_stays_below_and_reaches_everything(bound: int) -> None:
    made = lots.below(lots.of(keys(), "below"), bound)
    assert made.min() >= 0
    assert made.max() < bound
    cells = min(bound, 10)
    counted = np.bincount(made * cells // bound if bound < 1 << 40 else made // (bound // cells))
    assert chi_square(counted[:cells], [1] * cells) < 40


def chi_square(counted: np.ndarray | list[int], weights: list[int]) -> float:
    """How far counts are from what the weights say; with k cells about k - 1."""
    total, parts = int(sum(counted)), sum(weights)
    wanted = [total * weight / parts for weight in weights]
    return sum((c - w) ** 2 / w for c, w in zip(counted, wanted, strict=True) if w)


def test_purposes_know_nothing_of_each_other() -> None:
    one, two = (lots.fine(lots.of(keys(), name)) / lots.UNIT for name in ("one", "two"))
    assert abs(float(np.corrcoef(one, two)[0, 1])) < 0.02
    assert abs(float(np.corrcoef(one[1:], one[:-1])[0, 1])) < 0.02


def test_chances() -> None:
    for chance in (0, 1, 250_000, 999_999, MILLION):
        share = lots.happens(lots.of(keys(), "chance"), chance).mean()
        assert abs(share - chance / MILLION) < 0.01
    assert lots.happens(lots.of(keys(), "chance"), MILLION).all()
    assert not lots.happens(lots.of(keys(), "chance"), 0).any()


# --- values -------------------------------------------------------------------


def test_choices_go_by_weight_and_nothing_is_chosen_of_weight_nothing() -> None:
    draw = Draw.model_validate({"choose": {"a": 3, "b": 0, "c": 1, "d": 0}})
    lexicon = Lexicon()
    made = distributions.drawn(draw, TEXT, "x", drawing(), lexicon)
    assert isinstance(made, Texts)
    counted = Counter(lexicon.texts().take(made.codes).to_pylist())
    assert set(counted) == {"a", "c"}
    assert chi_square([counted["a"], counted["c"]], [3, 1]) < 12


def test_between_takes_multiples_of_the_step_with_both_ends() -> None:
    made = numbers(Draw.model_validate({"between": ["1.3", "3.1"], "step": "0.5"}))
    assert sorted(set(made.tolist())) == [1_500_000, 2_000_000, 2_500_000, 3_000_000]
    assert chi_square(list(Counter(made.tolist()).values()), [1] * 4) < 16


def test_a_bell_is_a_bell() -> None:
    made = numbers(Draw.model_validate({"normal": {"mean": 70, "spread": 10}})) / MILLION
    assert abs(made.mean() - 70) < 0.3
    assert abs(made.std() - 10) < 0.3
    for deviations, share in ((1, 0.6827), (2, 0.9545)):
        assert abs((abs(made - 70) < 10 * deviations + 0.5).mean() - share) < 0.04
    bounded = numbers(
        Draw.model_validate({"normal": {"mean": 70, "spread": 10}, "between": [65, 72]})
    )
    assert (bounded.min(), bounded.max()) == (65 * MILLION, 72 * MILLION)


def test_a_lopsided_curve_is_one() -> None:
    made = numbers(Draw.model_validate({"lognormal": {"median": 100, "spread": 2}, "step": "0.01"}))
    assert abs(np.median(made) / MILLION - 100) < 2.5
    inside = ((made > 50 * MILLION) & (made < 200 * MILLION)).mean()
    assert abs(inside - 0.6827) < 0.02


def test_the_quantiles_are_those_of_the_bell() -> None:
    from statistics import NormalDist

    found = tables.quantiles()
    assert len(found) == tables.STEPS + 1
    for step in (1, 40, 100, 1000, 2048, 3000, 4095):
        wanted = NormalDist().inv_cdf(step / tables.STEPS)
        assert abs(float(found[step]) - wanted) < 1e-7
    assert list(found) == sorted(found)


@pytest.mark.parametrize("rate", [0, 1, 10**6, 10**8, 10**9, 4 * 10**9, 365 * 10**9, 3 * 10**13])
def test_counts_are_those_of_poisson(rate: int) -> None:
    made = tables.counts(rate, lots.of(keys(), "count"))
    average = rate / 10**9
    assert abs(made.mean() - average) < 4 * (average / MANY) ** 0.5 + 1e-9
    if average >= 1:
        assert abs(made.var() / average - 1) < 0.05


def test_the_table_of_poisson_is_exact() -> None:
    least, limits = tables.poisson(2 * 10**9)
    total, chance = Decimal(0), Decimal(-2).exp()
    assert least == 0
    for count, limit in enumerate(limits.tolist()[:12]):
        total += chance
        assert abs(limit - int(total * lots.UNIT)) <= 1
        chance = chance * 2 / (count + 1)


# --- time ---------------------------------------------------------------------


def test_seasons_weigh_the_months() -> None:
    start, end = parse_instant("2031-01-01"), parse_instant("2032-01-01")
    season = {"feb": 3 * MILLION, "aug": 0}
    span = times.span(start, end, season)
    at = span.placed(lots.of(keys(), "at"))
    assert at.min() >= start
    assert at.max() < end
    months = Counter(int(iso_instant(int(moment))[5:7]) for moment in at)
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    weights = [d * (3 if m == 2 else 0 if m == 8 else 1) for m, d in enumerate(days, 1)]
    assert months[8] == 0
    assert chi_square([months[m] for m in range(1, 13)], weights) < 40


def test_a_long_time_of_heavy_months_does_not_run_over() -> None:
    start, end = parse_instant("0001-01-01"), parse_instant("9999-12-01")
    span = times.span(start, end, {"feb": 900 * MILLION})
    at = span.placed(lots.of(keys(2000), "at"))
    assert start <= at.min()
    assert at.max() < end
    plain = times.span(start, end, {})
    assert abs(plain.total / MILLION / (end - start) - 1) < 1e-4


@pytest.mark.parametrize("wait", [Duration(0, 1), Duration(0, 12), Duration(3 * DAY, 0)])
def test_later_is_what_a_duration_says(wait: Duration) -> None:
    first = parse_instant("2031-01-27 05:06:07")
    at = first + np.arange(400, dtype=np.int64) * 7 * 3600
    assert times.later(at, wait).tolist() == [wait.after(int(moment)) for moment in at]


@pytest.mark.parametrize("shape", [lambda at: at, lambda at: at[::-1]])
def test_hours_keep_the_day(shape: Callable[[np.ndarray], np.ndarray]) -> None:
    start = parse_instant("2031-03-01")
    at = shape(start + np.arange(0, 50 * DAY, 977, dtype=np.int64))
    bits = lots.of(keys(len(at)), "hour")
    made = times.at_hours(at, bits, (22 * MILLION, 24 * MILLION), start, start + 50 * DAY)
    assert (made // DAY).tolist() == (at // DAY).tolist()
    assert set((made % DAY // 3600).tolist()) == {22, 23}


def test_occasions_keep_to_the_calendar() -> None:
    start = parse_instant("2031-01-31")
    found = times.occasions(start, Duration(0, 1), start, parse_instant("2031-06-01"))
    assert [iso_instant(at)[:10] for _, at in found] == [
        "2031-02-28", "2031-03-31", "2031-04-30", "2031-05-31",
    ]  # fmt: skip
    later = times.occasions(start, Duration(0, 1), parse_instant("2031-04-01"),
                            parse_instant("2031-05-01"))  # fmt: skip
    assert later == [found[2]]
