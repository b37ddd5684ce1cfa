"""What `demerit generate` promises of the streams it makes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.evaluation.run import Run
from engine.evaluation.state import Subject
from engine.findings import DemeritError
from engine.language.rows import Event
from engine.population.behaviour import Setting, StepJudge, events_of
from engine.population.folder import read_manifest
from engine.population.generator import Asked, Made, generate
from engine.population.happenings import Batch
from engine.population.layout import lay_out, sizes
from engine.streams.order import sorted_events
from engine.streams.reading import open_stream
from engine.streams.subjects import read_subjects
from engine.values import iso_instant
from tests.population.generating import POPULATION, by_component, loaded, made, rows

GOLDEN = "25151220817fb8525b725babb90324d59b1f76f1efe2a8d392f8207405d0bdf3"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Made]:
    folder = tmp_path_factory.mktemp("town")
    return folder / "out", made(loaded(folder), folder / "out")


def without_react(text: str = POPULATION) -> str:
    return text.replace("    react: [{when: has(no-ferry), times: 0.1}]\n", "")


def test_the_same_rows_on_every_machine(town: tuple[Path, Made]) -> None:
    said = [{key: str(value) for key, value in row.items()} for row in rows(*town)]
    people = [{key: str(value) for key, value in row.items()} for row in rows(*town, "subjects")]
    text = json.dumps([said, people], ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == GOLDEN


def test_another_seed_is_another_town(town: tuple[Path, Made], tmp_path: Path) -> None:
    other = made(loaded(tmp_path), tmp_path / "out", seed=5)
    assert rows(tmp_path / "out", other) != rows(*town)


def test_parts_change_nothing_but_where_a_row_lies(town: tuple[Path, Made], tmp_path: Path) -> None:
    many = made(loaded(tmp_path), tmp_path / "out", parts=5)
    assert len(many.parts) == 5
    assert by_component(tmp_path / "out", many) == by_component(*town)
    assert (many.events, many.untrue, many.lost, many.late) == (
        town[1].events, town[1].untrue, town[1].lost, town[1].late,
    )  # fmt: skip
    whole, parted = (
        sorted(map(str, rows(*one, "subjects"))) for one in (town, (tmp_path / "out", many))
    )
    assert whole == parted


def test_a_component_lies_in_one_part_and_in_playing_order(tmp_path: Path) -> None:
    one = loaded(tmp_path, without_react())
    many = made(one, tmp_path / "out", parts=4)
    seen: set[int] = set()
    for part in many.parts:
        people = rows(tmp_path / "out", Made({}, [part]), "subjects")
        component = {row["id"]: row["component"] for row in people}
        assert not seen & set(component.values())
        seen |= set(component.values())
        assert all(
            component[tie["of"]] == row["component"] for row in people for tie in row["relations"]
        )
        versions = one.policy.versions
        cast = read_subjects(tmp_path / "out" / part.subjects, versions)
        order: dict[int, None] = {}
        last = (-1, 0)
        for event in open_stream(tmp_path / "out" / part.events, versions, cast=cast):
            here = component[event.who]
            assert here in order or not order or last[0] != here
            if here not in order:
                order[here] = None
            else:
                assert last[0] == here, "a component's events stand together"
                assert last[1] <= event.known
            last = (here, event.known)
        ranks = list(dict.fromkeys(component.values()))
        assert list(order) == [rank for rank in ranks if rank in order]


def test_a_life_does_not_change_when_other_groups_grow(tmp_path: Path) -> None:
    text = without_react().replace("  kin: {", "  kin: {size: 1, circles: [hill]}\n  other: {")
    small = loaded(tmp_path / "a", text)
    large = loaded(tmp_path / "b", text.replace("share: 1\n", "share: 40\n"))
    first = made(small, tmp_path / "1", size=60)
    second = made(large, tmp_path / "2", size=800)
    before, after = rows(tmp_path / "1", first), rows(tmp_path / "2", second)
    for who in ("docks-1", "docks-17", "hill-3"):
        events = [row for row in before if row["who"] == who and row["event"] != "word.given"]
        assert events
        assert events == [
            row for row in after if row["who"] == who and row["event"] != "word.given"
        ]


def test_relations_are_what_the_file_says(town: tuple[Path, Made]) -> None:
    people = {row["id"]: row for row in rows(*town, "subjects")}
    kin = {(who, tie["of"]) for who, row in people.items() for tie in row["relations"]
           if tie["name"] == "kin"}  # fmt: skip
    assert kin
    assert all((b, a) in kin and a != b for a, b in kin)
    assert max(Counter(a for a, _ in kin).values()) == 2
    counts = {(who, tie["of"]) for who, row in people.items() for tie in row["relations"]
              if tie["name"] == "counts"}  # fmt: skip
    back = {(who, tie["of"]) for who, row in people.items() for tie in row["relations"]
            if tie["name"] == "counted-by"}  # fmt: skip
    assert {(b, a) for a, b in counts} == back
    assert Counter(b for _, b in counts) == {f"docks-{n}": 1 for n in range(1, 41)}
    assert {a for a, _ in counts} == {"offices-1", "offices-2"}


def test_ids_in_fields_are_of_those_related(town: tuple[Path, Made]) -> None:
    people = {row["id"]: row for row in rows(*town, "subjects")}
    words = [row for row in rows(*town) if row["event"] == "word.given"]
    assert words
    for row in words:
        kin = {tie["of"] for tie in people[row["who"]]["relations"] if tie["name"] == "kin"}
        assert (row["to"] in kin) if kin else row["to"] is None


def test_false_lost_and_retracted_reports_are_counted(town: tuple[Path, Made]) -> None:
    out, many = town
    events = rows(out, many)
    false = [row for row in events if row["says"] == "this did not happen"]
    assert {row["event"] for row in false} == {"fee.late"}
    assert many.untrue == {"fee.late": len(false)}
    waived = [row for row in events if row["event"] == "fee.waived"]
    assert many.retracted == {"fee.waived": len(waived)}
    by_id = {row["id"]: row for row in false}
    for row in waived:
        report = by_id[row["report"]]
        assert report["who"] == row["who"]
        assert 10 <= (row["at"] - report["at"]).total_seconds() / 86_400 <= 40
    real = many.events["fee.late"] - len(false)
    # 40 dockers, 3 a year, with January doubled and no August: 120 of which a fifth is lost
    assert 70 <= real <= 125
    assert 12 <= many.lost["fee.late"] <= 40
    assert 30 <= len(false) <= 90
    assert 0.25 * len(false) <= len(waived) <= 0.75 * len(false)
    assert len({row["id"] for row in events if row["id"]}) == sum(
        row["id"] is not None for row in events
    )


def test_the_calendar_is_kept(town: tuple[Path, Made]) -> None:
    late = [row for row in rows(*town) if row["event"] == "fee.late"]
    assert all(9 <= row["at"].hour < 17 for row in late)
    months = Counter(row["at"].month for row in late)
    assert months[8] == 0
    assert months[1] > months[2]
    words = Counter(row["who"] for row in rows(*town) if row["event"] == "word.given")
    assert all(5 <= words[f"hill-{n}"] <= 12 for n in range(1, 21))


def test_delays_are_those_of_the_institution(tmp_path: Path) -> None:
    one = loaded(tmp_path, without_react())
    many = made(one, tmp_path / "out")
    cast = read_subjects(tmp_path / "out" / many.parts[0].subjects, one.policy.versions)
    events = list(
        open_stream(tmp_path / "out" / many.parts[0].events, one.policy.versions, cast=cast)
    )
    waits = {(e.source, (e.known - e.at) // 86_400) for e in events if e.type == "fee.late"}
    assert {days for source, days in waits if source == "court"} == {3}
    assert {days for source, days in waits if source == "far-court"} <= {59, 60, 61, 62}
    assert many.late["fee.late"] > 0, "what happens at the end is not known in time"
    assert read_manifest(tmp_path / "out").last == max(e.known for e in events)


class FromTheStart:
    """A judge that plays the whole prefix again in each round."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._events: list[Event] = []

    def take(self, batch: Batch) -> None:
        ids = self._setting.ids.to_pylist()
        self._events += events_of(batch, ids, self._setting.declared(batch))

    def standing(self, before: int) -> Sequence[Subject]:
        run = Run(self._setting.versions, self._setting.cast, "plain", keep=False)
        for event in sorted(self._events, key=lambda event: event.known):
            if event.known < before:
                assert run.feed(event)
        assert run.player is not None
        run.player.advance(max(before - 1, run.player.now or 0))
        return list(run.player.world.subjects.values())


