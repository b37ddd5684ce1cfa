"""Partitions are worked through in any place, whatever happens to the workers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.findings import DemeritError
from engine.population import cluster
from engine.population.cluster import Place, place_of, work_through
from tests.population.working import Squares

NUMBERS = range(9)
SQUARES = {n: n * n for n in NUMBERS}


@pytest.mark.parametrize("kind", ["threads", "processes", "local"])
def test_every_place_comes_to_the_same(kind: str, tmp_path: Path) -> None:
    heard: list[int] = []
    worked = work_through(Place(kind, 2), Squares(str(tmp_path), bad=(4,)), NUMBERS, heard.append)
    assert worked.results == {n: square for n, square in SQUARES.items() if n != 4}
    assert list(worked.results) == sorted(worked.results)
    assert [(f.code, f.message) for f in worked.findings] == [("D801", "part 4 is no part")]
    assert sorted(heard) == list(NUMBERS)


@pytest.mark.parametrize("kind", ["processes", "local"])
def test_a_killed_worker_costs_nothing_but_time(kind: str, tmp_path: Path) -> None:
    judge = Squares(str(tmp_path), held=(3,))
    with ThreadPoolExecutor(1) as side:
        killing = side.submit(judge.killed, 3)
        worked = work_through(Place(kind, 2), judge, NUMBERS)
        assert killing.result() > 0
    assert (worked.results, worked.findings) == (SQUARES, ())
    assert judge.times(3) == 2  # what the worker had in hand was done again


@pytest.mark.parametrize("kind", ["processes", pytest.param("local", marks=pytest.mark.long)])
def test_a_part_that_kills_its_workers_is_given_up_alone(kind: str, tmp_path: Path) -> None:
    worked = work_through(Place(kind, 2), Squares(str(tmp_path), deadly=(2,)), NUMBERS)
    assert worked.results == {n: square for n, square in SQUARES.items() if n != 2}
    assert [f.code for f in worked.findings] == ["D833"]
    assert "part 2" in worked.findings[0].message


def test_a_local_cluster_listens_on_loopback_alone(tmp_path: Path) -> None:
    psutil = pytest.importorskip("psutil")
    seen: set[str] = set()

    def look(_: int) -> None:
        own = psutil.Process()
        for process in (own, *own.children(recursive=True)):
            for one in process.net_connections("inet"):
                if one.status == psutil.CONN_LISTEN:
                    seen.add(one.laddr.ip)

    work_through(Place("local", 1), Squares(str(tmp_path)), [1, 2], look)
    assert seen == {"127.0.0.1"}


def test_a_broken_off_run_does_not_begin_the_rest(tmp_path: Path) -> None:
    judge = Squares(str(tmp_path))

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work_through(Place("threads", 1), judge, range(1000), stop)
    assert len(list(tmp_path.iterdir())) < 1000


def test_nobody_at_the_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cluster, "CONNECT", 0.3)
    with pytest.raises(DemeritError) as bad:
        work_through(Place("cluster", 1, "tcp://127.0.0.1:9"), Squares(str(tmp_path)), [1])
    assert bad.value.findings[0].code == "D832"


@pytest.mark.parametrize("given", ["", "LOCAL", "127.0.0.1:8786", "tcp://host", "http://host:80"])
def test_what_is_no_address(given: str) -> None:
    with pytest.raises(DemeritError) as bad:
        place_of(given)
    assert bad.value.findings[0].code == "D830"


def test_places() -> None:
    assert place_of(None).kind == "threads"
    assert place_of(None, 3, processes=True) == Place("processes", 3)
    assert place_of("local", 2) == Place("local", 2)
    assert place_of("tcp://10.0.0.1:8786").address == "tcp://10.0.0.1:8786"
    assert place_of(None).many >= 1
