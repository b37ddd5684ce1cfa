"""Parquet: the types that columns may have, and files that are none."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.findings import DemeritError
from engine.streams.parquet import BATCH
from engine.streams.raw import Seen
from engine.streams.reading import open_stream
from tests.streams.harbour import HARBOUR, T0, read, read_bad

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def table(path: Path, **columns: Any) -> Path:
    """A file of one event of mei with some columns changed or added."""
    rows = max((len(c) for c in columns.values() if c is not None), default=1)
    made = {"at": ["2031-03-01"] * rows, "who": ["mei"] * rows, "event": ["fee.late"] * rows,
            "days": [4] * rows, **columns}  # fmt: skip
    pq.write_table(pa.table({k: v for k, v in made.items() if v is not None}), path)
    return path


NUMBERS = [
    (pa.array([4], pa.int8()), 4_000_000),
    (pa.array([4], pa.uint64()), 4_000_000),
    (pa.array([0.4], pa.float64()), 400_000),
    (pa.array([1e-6], pa.float64()), 1),
    (pa.array([300.0], pa.float64()), 300_000_000),
    (pa.array([0.5], pa.float32()), 500_000),
    (pa.array([Decimal("12.34")], pa.decimal128(9, 2)), 12_340_000),
    (pa.array([Decimal("12.3400000000")], pa.decimal128(20, 10)), 12_340_000),
    (pa.array([Decimal(7)], pa.decimal256(40, 0)), 7_000_000),
    (pa.array(["4.5"]), 4_500_000),
    (pa.array(["4.5"]).dictionary_encode(), 4_500_000),
]


@pytest.mark.parametrize(("column", "value"), NUMBERS, ids=range(len(NUMBERS)))
def test_exact_numbers(column: Any, value: int, tmp_path: Path) -> None:
    (event,) = read(table(tmp_path / "e.parquet", days=column))
    assert event.fields["days"] == value


WRONG = [
    ("days", pa.array([0.1 + 0.2]), "D511 `days` must be a number with at most six decimal places"),
    ("days", pa.array([0.4], pa.float32()), "D511 `days` must be a number with at most six"),
    (
        "days",
        pa.array([float("nan")]),
        "D511 `days` must be a number, found the number `nan`",
    ),
    ("days", pa.array([float("inf")]), "D511 `days` must be a number, found the number `inf`"),
    ("days", pa.array([1e300]), "D511 `days` must be a number below 1000000000"),
    ("days", pa.array([2**63 - 1]), "D511 `days` must be a number below 1000000000"),
    ("days", pa.array([Decimal("0.1234567")]), "D511 `days` is `0.1234567`: a number has at most"),
    ("days", pa.array([True]), "D511 `days` must be a number, found `true`"),
    ("days", pa.array(["x"]), "D511 `days` is `x`: expected a number"),
    ("days", pa.array([None], pa.int8()), "D510 the field `days` is missing"),
    ("paid", pa.array([1]), "D511 `paid` must be `true` or `false`, found the number `1`"),
    ("note", pa.array([1]), "D509 there is no field `note` here"),
    ("who", pa.array([17]), "D511 `who` must be a text (write a text)"),
    ("who", pa.array([None], pa.string()), "D507 `who` is missing"),
    ("at", pa.array([1930089600]), "D515 `at` must be a date or a time, not a number"),
    (
        "at",
        pa.array([T0 * 1000 + 500], pa.timestamp("ms")),
        "D515 `at` is `2031-03-01T00:00:00.5",
    ),
    ("at", pa.array([2**60], pa.timestamp("ms")), "D515 `at` is"),
]


@pytest.mark.parametrize(("name", "column", "said"), WRONG, ids=range(len(WRONG)))
def test_wrong_values(name: str, column: Any, said: str, tmp_path: Path) -> None:
    _, bad = read_bad(table(tmp_path / "e.parquet", **{name: column}))
    assert bad[0].row == 1
    assert bad[0].reason.startswith(said), bad[0].reason
    if name != "at":
        assert "at=2031-03-01" in bad[0].text


TIMES = [
    pa.array([T0], pa.timestamp("s")),
    pa.array([T0 * 1000], pa.timestamp("ms", tz="Asia/Shanghai")),
    pa.array([T0 * 10**6], pa.timestamp("us", tz="UTC")),
    pa.array([T0 * 10**9], pa.timestamp("ns")),
    pa.array([date(2031, 3, 1)], pa.date32()),
    pa.array([datetime(2031, 3, 1, tzinfo=UTC)]),
    pa.array(["2031-03-01T08:00:00+08:00"]),
]


@pytest.mark.parametrize("column", TIMES, ids=range(len(TIMES)))
def test_times(column: Any, tmp_path: Path) -> None:
    (event,) = read(table(tmp_path / "e.parquet", at=column, known=column))
    assert (event.at, event.known) == (T0, T0)


def test_nothing_known_is_as_good_as_no_column(tmp_path: Path) -> None:
    none = pa.array([None], pa.timestamp("ms"))
    (event,) = read(table(tmp_path / "e.parquet", known=none, note=pa.array([None], pa.string())))
    assert event.known == T0 + 2 * 86_400


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"who": None}, "D505 the header lacks `who`"),
        ({"dayz": [1]}, "D505 no event of the policy has a field `dayz`"),
        ({"note": [["a"]]}, "D528 the column `note` holds `list<"),
        ({"note": [b"a"]}, "D528 the column `note` holds `binary`"),
        ({"note": [date(2031, 3, 1)]}, "D528 the column `note` holds `date32"),
    ],
)
def test_wrong_columns(columns: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(DemeritError) as caught:
        read_bad(table(tmp_path / "e.parquet", **columns))
    assert str(caught.value).startswith(said)


def test_files_that_are_none(tmp_path: Path) -> None:
    path = table(tmp_path / "e.parquet")
    whole = path.read_bytes()
    texts = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")]
    )
    for data in (b"", b"PAR1", whole[:-9], b"not " + whole, whole[:20] + b"\xff" * 40 + whole[60:]):
        path.write_bytes(data)
        with pytest.raises(DemeritError, match=r"^D528 cannot read the Parquet file"):
            read_bad(path)
    table(path, who=texts)
    with pytest.raises(DemeritError, match=r"^D528 cannot read the Parquet file"):
        read_bad(path)


def test_many_batches_and_rows_passed_over(tmp_path: Path) -> None:
    count = 2 * BATCH + 3
    path = table(tmp_path / "e.parquet", days=[number % 400 for number in range(count)])
    assert [event.row for event in read(path)] == list(range(1, count + 1))
    seen = Seen(count - 1, frozenset({7}))
    assert [event.row for event in read(path, seen=seen)] == [7, count]


def test_it_comes_through_a_pipe(tmp_path: Path) -> None:
    path = table(tmp_path / "e.parquet", days=[1, 2])
    script = (
        "from engine.streams.reading import open_stream\n"
        "from tests.streams.harbour import HARBOUR\n"
        "print([event.fields['days'] for event in open_stream('-', HARBOUR)])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], input=path.read_bytes(), capture_output=True, cwd=root,
        check=True,
    )  # fmt: skip
    assert done.stdout == b"[1000000, 2000000]\n"


def test_without_pyarrow_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = table(tmp_path / "e.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DemeritError) as caught:
        next(open_stream(path, HARBOUR))
    (finding,) = caught.value.findings
    assert (finding.code, finding.hint) == ("D527", "pip install 'demerit[parquet]'")
    assert "\n" not in finding.message
