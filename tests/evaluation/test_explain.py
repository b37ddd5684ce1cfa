from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli.playing import Played, load, play_scenario
from engine.evaluation.expectations import _summing, checks
from engine.evaluation.explain import life, rule_story, score_effects, step_note
from engine.evaluation.measure_story import measure_story
from engine.evaluation.quoting import LONGEST, note_of, quote
from engine.evaluation.wording import Wording
from engine.findings import Where
from engine.language import expressions as ex
from engine.language.load import load_policy
from engine.language.neighbours import kind_of, yaml_files
from engine.language.source import parse_text
from engine.values import MILLION
from policies import packs

SCENARIOS = [
    path
    for folder in packs().values()
    for path in yaml_files(folder)
    if kind_of(path) == "scenario"
]


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda path: path.stem)
def played(request: pytest.FixtureRequest) -> Played:
    return play_scenario(load(request.param, expecting=True), "plain")


def test_the_lines_of_a_life_sum_exactly_to_the_score(played):
    story = played.story
    policy = played.loaded.policy.at(played.loaded.cast.start)
    for member in played.loaded.cast.members:
        told = life(story, member.id)
        assert {score.name for score in told.scores} == set(told.standing.scores)
        for score in told.scores:
            assert score.start == policy.scores[score.name].start
            assert score.start + sum(line.total for line in score.lines) == score.end
            assert score.end == told.standing.scores[score.name]


def test_the_effects_of_a_life_chain_without_a_gap_at_every_step(played):
    story = played.story
    for who, standing in story.standings.items():
        for name in standing.scores:
            running = None
            for _, effect in score_effects(story.steps, who):
                if effect.name != name:
                    continue
                assert running in (None, effect.before)
                running = effect.after
            assert running in (None, standing.scores[name])


def test_every_step_can_be_explained_and_every_clause_is_quoted(played):
    story = played.story
    for step in story.steps:
        note = step_note(story, step.number)
        assert [part.part for part in note.parts] == list(step.parts)
        for part in note.parts:
            for judged in part.judged:
                assert judged.sentence
                assert judged.note.standing
                lines = quote(story.files, judged.note.where)
                assert any(f"id: {judged.rule}" in line.text for line in lines)
        if step.input is None and step.cause is not None and step.cause.step is not None:
            assert note.causes[0].step.number == step.cause.step
            last = note.causes[-1].step
            assert last.input is not None or last.cause in (None, (None, None))


def test_every_rule_and_measure_has_a_story_for_everybody(played):
    story = played.story
    policy = played.loaded.policy.policy
    for who in story.standings:
        for rule in policy.rules:
            told = rule_story(story, who, str(rule.id))
            assert told is not None
            assert bool(told.judgements) != bool(told.reasons)
            fired = sum(str(rule.id) in p_fired for p_fired in _fired(story, who))
            assert told.fired == fired
        for name in (*policy.rewards, *policy.penalties):
            found = measure_story(story, who, str(name))
            assert found is not None
            assert found.holds == (name in story.standings[who].active)
            kinds = [turn.effect.kind for turn in found.turns]
            assert kinds.count("began") - kinds.count("ended") == found.holds


def _fired(story, who):
    for step in story.steps:
        for part in step.parts:
            if part.who == who:
                yield [v.rule for v in part.verdicts if v.verdict == "fired"]


def test_all_expectations_of_the_packs_are_judged_and_come_out(played):
    found = [c for s in played.outcome.snapshots for c in checks(s, played.story)]
    assert found
    assert [check for check in found if not check.passed] == []


def test_stories_of_what_is_not_there_are_none(played):
    who = next(iter(played.story.standings))
    assert rule_story(played.story, who, "no-such-rule") is None
    assert measure_story(played.story, who, "no-such-measure") is None
    with pytest.raises(KeyError):
        step_note(played.story, 10_000)


# --- quoting -----------------------------------------------------------------------

TEXT = """\
weights:
  late: {value: -5,
    unit: points}
  # a note
  paid:
    value: 3

rules:
  - id: one
    on: late

    then: []
  - id: two
    on: late
"""