def test_rounds_go_on_as_if_all_had_been_played_from_the_start(
    town: tuple[Path, Made], tmp_path: Path
) -> None:
    again = generate(loaded(tmp_path), tmp_path / "out", Asked(), judge=FromTheStart)
    assert rows(tmp_path / "out", again) == rows(*town)


def test_who_is_banned_books_less(town: tuple[Path, Made], tmp_path: Path) -> None:
    free = made(loaded(tmp_path, without_react()), tmp_path / "out")
    bookings = Counter(r["who"][:4] for r in rows(*town) if r["event"] == "ferry.booked")
    others = Counter(r["who"][:4] for r in rows(tmp_path / "out", free)
                     if r["event"] == "ferry.booked")  # fmt: skip
    assert bookings["hill"] == others["hill"], "nobody there is ever banned"
    assert bookings["dock"] < 0.85 * others["dock"]


def test_people_look_at_the_start_of_every_round(tmp_path: Path) -> None:
    seen: list[int] = []

    class Watching(StepJudge):
        def standing(self, before: int) -> Sequence[Subject]:
            seen.append(before)
            return super().standing(before)

    generate(loaded(tmp_path), tmp_path / "out", Asked(), judge=Watching)
    assert [iso_instant(instant)[:10] for instant in seen] == [
        f"2031-{month:02d}-01" for month in range(1, 13)
    ]


