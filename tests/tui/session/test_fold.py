"""What the panes show of a person is folded from effects; it must be what the engine knew."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.lowering import Plans
from engine.evaluation.matchers.plain import PlainMatcher
from engine.evaluation.records import Standing, Step
from engine.evaluation.step import Player
from engine.findings import DemeritError
from tests.oracle.generator import Case, cases
from tests.tui.session.helpers import SCENARIOS, material_of, opened
from tui.session.dossier import score_at
from tui.session.fold import straight
from tui.session.life import play, played_order
from tui.session.material import Material


def engine_standings(material: Material) -> list[dict[str, Standing]]:
    """How the engine says that everybody stands after each step."""
    found: list[dict[str, Standing]] = []
    player: Player | None = None

    def take(step: Step) -> None:
        assert player is not None
        found.append(player.standings())

    player = Player(Plans(material.versions), material.cast, PlainMatcher(), take)
    try:
        player.begin()
        for event in played_order(material.events or ()):
            player.feed(event)
        if material.cast and material.cast.until is not None:
            player.advance(max(material.cast.until, player.now or 0))
    except DemeritError:
        pass
    return found


def check_folds(material: Material) -> None:
    life = play(material)
    wanted = engine_standings(material)
    assert len(life.tape) == len(wanted)
    for number, standings in enumerate(wanted, start=1):
        for who, standing in standings.items():
            fold = life.tape.folds.at(who, number)
            assert sorted(held.name for held in fold.held) == list(standing.active)
            assert sorted(fold.listed) == list(standing.listed)
            assert (fold.notified, fold.refused) == (standing.notified, standing.refused)
            for name, value in standing.scores.items():
                assert score_at(material, life.tape, number, who, name) == value


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_pack_folds_to_what_the_engine_knows_at_every_step(name: str) -> None:
    session = opened(name)
    check_folds(session._life.material)


@given(cases())
@settings(max_examples=60)
def test_any_policy_folds_to_what_the_engine_knows_at_every_step(case: Case) -> None:
    check_folds(material_of(case))


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_keyframes_equal_the_straight_fold_in_any_order(case: Case, chance: random.Random) -> None:
    life = play(material_of(case))
    steps = [life.tape.step(number) for number in range(1, len(life.tape) + 1)]
    people = life.tape.columns.people
    wanted = [(who, number) for who in people for number in range(len(steps) + 1)]
    chance.shuffle(wanted)
    for who, number in wanted:
        assert life.tape.folds.at(who, number) == straight(steps, who, number)


def test_ends_of_measures_follow_their_extensions() -> None:
    session = opened("travel-bans/scenarios/three-tickets.yaml")
    life = session._life
    ends = {}
    for number in range(1, len(life.tape) + 1):
        for part in life.tape.step(number).parts:
            for effect in part.effects:
                if effect.kind in ("began", "extended", "restarted"):
                    ends[effect.target, effect.name] = effect.after
                elif effect.kind == "ended":
                    ends.pop((effect.target, effect.name), None)
        for who in life.tape.columns.people:
            for held in life.tape.folds.at(who, number).held:
                assert held.end == ends[who, held.name]