@pytest.mark.parametrize(
    ("clause", "numbers"),
    [
        (("weights", "late"), [2, 3]),
        (("weights", "paid"), [5, 6]),
        (("rules", 0), [9, 10, 11, 12]),
        (("rules", 1), [13, 14]),
    ],
)
def test_a_quotation_is_the_whole_clause_and_no_more(clause, numbers):
    section, name = clause
    lines = quote({"p.yaml": TEXT}, parse_text(TEXT, "p.yaml")[section][name].where)
    assert [one.number for one in lines] == numbers
    assert [one.text for one in lines] == [TEXT.split("\n")[n - 1] for n in numbers]


def test_a_long_clause_is_cut():
    text = "rules:\n  - id: one\n" + "    on: x\n" * 99
    lines = quote({"p": text}, Where("p", 2, 5))
    assert len(lines) == LONGEST
    assert lines[-1].text.strip() == "…"


def test_a_clause_of_a_file_that_is_not_at_hand_is_not_quoted():
    assert quote({}, Where("p", 1, 1)) == ()
    assert quote({"p": ""}, None) == ()
    assert quote({"p": "a"}, Where("p", 9, 1)) == ()


def test_a_note_tells_standing_source_reason_and_numbers():
    policy = load_policy(packs()["aged-parents"] / "policy.yaml").policy
    note = note_of(policy, "rules.neglect")
    assert note.standing == "adapted"
    assert note.source.endswith("citizens' lives, The Irish Times")
    assert note.because == "Who forgets a mother will forget an invoice."
    assert [(f.name, f.value, f.unit, f.standing) for f in note.figures] == [
        ("neglect", -50 * MILLION, "points", "invented")
    ]
    assert note_of(policy, "rules.withdrawn").standing == "invented"
    assert note_of(policy, "nothing.there").where is None


# --- words ---------------------------------------------------------------------------

POLICY = """\
policy: p
format: 1
subjects: {person: {attributes: {age: number, aided: {boolean: false}}}}
weights: {late: -5}
scores: {trust: {of: person, start: 10, min: 0}}
grades: {trust: [{name: A, from: 5}, {name: B, from: 0}]}
events: {fee.late: {title: A late fee, fields: {days: number}}, paid: {}}
penalties: {no-ferry: {title: Ferry ban}, slow: {}}
registries: {debtors: {}}
"""


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Wording:
    path: Path = tmp_path_factory.mktemp("words") / "policy.yaml"
    path.write_text(POLICY)
    return Wording(load_policy(path).policy)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("event.days > 30 and not subject.aided",
         "the event's “days” is more than 30 and it is not so that their “aided” is true"),
        ("count(fee.late, 90 days) >= 3", "“A late fee” happened at least 3 times within 90 days"),
        ("count(paid, ever) == 1", "`paid` happened exactly 1 time so far"),
        ("refusals(paid, 1 day) < 2", "`paid` was refused less than 2 times within 1 day"),
        ("total(fee.late.days, ever) <= 9",
         "all “days” together of “A late fee” so far is at most 9"),
        ("grade < 'A'", "the grade is worse than A"),
        ("has(no-ferry) or listed(debtors)", "“Ferry ban” holds or they stand on `debtors`"),
        ("subject.age is missing", "their “age” is not known"),
        ("subject.kind in ['person']", "their kind is one of person"),
        ("score.trust != weights.late * 2",
         "the score trust is anything but late (-5) times 2"),
        ("since(paid) >= 3 days", "the time since the last `paid` is at least 3 days"),
        ("related_any('parent', has(slow))", "for one of their `parent`, `slow` holds"),
        ("max(1, abs(-2)) > 1", "the greatest of 1, the size of -2 is more than 1"),
    ],
)  # fmt: skip
def test_conditions_are_said_in_plain_words(words, text, said):
    assert words.condition(ex.parse(text)) == said


# --- the shortest explanation of a difference ----------------------------------------


@pytest.mark.parametrize(
    ("changes", "wanted", "places"),
    [
        ([-5, 10, -5], 10, (1,)),
        ([-5, 10, -5], -5, (2,)),
        ([-5, 10, -5], -10, (0, 2)),
        ([1, 2, 4, 8], 7, (0, 1, 2)),
        ([1, 2, 4, 8], 15, ()),
        ([], 3, ()),
    ],
)
def test_the_fewest_effects_that_make_up_a_difference(changes, wanted, places):
    assert _summing(changes, wanted) == places
