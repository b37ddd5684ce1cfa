"""What is proved of a reform at first hand holds for generated policies, event by event."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from engine.audit.static.reforms import compare
from engine.evaluation.lowering import Plans
from engine.evaluation.matchers.plain import PlainMatcher
from engine.evaluation.records import SCORE_EFFECTS
from engine.evaluation.run import in_play_order, play
from engine.evaluation.step import Player
from engine.findings import DemeritError
from engine.language.load import LoadedPolicy
from engine.values import MILLION
from tests.oracle.generator import generate

CASES = 600 if os.environ.get("DEMERIT_LONG") == "1" else 15
CHUNKS = 3


def loaded(policy):
    return LoadedPolicy(policy, ((None, policy),), {}, (), Path("policy.yaml"))


def milder(policy, random):
    """The policy with one weight moved up, by chance also one rule less."""
    name = random.choice(list(policy.weights))
    weight = policy.weights[name]
    by = random.choice((1, 2, 5)) * MILLION
    changed = weight.model_copy(update={"value": weight.value + by, "range": None})
    rules = policy.rules
    if random.random() < 0.3:
        gone = random.choice(rules).id
        rules = tuple(r.model_copy(update={"overrides": tuple(o for o in r.overrides if o != gone)})
                      for r in rules if r.id != gone)  # fmt: skip
    return policy.model_copy(update={"weights": {**policy.weights, name: changed}, "rules": rules})


def before(policy, cast, event):
    """How everybody stands just before the event: the clock has come that far."""
    player = Player(Plans(((None, policy),)), cast, PlainMatcher(), lambda step: None)
    try:
        player.begin()
        player.advance(event.known)
    except DemeritError:
        return None
    return player.standings()


def first_hand(policy, cast, event):
    """What the event's own part did to its subject: scores behind it, what began or was listed."""
    outcome = play(((None, policy),), cast, [event], matcher="plain")
    steps = [s for s in outcome.steps if s.input is not None]
    if not steps or outcome.error is not None:
        return None
    scores, begun = {}, set()
    for effect in steps[-1].parts[0].effects:
        if effect.target == event.who and effect.kind in SCORE_EFFECTS:
            scores[effect.name] = (scores.get(effect.name, (effect.before,))[0], effect.after)
        if effect.target == event.who and effect.kind in ("began", "listed"):
            begun.add(effect.name)
    return {name: after - before for name, (before, after) in scores.items()}, begun


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_event_is_harsher_where_none_was_said_to_be(chunk):
    proved = looked = 0
    for seed in range(chunk, CASES, CHUNKS):
        case = generate(seed)
        if case.cast is None or not case.policy.weights:
            continue
        policy = milder(case.policy, Random(seed))
        if compare(loaded(case.policy), loaded(policy)).verdict != "proved":
            continue
        proved += 1
        for event in in_play_order(case.events):
            if before(case.policy, case.cast, event) != before(policy, case.cast, event):
                continue  # the clock has led the two lives apart
            one, two = (first_hand(p, case.cast, event) for p in (case.policy, policy))
            if one is None or two is None:
                continue
            looked += 1
            for name in one[0].keys() | two[0].keys():
                assert two[0].get(name, 0) >= one[0].get(name, 0), (seed, event, name)
            assert not (two[1] - one[1]) & set(policy.penalties), (seed, event)
    assert proved > 0
    assert looked > proved
