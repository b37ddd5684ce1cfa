"""The streaming order against its twin, which reads everything and sorts."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.language.rows import Event
from engine.streams.order import OutOfOrder, in_order, sorted_events
from engine.streams.raw import BadRow, Seen

Pair = tuple[int, int]  # at, and how long until it is known


def rows(pairs: list[Pair]) -> list[Event]:
    return [
        Event("mei", "e", at, at + wait, {}, row=row) for row, (at, wait) in enumerate(pairs, 1)
    ]


PAIRS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 5)), max_size=14)


@given(PAIRS.map(lambda pairs: sorted(pairs, key=lambda pair: pair[0])))
def test_what_is_sorted_by_at_is_played_as_its_twin_plays_it(pairs: list[Pair]) -> None:
    assert list(in_order(rows(pairs))) == sorted_events(rows(pairs))


@given(PAIRS)
def test_what_is_not_sorted_is_right_or_refused(pairs: list[Pair]) -> None:
    events = rows(pairs)
    try:
        assert list(in_order(events)) == sorted_events(events)
    except OutOfOrder as late:
        early = [e for e in events if e.row < late.event.row and e.known > late.event.known]
        assert early  # something known later did stand above it


@given(PAIRS)
def test_late_rows_are_set_aside_and_nothing_is_lost(pairs: list[Pair]) -> None:
    bad: list[BadRow] = []
    out = list(in_order(rows(pairs), bad.append))
    assert sorted([event.row for event in out] + [row.row for row in bad]) == [
        event.row for event in rows(pairs)
    ]
    assert out == sorted_events(out)


def test_an_event_goes_out_as_soon_as_it_can() -> None:
    read: list[int] = []

    def source() -> list[Event]:
        for event in rows([(0, 0), (1, 3), (2, 0), (4, 0), (9, 0)]):
            read.append(event.row)
            yield event

    order = in_order(source())
    seen = [(next(order).row, len(read)) for _ in range(5)]
    assert seen == [(1, 1), (3, 3), (2, 4), (4, 4), (5, 5)]


def test_a_row_that_comes_too_late_says_so() -> None:
    events = rows([(5, 0), (3, 0)])
    with pytest.raises(OutOfOrder, match=r"D525 row 2 is known 1970-01-01T00:00:03Z, but") as late:
        list(in_order(events))
    assert late.value.event == events[1]
    bad: list[BadRow] = []
    assert list(in_order(events, bad.append)) == events[:1]
    assert bad[0].row == 2
    assert bad[0].reason == (
        "D525 the row is known 1970-01-01T00:00:03Z, but 1970-01-01T00:00:05Z was played already"
        " (sort the rows by `at`)"
    )
    assert bad[0].text == '{"at": "1970-01-01T00:00:03Z", "who": "mei", "event": "e"}'


@settings(max_examples=400)
@given(PAIRS, st.lists(st.integers(0, 5), min_size=1, max_size=3))
@example([(5, 0), (3, 0)], [1])
@example([(0, 4), (0, 9), (9, 0), (8, 0)], [1])
def test_a_resumed_order_goes_on_as_if_never_stopped(pairs: list[Pair], stops: list[int]) -> None:
    """Killed after any number of events, up to three times, however the rows are sorted."""
    events = rows(pairs)
    unbroken_bad: list[BadRow] = []
    unbroken = list(in_order(events, unbroken_bad.append))
    played: list[Event] = []
    bad: dict[int, BadRow] = {}
    seen = Seen()
    for stop in stops:
        again = (event for event in events if not seen.has(event.row))
        order = in_order(again, lambda row: bad.setdefault(row.row, row), seen)
        played += islice(order, stop)
        seen = order.seen
    again = (event for event in events if not seen.has(event.row))
    played += in_order(again, lambda row: bad.setdefault(row.row, row), seen)
    assert played == unbroken
    assert sorted(bad) == [row.row for row in unbroken_bad]


def test_what_waits_stays_waiting_where_the_input_is_not_over() -> None:
    order = in_order(rows([(0, 0), (1, 5), (2, 0)]), over=lambda: False)
    assert [event.row for event in order] == [1, 3]
    assert order.seen == Seen(3, frozenset({2}), last=2)
