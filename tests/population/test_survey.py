"""A survey of everybody's score against the plain way: all rows in memory, sorted."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from engine.findings import DemeritError
from engine.population import survey as module
from engine.population.record import Kept
from engine.population.results import result_name
from engine.population.survey import EVERYBODY, MOST, Found, survey
from engine.values import MILLION, format_number

GROUPS = ("docks", "hill", "")
LADDER = (("high", 700 * MILLION), ("low", -300 * MILLION), ("none", -(10**15)))


def people(many: int, seed: int, unit: int) -> list[Found | None]:
    """Rows of results; None for somebody without the score."""
    lot = random.Random(seed)
    made: list[Found | None] = []
    for number in range(many):
        score = lot.choice([700 * MILLION, lot.randrange(-999, 999) * unit, 699_999_999])
        one = Found(f"p{number:05d}", lot.choice(GROUPS), score, lot.choice([0, 0, 3, 7]),
                    lot.choice([0, 1, 5]))  # fmt: skip
        made.append(None if lot.random() < 0.1 else one)
    return made


def folder_of(folder: Path, rows: list[Found | None], parts: int) -> Kept:
    """The rows as results in several parts, whose rows are sorted by id as they always are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for part in range(parts):
        mine = [(f"p{n:05d}", row) for n, row in enumerate(rows) if n % parts == part]
        table = pa.table({
            "id": pa.array([who for who, _ in mine], pa.string()),
            "group": pa.array([r.group if r else "" for _, r in mine], pa.string())
            .dictionary_encode(),
            "refused": pa.array([r.refused if r else 0 for _, r in mine], pa.int64()),
            "notified": pa.array([r.notified if r else 0 for _, r in mine], pa.int64()),
            "score.x": pa.array([r.score if r else None for _, r in mine], pa.int64()),
        })  # fmt: skip
        pq.write_table(table, folder / result_name(part))
    ladder = [{"name": name, "from": format_number(max(floor, -(10**14)))}
              for name, floor in LADDER]  # fmt: skip
    sums: dict[str, Any] = {
        "policy": "p", "subjects": len(rows), "groups": ["docks", "hill"],
        "parts": {"all": parts}, "scores": {"x": {"start": "5", "grades": ladder}},
    }  # fmt: skip
    return Kept(folder, {}, sums)


def plainly(rows: list[Found], kind: str, grade: str) -> list[Found]:
    """A list, the slow way."""
    floor = dict(LADDER).get(grade, 0)
    order = {
        "highest": lambda p: -p.score, "lowest": lambda p: p.score,
        "moved": lambda p: -abs(p.score - 5 * MILLION), "refused": lambda p: -p.refused,
        "told": lambda p: -p.notified, "under": lambda p: -p.score, "over": lambda p: p.score,
    }[kind]  # fmt: skip
    fits = {
        "refused": lambda p: p.refused, "told": lambda p: p.notified,
        "moved": lambda p: p.score != 5 * MILLION, "under": lambda p: p.score < floor,
        "over": lambda p: p.score >= floor,
    }.get(kind, lambda p: True)  # fmt: skip
    return sorted((p for p in rows if fits(p)), key=lambda p: (order(p), p.who))[:MOST]


@pytest.mark.parametrize(("many", "parts", "unit"), [
    (1, 1, MILLION), (50, 2, MILLION), (700, 3, 1), (700, 1, 123_457), (3000, 4, 10**9),
])  # fmt: skip
def test_it_is_what_sorting_everybody_gives(
    many: int, parts: int, unit: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 256)
    rows = people(many, many + unit, unit)
    heard: list[tuple[int, int]] = []
    found = survey(folder_of(tmp_path, rows, parts), "x", lambda *told: heard.append(told))
    there = [row for row in rows if row is not None]
    everywhere = [row.score for row in there]
    step = (max(everywhere) - min(everywhere)) // 65_536 + 1
    for group in (EVERYBODY, *{row.group for row in there if row.group}):
        mine = [row for row in there if group in (EVERYBODY, row.group)]
        for roll in found.rolls[group]:
            assert list(roll.people) == plainly(mine, roll.kind, roll.grade), roll.kind
        spread, scores = found.spreads[group], sorted(row.score for row in mine)
        assert spread.number == len(scores) == sum(spread.bins)
        assert (spread.least, spread.most) == (scores[0], scores[-1])
        quarters = [scores[len(scores) * k // 4] for k in (1, 2, 3)]
        told_quarters = [spread.quarter, spread.middle, spread.three_quarters]
        assert all(0 <= a - b <= step for a, b in zip(quarters, told_quarters, strict=True))
        for count, (low, high) in zip(spread.bins, pairwise(found.edges), strict=True):
            assert count == sum(low <= score < high for score in scores)
    behind = [told[0] for told in heard]
    assert behind == sorted(behind)
    assert heard[-1][0] <= heard[-1][1]


def test_a_border_of_a_grade_is_an_edge_of_the_bars(tmp_path: Path) -> None:
    found = survey(folder_of(tmp_path, people(300, 9, MILLION), 1), "x")
    assert 700 * MILLION in found.edges
    assert len(found.edges) <= 2 * module.BINS


def test_nobody_with_the_score_is_no_fault(tmp_path: Path) -> None:
    found = survey(folder_of(tmp_path, [None, None], 1), "x")
    assert (found.spreads, found.rolls) == ({}, {})


def test_without_a_score_there_are_the_lists_that_need_none(tmp_path: Path) -> None:
    rows = people(90, 4, MILLION)
    found = survey(folder_of(tmp_path, rows, 2), "")
    assert found.spreads == {}
    assert [roll.kind for roll in found.rolls[EVERYBODY]] == ["refused", "told"]
    mine = [row._replace(score=0) for row in rows if row is not None]
    for roll in found.rolls[EVERYBODY]:
        assert list(roll.people) == plainly(mine, roll.kind, "")


def test_a_damaged_result_is_told(tmp_path: Path) -> None:
    kept = folder_of(tmp_path, people(30, 1, MILLION), 2)
    (tmp_path / result_name(1)).write_bytes(b"PAR1 not at all PAR1")
    with pytest.raises(DemeritError) as refused:
        survey(kept, "x")
    assert refused.value.findings[0].code == "D842"
    assert result_name(1) in refused.value.findings[0].message
