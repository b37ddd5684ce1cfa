"""A branch that shares its beginning with another is the branch played from the start."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.ledger import head
from engine.evaluation.lines import step_line
from engine.evaluation.run import in_play_order
from engine.evaluation.run import play as engine_play
from tests.oracle.generator import Case, cases
from tests.tui.session.helpers import SCENARIOS, material_of, opened
from tui.session.life import Life, _shared, play, played_order


def lines(life: Life) -> list[str]:
    return [step_line(life.tape.step(number)) for number in range(1, len(life.tape) + 1)]


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_from_a_keyframe_is_from_the_start(case: Case, chance: random.Random) -> None:
    from dataclasses import replace

    material = material_of(case)
    whole = play(material)
    events = list(material.events or ())
    for _ in range(3):
        if events:
            del events[chance.randrange(len(events))]
    changed = replace(material, events=tuple(events))
    assert lines(play(changed, whole)) == lines(play(changed))


def test_keyframes_are_really_used() -> None:
    session = opened("benefit-sanctions/scenarios/three-years.yaml")
    life = session._life
    assert life.keyframes
    last = played_order(life.events)[:-1]
    found = _shared(last, life)
    assert found is not None
    assert found.steps > 0


def test_a_life_is_the_ledger_of_a_run() -> None:
    for name in SCENARIOS:
        life = opened(name)._life
        material = life.material
        outcome = engine_play(
            material.versions, material.cast, in_play_order(material.events or ()), matcher="plain"
        )
        assert lines(life) == [step_line(step) for step in outcome.steps], name
        assert head(material.versions)["policy"] == material.policy_id
