"""A hundred thousand items on 23 kinds of organisation, and offers at 42 shops, played."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import pytest

from engine.evaluation.records import Step
from engine.evaluation.run import Outcome, play
from engine.language.load import load_policy
from engine.language.scenario import load_subjects
from engine.streams.order import in_order
from engine.streams.reading import open_stream
from engine.values import MILLION
from policies import find_pack
from tests.packs import honest_city as city

PACK = find_pack("honest-city-app") / "policy.yaml"


class Played(NamedTuple):
    """What the stream came to."""

    outcome: Outcome
    offers: Counter[tuple[str, str]]  # who was given something off at which shop
    sent_away: Counter[str]  # who was given nothing off
    walled: frozenset[str]  # who has ever been stopped by a wall of the score


def test_one_seed_is_one_stream_everywhere(tmp_path: Path) -> None:
    city.write(tmp_path)
    assert sha256((tmp_path / "items.jsonl").read_bytes()).hexdigest()[:16] == "964405b3e775da5a"


def test_another_seed_is_another_stream() -> None:
    assert list(city.items(1)) != list(city.items(2))


def test_there_are_23_kinds_a_hundred_thousand_items_and_over_40_shops() -> None:
    shops = city.shops_of(PACK.read_text(encoding="utf-8"))
    policy = load_policy(PACK).policy
    trade = policy.subjects["organisation"].attributes["trade"]
    assert sorted(city.TRADES) == sorted(trade.choices)
    assert len(city.TRADES) == 23
    assert sum(1 for _ in city.items()) == 100_000
    assert sorted(shops) == sorted(policy.events["offer.taken"].fields["shop"].choices)
    assert len(set(shops)) == 42


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("city")
    city.write(folder)
    offers: Counter[tuple[str, str]] = Counter()
    sent_away: Counter[str] = Counter()
    walled: set[str] = set()

    def note(step: Step) -> None:
        for part in step.parts:
            walled.update(effect.target for effect in part.effects if effect.kind == "clamp")
        if step.event == "offer.taken" and step.input is not None:
            if "offer" in step.fired:
                offers[step.who, str(step.input.fields["shop"])] += 1
            if "no-offer" in step.fired:
                sent_away[step.who] += 1

    versions = load_policy(PACK).versions
    cast = load_subjects(folder / "city.yaml", versions)
    events = in_order(open_stream(folder / "items.jsonl", versions, cast=cast))
    outcome = play(versions, cast, events, matcher="plain", keep=False, on_step=note)
    return Played(outcome, offers, sent_away, frozenset(walled))


def by_hand() -> dict[str, int]:
    """Each organisation's last score, from the items of its last 365 days alone.

    Right for whoever has never touched a wall.
    """
    scores = dict.fromkeys(city.ORGANISATIONS, 1000)
    members: dict[str, list[str]] = defaultdict(list)
    for who, trade in city.ORGANISATIONS.items():
        members[trade].append(who)
    for row in city.items():
        at = datetime.strptime(row["at"], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007
        if at + timedelta(days=365) <= city.UNTIL:
            continue
        if row["event"] == "item.good":
            scores[row["who"]] += 10
            continue
        for member in members[city.ORGANISATIONS[row["who"]]]:
            scores[member] -= 50 if member == row["who"] else 5
    return scores


def sector_means(scores: dict[str, int], left_out: frozenset[str]) -> dict[str, float]:
    """Means by trade, without some of the organisations."""
    return {
        trade: fmean(scores[who] for who, its in city.ORGANISATIONS.items()
                     if its == trade and who not in left_out)
        for trade in city.TRADES
    }  # fmt: skip


@pytest.mark.slow
def test_sector_means_are_those_of_the_last_year(played: Played) -> None:
    assert played.outcome.error is None
    standings = played.outcome.standings
    found = {who: standings[who].scores["public"] // MILLION for who in city.ORGANISATIONS}
    assert len(played.walled) < 10
    means = sector_means(found, played.walled)
    assert means == sector_means(by_hand(), played.walled)
    assert means["vet"] > means["restaurant"] + 50  # who has 45 colleagues pays for 45
    assert max(means, key=lambda trade: means[trade]) in city.TRADES[:6]


@pytest.mark.slow
def test_the_very_good_are_given_something_off_at_every_shop(played: Played) -> None:
    shops = city.shops_of(PACK.read_text(encoding="utf-8"))
    good = [f"citizen-{n}" for n in range(1, city.CITIZENS // 2 + 1)]
    rest = [f"citizen-{n}" for n in range(city.CITIZENS // 2 + 1, city.CITIZENS + 1)]
    assert played.offers == Counter((who, shop) for who in good for shop in shops)
    assert played.sent_away == Counter({who: len(shops) for who in rest})
