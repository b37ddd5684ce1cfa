"""CSV: the header, the quotes, and the standard library's reader as a twin."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.findings import DemeritError
from engine.streams.csvfile import csv_rows
from engine.streams.raw import LONGEST_LINE, Seen, lines_of
from tests.streams.harbour import read, read_bad

HEAD = "id,at,who,event,days,amount,paid,level,note\n"
GOOD = "a,2031-03-02,mei,fee.late,4,,,,\n"

HEADERS = {
    "": None,  # nothing at all is no event at all
    "\n\n": None,
    GOOD: "D505 the header lacks `at`, `who`, `event`",
    "id;at;who;event\n": "D505 the header is a single cell",
    "id\tat\twho\tevent\n": "D505 the header is a single cell",
    "id,who,event\n": "D505 the header lacks `at`; D505 no",
    "at,who,event,who\n": "D505 the header has the column `who` twice",
    "at,who,event,dayz\n": "D505 no event of the policy has a field `dayz`",
    "at,who,event,\n": "D505 no event of the policy has a field ``",
    "at, who,event\n": "D505 the header lacks `who`; D505 no event of the policy has a field",
    'at,"who,event\n': "D505 the header has a quote that nothing closes",
    "at,who,ev\0ent\n": "D505 the header holds a NUL byte",
}


@pytest.mark.parametrize(("text", "said"), HEADERS.items(), ids=range(len(HEADERS)))
def test_header(text: str, said: str | None, tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text(text)
    if said is None:
        assert read(path) == []
        return
    with pytest.raises(DemeritError) as caught:
        read_bad(path)
    assert str(caught.value).startswith(said.removesuffix("; D505 no"))


ROWS = {
    "a,2031-03-02,mei,fee.late,4\n": "D506 the row has 5 cells, the header has 9 (leave a cell",
    "a,2031-03-02,mei,fee.late,4,,,,,\n": "D506 the row has 10 cells, the header has 9 (a cell",
    'a,2031-03-02,mei,fee.late,4,,,,5" pipe\n': "D506 the row has a quote inside a cell without",
    'a,2031-03-02,"mei" x,fee.late,4,,,,\n': "D506 the row has text behind a closing quote",
    "a,2031-03-02,mei,fee.late,,,,,\n": "D510 the field `days` is missing",
    "a,2031-03-02,mei,fee.late,four,,,,\n": "D511 `days` is `four`: expected a number",
    "a,2031-03-02,mei,fee.late, 4,,,,\n": "D511 `days` is ` 4`: expected a number",
    "a,2031-03-02,mei,fee.late,1e2,,,,\n": "D511 `days` is `1e2`: expected a plain decimal number",
    "a,2031-03-02,mei,fee.late,4,,TRUE,,\n": "D511 `paid` must be `true` or `false`, found `TRUE`"
    " (write true)",
    "a,2031-03-02,mei,fee.late,4,,,high,\n": "D509 there is no field `level` here",
    "a,,mei,fee.late,4,,,,\n": "D507 `at` is missing",
    "a,2031-03-02,,fee.late,4,,,,\n": "D507 `who` is missing",
}


@pytest.mark.parametrize(("text", "said"), ROWS.items(), ids=range(len(ROWS)))
def test_row(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text(HEAD + GOOD + text + GOOD)
    with pytest.raises(DemeritError) as caught:
        read(path)
    assert str(caught.value.findings[0].where) == f"{path}:3:1"
    good, bad = read_bad(path)
    assert [event.row for event in good] == [1, 3]
    assert [(b.row, b.text) for b in bad] == [(2, text.rstrip("\n"))]
    assert bad[0].reason.startswith(said), bad[0].reason


def test_quotes_line_ends_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    quoted = '"b",2031-03-02,mei,court.ruling,"","","",high,"a ""b"", c\r\nd"\r\n'
    path.write_bytes(("\ufeff" + HEAD + GOOD + "\r\n" + quoted + GOOD).encode())
    first, second, third = read(path)
    assert [first.row, second.row, third.row] == [1, 3, 4]
    assert second.fields == {"level": "high", "note": 'a "b", c\r\nd'}
    with pytest.raises(DemeritError) as caught:
        read(path, seen=Seen(3)), path.write_bytes(path.read_bytes() + b"x\n"), read(path)
    assert str(caught.value.findings[0].where) == f"{path}:7:1"  # rows are not lines


def test_a_quote_that_nothing_closes_costs_one_row(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text(
        HEAD + GOOD + 'b,2031-03-02,mei,court.ruling,,,,,"oops\n' + GOOD + GOOD.replace("a", "z", 1)
    )
    good, bad = read_bad(path)
    assert [(event.row, event.id) for event in good] == [(1, "a"), (3, "a"), (4, "z")]
    assert [b.text for b in bad] == ['b,2031-03-02,mei,court.ruling,,,,,"oops']
    assert bad[0].reason.startswith("D506 the row has a quote that nothing closes")


def test_a_row_is_never_longer_than_a_line_may_be(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    long = 'b,2031-03-02,mei,court.ruling,,,,,"' + ("x" * 1023 + "\n") * 1025 + '"\n'
    assert len(long) > LONGEST_LINE
    path.write_text(HEAD + long + GOOD)
    good, bad = read_bad(path)
    assert [event.id for event in good] == ["a"]
    assert len(bad) == 1026  # its first line, and every other line by itself
    assert bad[0].reason.startswith("D506 the row has a quote that nothing closes")


_CELLS = st.text(st.sampled_from('ab,"\n\r 1é'), max_size=6).filter(
    lambda cell: cell.strip("\r\n ") != "" or cell == ""
)


@given(st.lists(st.lists(_CELLS, min_size=3, max_size=3), max_size=6), st.booleans())
@example([["a\n\nb", '"', ""]], False)
def test_it_reads_what_the_standard_library_writes(rows: list[list[str]], every: bool) -> None:
    rows = [row for row in rows if any(row)]
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL
    writer = csv.writer(out, quoting=quoting, lineterminator="\r\n")
    writer.writerows([["x", "y", "z"], *rows])
    raws = list(csv_rows(lines_of([out.getvalue().encode()]), lambda names, line: None, "e.csv"))
    assert [raw.bad for raw in raws] == [None] * len(rows)
    assert [[raw.values.get(name, "") for name in "xyz"] for raw in raws] == rows


@given(st.text(st.sampled_from('a,"\n'), max_size=30), st.integers(1, 5))
def test_it_agrees_with_the_standard_library_on_any_text(text: str, size: int) -> None:
    """What both accept is the same, and nothing is accepted that it refuses."""
    data = ("x,y\n" + text).encode()
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    raws = list(csv_rows(lines_of(chunks), lambda names, line: None, "e.csv"))
    rows = [[raw.values.get(name, "") for name in "xy"] for raw in raws if raw.bad is None]
    if all(raw.bad is None for raw in raws):
        theirs = csv.reader(io.StringIO(text, newline=""), strict=True)
        assert rows == [cells for cells in theirs if cells]
    row_numbers = [raw.row for raw in raws]
    assert row_numbers == sorted(set(row_numbers))


@given(st.text(st.sampled_from('a,"\n'), max_size=40), st.data())
def test_rows_passed_over_leave_the_others_alone(text: str, data: st.DataObject) -> None:
    lines = ("x,y\n" + text).encode()
    every = list(csv_rows(lines_of([lines]), lambda names, line: None, "e.csv"))
    count = data.draw(st.integers(0, len(every) + 1))
    waiting = data.draw(st.frozensets(st.integers(1, max(count, 1)), max_size=2))
    seen = Seen(count, waiting)
    rest = list(csv_rows(lines_of([lines]), lambda names, line: None, "e.csv", seen))
    assert [raw[:4] for raw in rest] == [raw[:4] for raw in every if not seen.has(raw.row)]
