"""The generated cases are valid, alike for a seed, dense, and can be replayed from files."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given

from engine.findings import errors
from engine.language.checks import check_policy
from engine.language.functions import FUNCTIONS
from engine.language.load import load_policy
from engine.language.model import VERBS
from engine.language.rows import Cast, Event
from engine.language.scenario import load_scenario, load_subjects
from engine.streams.reading import open_stream

from .generator import Case, case_to_files, cases, generate
from .interpreter import Versions, play


def test_a_seed_is_a_case() -> None:
    for seed in range(20):
        one, other = generate(seed), generate(seed)
        assert one.policy_data == other.policy_data
        assert (one.cast, one.events, one.reform) == (other.cast, other.events, other.reform)


def test_every_generated_policy_passes_the_checks() -> None:
    for seed in range(150):
        for _, policy in generate(seed).versions:
            assert not errors(check_policy(policy)), seed


def test_few_runs_end_with_an_error() -> None:
    stopped = 0
    for seed in range(250):
        case = generate(seed)
        stopped += play(case.versions, case.cast, case.events)["error"] is not None
    assert 0 < stopped < 12.5


@given(cases())
def test_a_drawn_case_can_be_played(case: Case) -> None:
    result = play(case.versions, case.cast, case.events)
    assert set(result) == {"subjects", "steps", "error"}


def test_all_of_the_language_is_used() -> None:
    text = ""
    happened: set[str] = set()
    for seed in range(150):
        case = generate(seed)
        text += str(case.policy_data) + str(case.reform)
        steps = play(case.versions, case.cast, case.events)["steps"]
        happened |= {step["event"] for step in steps}
    words = [
        *(f"'{verb}'" for verb in VERBS),
        *(f"{name}(" for name in FUNCTIONS),
        *("refused ", "entered ", "left ", "began ", "ended ", "every ", "fee.*"),
        *("'all'", "'any'", "'unless'", "'limit'", "'in_force'", "'overrides'", "'set'"),
        *("'lapses'", "'for'", "'after'", "'via'", "'drift'", "'quota'", "'while'", "'again'"),
        *("related('", "event.to", "source", "reporter", "is missing", " in [", "weights."),
    ]
    assert [word for word in words if word not in text] == []
    assert {"join", "drift", "lapse", "end", "review", "every"} <= happened


def test_files_say_the_same_as_the_case(tmp_path: Path) -> None:
    kinds = set()
    for seed in range(80):
        case = generate(seed)
        written = case_to_files(case, tmp_path / str(seed))
        kinds.add(frozenset(written))
        versions, cast, events = _read(written)
        assert [_plain(event) for event in events] == [_plain(event) for event in case.events]
        expected = play(case.versions, case.cast, case.events)
        assert play(versions, cast, events) == expected, seed
    assert any("reform" in kind for kind in kinds)
    assert any("scenario" in kind for kind in kinds)
    assert any("subjects" in kind for kind in kinds)
    assert any("events" in kind and "subjects" not in kind for kind in kinds)


def _read(written: dict[str, Path]) -> tuple[Versions, Cast | None, list[Event]]:
    reforms = [written["reform"]] if "reform" in written else []
    if "scenario" in written:
        scenario = load_scenario(written["scenario"], reforms)
        return scenario.policy.versions, scenario.cast, list(scenario.events)
    versions = load_policy(written["policy"], reforms).versions
    cast = load_subjects(written["subjects"], versions) if "subjects" in written else None
    return versions, cast, list(open_stream(written["events"], versions, cast=cast))


def _plain(event: Event) -> tuple[object, ...]:
    return (*event._replace(where=None, row=0, fields={}), dict(event.fields))
