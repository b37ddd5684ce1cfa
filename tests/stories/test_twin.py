"""The sifter against a twin that keeps every beginning in one list and looks at all of them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from engine.language.sifts import load_sift
from engine.stories.sifting.facts import NOBODY, Look
from engine.stories.sifting.happenings import Happening, happenings
from engine.stories.sifting.plan import Plan, needs_of
from engine.stories.sifting.sifter import Sifter
from engine.values import parse_iso
from tests.stories.ledgers import PENALTIES, Writer, did, moved

PATTERNS = {
    "plain": "[{id: a, on: fell}, {id: b, on: began, within: 20 days}, {id: c, on: rose}]",
    "unless": "[{id: a, on: fell}, {id: b, on: fell, unless: [rose, told]}]",
    "total": "[{id: a, on: event go}, {id: b, on: fell}, {id: c, on: rose, within: 30 days}]",
    "same": "[{id: a, on: fell}, {id: b, on: [fell, rose], when: clause == a.clause}]",
    "from": "[{id: a, on: fell}, {id: b, on: [began, listed], from: a}]",
    "other": "[{id: a, on: event, when: change < 0}, {id: b, on: event, who: other,"
    " when: type == a.type and change > a.change}]",
    "anyone": "[{id: a, on: began}, {id: b, on: ended, who: anyone, within: 9 days}]",
    "foreign": "[{id: a, on: fell, when: not own}, {id: b, on: fell, who: by of a}]",
    "never": "[{id: a, on: began}, {id: b, never: told, within: 12 days}, {id: c, on: fell}]",
    "end": "[{id: a, on: fell, when: change < -5}, {id: b, never: listed}]",
}


def plan_of(name: str, tmp_path: Path) -> Plan:
    path = tmp_path / f"{name}.yaml"
    whole = "" if name == "end" else "within: 60 days\n"
    path.write_text(f"sift: {name}\n{whole}steps: {PATTERNS[name]}\n", "utf-8")
    return Plan.of(load_sift(path).sift)


def random_ledger(seed: int) -> list[dict[str, object]]:
    lots, w = random.Random(seed), Writer()
    for _ in range(220):
        day, who, other = lots.uniform(0, 200), f"p{lots.randrange(5)}", f"p{lots.randrange(5)}"
        rule, change = lots.choice(["x", "y", "z"]), lots.choice([-9, -4, 3, 6])
        effects = [moved(lots.choice([who, who, other]), change, rule)]
        match lots.randrange(6):
            case 0:
                effects.append(did("began", who, lots.choice(["no-ferry", "gift"])))
            case 1:
                effects = [did("ended", who, "no-ferry")]
            case 2:
                effects = [did("message", other, "app")]
            case 3:
                effects.append(did("listed", who, "list"))
        w.step(day, who, lots.choice(["go", "stay"]), *effects)
    return w.rows()


class Twin:
    """Every beginning of one pattern, in one list; no tables, no bounds, nothing let go early."""

    def __init__(self, plan: Plan, rows: list[dict[str, object]]) -> None:
        self.plan = plan
        self.look = Look({str(row["who"]) for row in rows}, PENALTIES, {})
        self.open: list[dict[str, object]] = []
        self.found: set[tuple[str, int]] = set()  # person, last instant
        kinds = needs_of([plan]).kinds
        self.look.person = NOBODY
        for row in rows:
            at = parse_iso(str(row["at"]))
            self._pass_time(at)
            for h in happenings(row, at, kinds):
                self._take(h)
        for one in list(self.open):
            if one in self.open:
                self._never(one, None)

    def _reach(self, one: dict[str, object]) -> int | None:
        stage = self.plan.stages[one["place"]]  # type: ignore[index]
        ends = [self.plan.within.after(one["start"])] if self.plan.within else []  # type: ignore[arg-type]
        if stage.within is not None:
            ends.append(stage.within.after(one["last"]))  # type: ignore[arg-type]
        return min(ends) if ends else None

    def _pass_time(self, now: int) -> None:
        for one in sorted(self.open, key=lambda one: self._reach(one) or 0):
            reach = self._reach(one)
            if one in self.open and reach is not None and reach < now:
                self._never(one, reach)

    def _never(self, one: dict[str, object], at: int | None) -> None:
        stage = self.plan.stages[one["place"]]  # type: ignore[index]
        if stage.never and (at is not None or self._reach(one) is None):
            self._go_on(one, None, at)
        elif at is not None and one in self.open:
            self.open.remove(one)

    def _go_on(self, one: dict[str, object], h: Happening | None, at: int | None) -> None:
        one["bound"] = {**one["bound"], self.plan.stages[one["place"]].id: h}  # type: ignore[dict-item,index]
        one["last"] = h.at if h else at
        one["from"] = h
        one["place"] += 1  # type: ignore[operator]
        if one["place"] == len(self.plan.stages):
            self.found.add((one["who"], one["last"] or one["start"]))  # type: ignore[arg-type]
            self.open = [other for other in self.open if other["who"] != one["who"]]

    def _who(self, who: str, one: dict[str, object], h: Happening) -> bool:
        if who == "by of a":
            return h.who == one["bound"]["a"].row["who"]  # type: ignore[index]
        return {"same": h.who == one["who"], "other": h.who != one["who"], "anyone": True}[who]

    def _holds(self, part, one: dict[str, object], h: Happening) -> bool:  # type: ignore[no-untyped-def]
        self.look.happening, self.look.bound = h, one["bound"]  # type: ignore[assignment]
        tests = [test for test in (part.alone, part.test) if test is not None]
        return part.hears(h) and self._who(part.who, one, h) and all(t(self.look) for t in tests)

    def _take(self, h: Happening) -> None:
        went = []
        for one in list(self.open):
            stage = self.plan.stages[one["place"]]  # type: ignore[index]
            if one not in self.open or one["from"] is h or stage.never:
                continue
            source = one["bound"].get(stage.from_) if stage.from_ else None  # type: ignore[attr-defined]
            if stage.from_ and source.step != h.step:  # type: ignore[union-attr]
                continue
            if self._holds(stage.wait, one, h):
                went.append(one)
                self._go_on(one, h, None)
        for one in list(self.open):
            stage = self.plan.stages[one["place"]]  # type: ignore[index]
            absent = [*stage.unless, *([stage.wait] if stage.never else [])]
            if one not in went and any(self._holds(part, one, h) for part in absent):
                self.open.remove(one)
        first = self.plan.stages[0]
        fresh = {"who": h.who, "place": 0, "bound": {}, "last": h.at, "start": h.at, "from": None}
        if self._holds(first.wait, fresh, h):
            self.open.append(fresh)
            self._go_on(fresh, h, None)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", PATTERNS)
def test_the_same_people_have_the_same_stories(name: str, seed: int, tmp_path: Path) -> None:
    rows = random_ledger(seed)
    plan = plan_of(name, tmp_path)
    sifter = Sifter([plan], penalties=PENALTIES, people={str(row["who"]) for row in rows})
    for row in rows:
        sifter.feed(row)
    found = sifter.finish()
    assert found.let_go == 0
    assert {(m.who, m.end) for m in found.matches} == Twin(plan, rows).found


def test_the_twin_finds_something_in_every_pattern(tmp_path: Path) -> None:
    for name in PATTERNS:
        plan = plan_of(name, tmp_path)
        assert any(Twin(plan, random_ledger(seed)).found for seed in range(8)), name
