"""The search against its simpler twin, and the forked lives that it is made of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.audit.alphabet import Choice, Field, field_of
from engine.audit.bounds import Bounds, Budget
from engine.audit.context import Asked, Bench
from engine.audit.keys import Keys
from engine.audit.life import Life, plans_of
from engine.audit.replay import replay
from engine.audit.search import Search
from engine.audit.spaces import Watched, event_of
from engine.audit.watches import Condition
from engine.evaluation import checkpoint
from engine.evaluation.lines import step_line
from engine.evaluation.records import Step
from engine.evaluation.run import in_play_order
from engine.language.audit import LoadedAudit, load_audit
from engine.language.rows import Event
from policies import packs
from tests.audit.bench import Twin, folder_of

ROOT = Path(__file__).parents[2]
BUSY = Twin(
    "{id: late, on: late, then: [{score: weights.late, lapses: 9 days}, {impose: ban}]}\n"
    "{id: thrice, on: late, when: 'count(late, 10 days) >= 3', then: [{list: board}]}\n"
    "{id: sung, on: sung, when: not has(ban), then: [{score: weights.sung}, {grant: key}]}\n"
    "{id: paid, on: paid, then: [{lift: ban}, {emit: {event: off}, after: 3 days}]}\n"
    "{id: off, on: off, then: [{unlist: board}, {score: 1}]}\n"
    "{id: low, on: entered fair, then: [{notify: Mind the gap.}]}"
)


def audit_of(folder: Path, claim: str = "always: score >= 70", twin: Twin = BUSY) -> LoadedAudit:
    return load_audit(folder_of(folder, twin, claim))


@pytest.fixture(scope="module")
def busy(tmp_path_factory) -> LoadedAudit:
    return audit_of(tmp_path_factory.mktemp("busy"))


# --- the least history --------------------------------------------------------------------


def brute(audit: LoadedAudit, field: Field, text: str, most: int) -> tuple[int, int] | None:
    """Cost and length of the least history that breaks `always`, by playing every one."""
    best: tuple[int, int] | None = None
    for size in range(1, most + 1):
        for history in histories(field, size):
            cost = sum(choice.cost for choice, _ in history)
            if (best is None or (cost, size) < best) and breaks(audit, field, text, history):
                best = cost, size
    return best


def histories(field: Field, size: int) -> Iterator[list[tuple[Choice, int]]]:
    """Every way to choose events and waits, as (choice, instant)."""
    own = [choice for choice in field.choices if choice.who == "una"]  # the two sailors are alike
    for choices in product(own, repeat=size):
        for waits in product((None, *field.waits), *[field.waits] * (size - 1)):
            now, made = field.cast.start, []
            for choice, wait in zip(choices, waits, strict=True):
                now = now if wait is None else wait.after(now)
                made.append((choice, now))
            yield made


def breaks(audit: LoadedAudit, field: Field, text: str, history: list[tuple[Choice, int]]) -> bool:
    from engine.audit.spaces import Conditions, waited

    life = Life(plans_of(audit.policy.versions, [text]), field.cast)
    life.watched_by(Condition(frozenset({"una"}), text, True, frozenset(), Conditions()))
    for row, (choice, at) in enumerate(history, 1):
        life.feed(event_of(choice, at, None, {}, row))
    return life.breach is not None or waited(life).breach is not None


@pytest.mark.parametrize(
    "text", ["score >= 75", "score <= 110", "not listed(board)", "not has(ban) or score < 90",
             "not (has(key) and has(ban))"]
)  # fmt: skip
def test_the_search_finds_what_trying_everything_finds(text, tmp_path):
    audit = audit_of(tmp_path, f'always: "{text}"')
    field = field_of(audit, audit.policy.policy)
    setting = Asked(Bench(audit), audit.claims[0], Bounds(3, 50_000), Budget()).setting(text)
    space = Watched(
        setting,
        lambda life: Condition(frozenset({"una"}), text, True, frozenset(), setting.conditions),
    )
    found = Search(space, Bounds(3, 50_000), Budget()).run()
    expected = brute(audit, field, text, 3)
    if expected is None:
        assert found.node is None
        assert found.complete
    else:
        assert found.node is not None
        assert (found.node.cost, found.node.size) == expected
        assert found.least


# --- forks -----------------------------------------------------------------------------------


def lines(steps: Iterable[Step]) -> list[str]:
    """Steps as the ledger writes them."""
    return [step_line(step) for step in steps]


def plain(life: Life) -> object:
    """All that a player remembers, but for ids that are only counted."""
    return json.loads(json.dumps(checkpoint.take(life.player), default=list))


def played(audit: LoadedAudit, field: Field, turns: list[tuple[int, int]]) -> list[Event]:
    now, made = field.cast.start, []
    for row, (number, wait) in enumerate(turns, 1):
        now += wait
        choice = field.choices[number % len(field.choices)]
        made.append(event_of(choice, now, None, {}, row))
    return made


TURNS = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from((0, 3600, 86_400, 5 * 86_400))), max_size=8
)


@given(turns=TURNS, cut=st.integers(0, 8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_fork_goes_on_as_the_life_that_it_was_forked_from(turns, cut, busy):
    field = field_of(busy, busy.policy.policy)
    events = played(busy, field, turns)
    whole = Life(plans_of(busy.policy.versions), field.cast)
    for event in events:
        whole.feed(event)
    first = Life(plans_of(busy.policy.versions), field.cast)
    for event in events[:cut]:
        first.feed(event)
    before = plain(first)
    fork = first.fork()
    for event in events[cut:]:
        fork.feed(event)
    assert plain(fork) == plain(whole)
    assert lines(first.steps + fork.steps) == lines(whole.steps)
    assert fork.roots == whole.roots
    assert plain(first) == before  # and the first one knows nothing of it


#: Undoing, a quota, delays, calendar periods, relations: whatever a fork could lose.
FORKED = ("aged-parents", "good-citizen-card", "benefit-sanctions", "public-reports", "pilots")


def test_forks_of_packs_go_on_alike():
    for folder in (packs()[name] for name in FORKED):
        for path in sorted((folder / "audits").glob("*.yaml"))[:1]:
            audit = load_audit(path)
            bench = Bench(audit)
            paths = [p for claim in audit.claims for p in claim.scenarios][:1]
            for scenario in paths:
                loaded = bench.scenario(scenario, ())
                plans = plans_of(audit.policy.versions)
                whole, forked = Life(plans, loaded.cast), Life(plans, loaded.cast)
                steps = list(forked.steps)
                for event in in_play_order(loaded.events):
                    whole.feed(event)
                    forked = forked.fork()
                    forked.feed(event)
                    steps += forked.steps
                assert lines(steps) == lines(whole.steps), path
                assert plain(forked) == plain(whole), path


# --- keys --------------------------------------------------------------------------------------


@given(one=TURNS, two=TURNS, then=st.lists(st.tuples(st.integers(0, 30), st.sampled_from(
    (3600, 86_400, 9 * 86_400))), min_size=1, max_size=4))  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lives_with_the_same_key_go_on_alike(one, two, then, busy):
    field = field_of(busy, busy.policy.policy)
    keys = Keys(busy.policy.versions)
    lives = []
    for turns in (one, two):
        life = Life(plans_of(busy.policy.versions), field.cast)
        for event in played(busy, field, turns):
            life.feed(event)
        lives.append(life)
    if keys.exact(lives[0]) != keys.exact(lives[1]):
        return
    for number, wait in then:
        choice = field.choices[number % len(field.choices)]
        for life in lives:
            life.feed(event_of(choice, life.now + wait, None, {}, 1))
        a, b = (
            {who: (s.scores, s.grades, s.active, s.listed) for who, s in life.standings().items()}
            for life in lives
        )
        assert a == b
        assert keys.exact(lives[0]) == keys.exact(lives[1])


def test_many_lives_share_a_key(busy):
    """The property above is not about nothing: different pasts do come to one key."""
    field = field_of(busy, busy.policy.policy)
    keys = Keys(busy.policy.versions)

    def key(*turns: tuple[int, int]) -> object:
        life = Life(plans_of(busy.policy.versions), field.cast)
        for event in played(busy, field, list(turns)):
            life.feed(event)
        life.advance(life.now + 40 * 86_400)
        return keys.exact(life)

    assert key() == key((0, 0)) == key((0, 0), (0, 86_400))
    assert key() != key((2, 0))  # what was paid gave a point that stays


# --- breadth -----------------------------------------------------------------------------------


class Lives(RuleBasedStateMachine):
    """Whatever happens to a life and its forks, replaying it from the start comes to the same."""

    audit: LoadedAudit

    @initialize()
    def begin(self) -> None:
        self.field = field_of(self.audit, self.audit.policy.policy)
        self.plans = plans_of(self.audit.policy.versions)
        self.life = Life(self.plans, self.field.cast)
        self.events: list[Event] = []
        self.kept: tuple[Life, list[Event]] | None = None

    @rule(number=st.integers(0, 30), wait=st.sampled_from((0, 60, 86_400, 10 * 86_400)))
    def happen(self, number: int, wait: int) -> None:
        choice = self.field.choices[number % len(self.field.choices)]
        event = event_of(choice, self.life.now + wait, None, {}, len(self.events) + 1)
        self.life.feed(event)
        self.events.append(event)

    @rule(wait=st.sampled_from((1, 86_400, 9 * 86_400, 30 * 86_400)))
    def wait(self, wait: int) -> None:
        self.life.advance(self.life.now + wait)

    @rule()
    def fork(self) -> None:
        self.kept = self.life, list(self.events)
        self.life = self.life.fork()

    @precondition(lambda self: self.kept is not None)
    @rule()
    def go_back(self) -> None:
        assert self.kept is not None
        self.life, self.events = self.kept[0], list(self.kept[1])
        self.kept = None

    @invariant()
    def replaying_comes_to_the_same(self) -> None:
        told = replay(self.audit.policy.versions, self.field.cast, self.events, self.life.now)
        assert dict(told.standings) == dict(self.life.standings())


def test_lives_of_all_kinds(busy):
    from hypothesis.stateful import run_state_machine_as_test

    Lives.audit = busy
    run_state_machine_as_test(Lives, settings=settings(max_examples=40, stateful_step_count=15))