def test_what_was_made_can_be_played(town: tuple[Path, Made], tmp_path: Path) -> None:
    one = loaded(tmp_path)
    part = town[1].parts[0]
    cast = read_subjects(town[0] / part.subjects, one.policy.versions)
    assert cast.start == one.population.start
    assert cast.until == one.population.until
    events = sorted_events(open_stream(town[0] / part.events, one.policy.versions, cast=cast))
    assert len(events) == part.rows
    fired: Counter[str] = Counter()
    run = Run(one.policy.versions, cast, "plain", keep=False,
              on_step=lambda step: fired.update(step.fired))  # fmt: skip
    assert all(run.feed(event) for event in events)
    run.advance_to_end()
    outcome = run.finish()
    assert outcome.error is None
    assert min(fired[rule] for rule in ("late", "waived", "kin", "counted")) > 0
    refused = sum(standing.refused for standing in outcome.standings.values())
    assert 0 < refused < 0.2 * town[1].events["ferry.booked"]


def test_sizes_are_shared_out_to_the_last(tmp_path: Path) -> None:
    population = loaded(tmp_path).population
    assert sizes(population) == {"docks": 40, "hill": 20, "offices": 2}
    assert sizes(population, size=100) == {"docks": 67, "hill": 33, "offices": 2}
    assert sizes(population, scale=100_000) == {"docks": 4, "hill": 2, "offices": 1}
    assert sizes(population, scale=3_000_000) == {"docks": 120, "hill": 60, "offices": 6}


