"""Measures, scales and the theme."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.plots import decimal, theme
from engine.plots.measure import clean, fitted, width, wrapped
from engine.plots.scales import figure, instants, percent, round_values, short, signed
from engine.plots.sheet import spread
from engine.values import DAY, parse_instant, show_instant


def _light(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(a: str, b: str) -> float:
    high, low = sorted((_light(a), _light(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_words_and_signs_stand_out_from_the_paper(name: theme.ThemeName) -> None:
    roles = theme.colours(name)
    for ground in ("paper", "band"):
        assert _contrast(roles["ink"], roles[ground]) >= 12
        assert _contrast(roles["muted"], roles[ground]) >= 4.5
        for k in range(8):
            assert _contrast(roles[theme.series(k)], roles[ground]) >= 3
    assert _contrast(roles["good"], roles["paper"]) >= 3
    assert _contrast(roles["bad"], roles["paper"]) >= 3


@pytest.mark.parametrize("count", range(1, 8))
def test_up_to_seven_grades_have_colours_of_their_own(count: int) -> None:
    roles = [theme.grade(rank, count) for rank in range(count)]
    assert len(set(roles)) == count
    assert len({theme.hatch(rank) for rank in range(count)}) == count


@given(st.lists(st.floats(-50, 150), max_size=30), st.floats(1, 20))
def test_labels_are_spread_apart_in_their_order(wanted: list[float], gap: float) -> None:
    made = spread(wanted, gap, 0, 100)
    if not wanted:
        assert made == []
        return
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [made[i] for i in order]
    room = gap * (len(wanted) - 1) <= 100
    for a, b in pairwise(placed):
        assert b - a >= (gap if room else 100 / (len(wanted) - 1)) - 1e-6
    assert placed[0] >= -1e-6
    assert placed[-1] <= 100 + 1e-6


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread([10, 50, 30], 5, 0, 100) == [10, 50, 30]


@given(st.text(max_size=60), st.floats(5, 300))
def test_a_fitted_text_fits(text: str, room: float) -> None:
    shown = fitted(clean(text), 9, room)
    assert width(shown, 9) <= room
    if shown != clean(text):
        assert shown.endswith("…") or shown == ""


def test_wrapped_lines_lose_no_word_where_there_is_room() -> None:
    text = "the ferry leaves at eight and comes back at nine in the evening"
    lines = wrapped(text, 9, 120, most=9)
    assert len(lines) > 2
    assert " ".join(lines) == text
    assert all(width(line, 9) <= 120 for line in lines)
    assert wrapped(text, 9, 120, most=2)[1].endswith("…")


def test_wide_characters_count_as_wide() -> None:
    assert width("信用", 10) == 20
    assert width("ii", 10) < width("WW", 10)


@given(st.floats(-1e9, 1e9), st.floats(0.001, 1e9))
def test_round_values_lie_within_and_are_few(low: float, length: float) -> None:
    found = round_values(low, low + length)
    assert len(found) <= 12
    assert all(low - 1e-6 * length <= v <= low + length * (1 + 1e-6) for v in found)


@pytest.mark.parametrize(("start", "end", "first"), [
    ("2031-01-01", "2031-01-02", "2031-01-01"),
    ("2031-01-15", "2031-06-15", "2031-02"),
    ("2031-03-01", "2040-03-01", "2032"),
    ("2031-01-01 10:02", "2031-01-01 10:20", "2031-01-01 10:05"),
])  # fmt: skip
def test_round_instants_are_written_as_short_as_they_can_be(
    start: str, end: str, first: str
) -> None:
    found = instants(parse_instant(start), parse_instant(end))
    assert found[0][1] == first
    assert 2 <= len(found) <= 9


@given(st.integers(-30_000 * DAY, 3_000_000 * DAY), st.integers(0, 4_000_000 * DAY))
def test_round_instants_are_in_range_in_every_year(start: int, length: int) -> None:
    found = instants(start, start + length)
    assert len(found) <= 12
    assert all(start <= at <= start + length for at, _ in found)
    assert all(show_instant(at).startswith(w) or ":" in w for at, w in found)


def test_numbers_are_written_for_people() -> None:
    assert figure(-1234567.5) == "−1,234,567.5"
    assert figure(-0.0) == "0"
    assert figure(decimal(1)) == "0.000001"
    assert signed(3) == "+3"
    assert signed(-3) == "−3"
    assert short(0.123456) == "0.123"
    assert short(123456) == "123,456"
    assert [percent(x) for x in (0, 0.0004, 0.05, 0.21, 0.9999, 1)] == [
        "0%", "<0.1%", "5%", "21%", ">99.9%", "100%"
    ]  # fmt: skip
