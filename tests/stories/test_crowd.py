"""A population is sifted as each of its lives would be, and no more than one part is held."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.evaluation.ledger import step_json
from engine.findings import DemeritError
from engine.language.sifts import load_sift
from engine.population.folder import files_of, read_manifest
from engine.population.reading import read_tables
from engine.population.reading_people import read_people
from engine.population.replay import life
from engine.population.results import ledger_of, result_name
from engine.population.shape import Versions
from engine.stories.crowd import Crowd, lives
from engine.stories.crowd_sift import sift_crowd
from engine.stories.shipped import shipped
from engine.stories.sifting.found import Found, Match
from engine.stories.sifting.plan import Plan
from engine.stories.sifting.run import sift
from engine.stories.source import Source
from tests.stories.crowds import simulated

PLANS = [Plan.of(load_sift(path).sift) for path in shipped().values()]
PACKS = {"five-stars": 0.1, "defaulters-list": 0.5, "public-reports": 0.2, "pilots": 0.05}

Told = tuple[str, str, tuple[tuple[str, int | None, str | None], ...]]


def told(match: Match) -> Told:
    return match.pattern, match.who, tuple(
        (beat.step, beat.happening and beat.happening.step, beat.happening and beat.happening.kind)
        for beat in match.beats
    )  # fmt: skip


def stream_of(folder: Path) -> Path:
    regrouped = folder / "out" / "regrouped"
    return regrouped if regrouped.exists() else folder / "town"


def one_by_one(versions: Versions, stream: Path) -> tuple[set[Told], int]:
    """What sifting the own ledger of each component finds, and how many people there are."""
    manifest, found, people = read_manifest(stream), set(), 0
    for events, subjects in files_of(stream, manifest.parts):
        tables = read_tables(events, subjects)
        all_of_it = read_people(tables.events, tables.subjects, versions[0][1])
        firsts = dict(zip(all_of_it.components.tolist(), all_of_it.ids, strict=True))
        people += len(all_of_it.ids)
        for who in firsts.values():
            found |= {told(match) for match in _own(versions, stream, who).matches}
    return found, people


def _own(versions: Versions, stream: Path, who: str) -> Found:
    played = life(versions, stream, who)
    cast = played.cast and played.cast._replace(until=read_manifest(stream).end)
    ids = [member.id for member in cast.members] if cast else [who]
    rows = [step_json(step) for step in played.steps]
    source = Source("", "", lambda: iter(played.steps), lambda: iter(rows), lambda: ids,
                    frozenset(str(p) for _, made in versions for p in made.penalties),
                    versions, cast)  # fmt: skip
    return sift(source, PLANS)


@pytest.mark.parametrize("pack", PACKS)
def test_the_same_stories_as_in_each_life_s_own_ledger(pack: str, tmp_path: Path) -> None:
    versions = simulated(pack, tmp_path, scale=PACKS[pack])
    stream = stream_of(tmp_path)
    wanted, people = one_by_one(versions, stream)
    assert wanted
    for results in (None, tmp_path / "out"):
        found = sift_crowd(Crowd(versions, stream, results), PLANS)
        assert {told(match) for match in found.matches} == wanted
        assert (found.stories, found.people) == (len(found.matches), people)
        for match in found.matches:
            having = {m.who for m in found.matches if m.pattern == match.pattern}
            assert match.lives == len(having)


def test_a_ledger_says_who_need_not_be_played(tmp_path: Path) -> None:
    versions = simulated("defaulters-list", tmp_path, scale=0.5)
    crowd = Crowd(versions, stream_of(tmp_path), tmp_path / "out")
    found = sift_crowd(crowd, PLANS)
    assert 0 < found.unplayed < found.people
    assert sift_crowd(crowd, PLANS, near=True).unplayed == 0  # who has none may be near one
    ledger_of(tmp_path / "out" / result_name(0)).write_bytes(b"no columns")
    with pytest.raises(DemeritError) as refused:
        sift_crowd(crowd, PLANS)
    assert refused.value.findings[0].code == "D970"


def test_near_misses_are_told_of_a_population_too(tmp_path: Path) -> None:
    versions = simulated("five-stars", tmp_path, scale=0.1)
    stream = stream_of(tmp_path)
    found = sift_crowd(Crowd(versions, stream, None), PLANS, near=True)
    whole = {(match.pattern, match.who) for match in found.matches}
    assert found.near
    assert not {(miss.pattern, miss.who) for miss in found.near} & whole
    who = found.near[0].who
    alone = sift_crowd(Crowd(versions, stream, None), PLANS, only=who)
    assert {(m.pattern, m.missing) for m in alone.near} == {
        (m.pattern, m.missing) for m in found.near if m.who == who
    }


def test_of_very_many_the_rarest_are_kept_and_all_are_counted(tmp_path: Path) -> None:
    versions = simulated("five-stars", tmp_path, scale=0.1)
    crowd = Crowd(versions, stream_of(tmp_path), None)
    every, few = sift_crowd(crowd, PLANS), sift_crowd(crowd, PLANS, keep=2)
    assert few.stories == every.stories == len(every.matches)
    assert few.by_pattern == every.by_pattern
    assert every.by_pattern is not None
    for pattern, many in every.by_pattern.items():
        kept = [match for match in few.matches if match.pattern == pattern]
        assert len(kept) == min(many, 2)
        lives_ = {match.lives for match in every.matches if match.pattern == pattern}
        assert {match.lives for match in kept} == lives_


def test_other_paths_than_those_that_were_simulated_are_refused(tmp_path: Path) -> None:
    versions = simulated("defaulters-list", tmp_path, scale=0.5)
    out = tmp_path / "out"
    policy = versions[0][1]
    changed = policy.model_copy(update={"rules": policy.rules[:-1]})
    with pytest.raises(DemeritError) as refused:
        list(lives(Crowd([(None, changed)], stream_of(tmp_path), out)))
    assert refused.value.findings[0].code == "D970"
    (out / result_name(0)).write_bytes(json.dumps({}).encode())
    with pytest.raises(DemeritError) as refused:
        list(lives(Crowd(versions, stream_of(tmp_path), out)))
    assert refused.value.findings[0].code == "D970"


def test_progress_counts_everybody_once(tmp_path: Path) -> None:
    versions = simulated("defaulters-list", tmp_path, scale=0.5)
    heard: list[int] = []
    crowd = Crowd(versions, stream_of(tmp_path), tmp_path / "out")
    found = sift_crowd(crowd, PLANS, heard=heard.append)
    assert sum(heard) == found.people