def test_a_quota_ties_everybody_together(tmp_path: Path) -> None:
    from tests.population.generating import POLICY

    policy = POLICY.replace("lasts: 60 days", "lasts: 60 days, quota: 3")
    one = loaded(tmp_path, without_react(), policy)
    many = made(one, tmp_path / "out", parts=6)
    assert (len(many.parts), many.whole) == (1, True)
    assert read_manifest(tmp_path / "out").whole
    assert {row["component"] for row in rows(tmp_path / "out", many, "subjects")} == {0}


def test_ties_over_long_chains_are_one_component(tmp_path: Path) -> None:
    text = without_react().replace(
        "  kin: {circles: [docks, hill], size: {choose: {1: 1, 2: 2, 3: 1}}}\n",
        "  kin: {from: hill, to: docks, to_each: 2}\n",
    )
    one = loaded(tmp_path, text.replace("size: 60", "size: 3000"))
    population, policy = one.population, one.policy.policy
    layout = lay_out(population, policy, sizes(population), 1)
    assert set(layout.components.tolist()) == {0}


def test_an_interrupt_leaves_what_is_complete(tmp_path: Path) -> None:
    one = loaded(tmp_path, without_react())

    def stop(many: Made) -> None:
        if len(many.parts) == 2:
            raise KeyboardInterrupt

    many = generate(one, tmp_path / "out", Asked(parts=5), stop)
    assert many.stopped
    manifest = read_manifest(tmp_path / "out")
    assert len(manifest.parts) == 2
    assert manifest.more["unfinished"] == {"parts": 5}
    whole = made(one, tmp_path / "whole", parts=5)
    assert rows(tmp_path / "out", many) == rows(tmp_path / "whole", Made({}, whole.parts[:2]))
    names = {name for part in many.parts for name in (part.events, part.subjects)}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"manifest.json", *names}


@pytest.mark.parametrize("processors", [1, 2, 7])
def test_it_does_not_matter_how_many_processors_draw(
    processors: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = loaded(tmp_path, without_react())
    made(one, tmp_path / "some", parts=5)
    monkeypatch.setattr("engine.population.generator.processors", lambda: processors)
    made(one, tmp_path / "out", parts=5)
    assert contents(tmp_path / "some") == contents(tmp_path / "out")


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_an_interrupt_before_the_first_part_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("engine.population.generator.lay_out", interrupted)
    many = made(loaded(tmp_path), tmp_path / "out")
    assert (many.stopped, many.parts) == (True, [])
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    one, out = loaded(tmp_path, without_react()), tmp_path / "out"
    made(one, out, parts=3)
    with pytest.raises(DemeritError) as refused:
        made(one, out)
    assert refused.value.findings[0].code == "D820"
    assert len(made(one, out, force=True).parts) == 1
    assert sorted(p.name for p in out.iterdir()) == [
        "manifest.json", "part-00000.events.parquet", "part-00000.subjects.parquet",
    ]  # fmt: skip
    (out / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(DemeritError) as refused:
        made(one, out, force=True)
    assert "`notes.txt`" in refused.value.findings[0].message
    assert (out / "part-00000.events.parquet").exists()


def test_a_circle_of_a_whole_town_is_refused(tmp_path: Path) -> None:
    text = without_react().replace(", size: {choose: {1: 1, 2: 2, 3: 1}}", "")
    one = loaded(tmp_path, text)
    with pytest.raises(DemeritError) as refused:
        made(one, tmp_path / "out", size=20_000)
    finding = refused.value.findings[0]
    assert (finding.code, finding.message) == ("D819", "a circle of `kin` has 13333 members")
    assert finding.where is not None


def test_a_rate_beyond_reason_is_refused(tmp_path: Path) -> None:
    one = loaded(tmp_path, without_react().replace("times: 30", "times: 5000000"))
    with pytest.raises(DemeritError) as refused:
        made(one, tmp_path / "out")
    assert refused.value.findings[0].code == "D818"
