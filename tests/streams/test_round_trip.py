"""The same events through every format come back the same."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from engine.findings import DemeritError
from engine.language.rows import Event
from engine.language.scenario import load_scenario
from engine.streams.order import sorted_events
from engine.streams.reading import open_stream
from engine.streams.write import event_text, write_events
from tests.streams.harbour import HARBOUR, POLICY, T0, events, policy, read, timeline


@settings(max_examples=60, deadline=None)
@given(events())
def test_four_formats_agree(rows: list[Event]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "policy.yaml").write_text(POLICY, "utf-8")
        (folder / "some.yaml").write_text(timeline(rows, T0), "utf-8")
        scenario = load_scenario(folder / "some.yaml")
        assert [event._replace(where=None) for event in scenario.events] == rows
        for suffix in ("jsonl", "csv", "parquet"):
            path = folder / f"events.{suffix}"
            write_events(rows, HARBOUR, path)
            again = read(path)
            assert again == rows, suffix
            assert [list(event.fields) for event in again] == [list(e.fields) for e in rows]
            assert sorted_events(again) == sorted_events(scenario_events(scenario.events))


def scenario_events(given: tuple[Event, ...]) -> list[Event]:
    return [event._replace(where=None) for event in given]


def test_number_and_boolean_are_told_apart(tmp_path: Path) -> None:
    fields = {"days": 1, "paid": True}  # one millionth is not true
    event = Event("mei", "fee.late", T0, T0 + 2 * 86_400, fields, row=1)
    assert event_text(event) == (
        '{"at": "2031-03-01T00:00:00Z", "who": "mei", "event": "fee.late",'
        ' "days": 0.000001, "paid": true}'
    )
    for suffix in ("jsonl", "csv", "parquet"):
        write_events([event], HARBOUR, tmp_path / f"e.{suffix}")
        (again,) = read(tmp_path / f"e.{suffix}")
        assert [type(value) for value in again.fields.values()] == [int, bool]


def test_csv_refuses_an_empty_text_and_leaves_no_file(tmp_path: Path) -> None:
    event = Event("mei", "court.ruling", T0, T0, {"note": ""}, row=3)
    with pytest.raises(DemeritError, match=r"D529 row 3: CSV cannot hold the empty text of `note`"):
        write_events([event], HARBOUR, tmp_path / "e.csv")
    assert list(tmp_path.iterdir()) == []
    write_events([event], HARBOUR, tmp_path / "e.jsonl")
    assert read(tmp_path / "e.jsonl")[0].fields == {"note": ""}


def test_writing_somewhere_impossible_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(DemeritError, match=r"D529 cannot write .*no such file"):
        write_events([], HARBOUR, tmp_path / "nowhere" / "e.csv")
    with pytest.raises(DemeritError, match=r"D502 cannot tell the format .* by `.txt`"):
        write_events([], HARBOUR, tmp_path / "e.txt")


def test_known_is_written_only_where_the_policy_would_not_say_it(tmp_path: Path) -> None:
    inferred = Event("mei", "fee.late", T0, T0 + 2 * 86_400, {"days": 0, "paid": False}, row=1)
    given_ = inferred._replace(known=T0, row=2)
    write_events([inferred, given_], HARBOUR, tmp_path / "e.jsonl")
    first, second = (tmp_path / "e.jsonl").read_text("utf-8").splitlines()
    assert "known" not in first
    assert '"known": "2031-03-01T00:00:00Z"' in second


def test_dated_versions_of_a_policy_are_all_known(tmp_path: Path) -> None:
    later = policy(POLICY.replace("delay: 2 days", "delay: 5 days").replace("note:", "remark:"))
    versions = ((None, HARBOUR), (T0, later))
    rows = [
        Event("mei", "court.ruling", T0 - 60, T0 - 60, {"note": "a"}, row=1),
        Event("mei", "court.ruling", T0, T0, {"remark": "a"}, row=2),
        Event("mei", "fee.late", T0, T0 + 5 * 86_400, {"days": 0, "paid": False}, row=3),
    ]
    for suffix in ("jsonl", "csv", "parquet"):
        write_events(rows, versions, tmp_path / f"e.{suffix}")
        assert list(open_stream(tmp_path / f"e.{suffix}", versions)) == rows
