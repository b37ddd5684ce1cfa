"""Whether a reform is ever harsher: what one event does under both policies, from one state.

Both policies are read over the same variables: the same event, the same history, the same
scores. What is asked is whether the reform can leave its subject with less: a lower score, a
penalty or a listing more, a reward less, a longer term. A "no" to all of it is a proof for what
one event, or one change, sets off by itself, from any state. Where the states have parted, as
behind a first difference, the two may go any way: that is for histories to show. Each "yes" is
played under both policies before it is called a witness.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from engine.audit.static.analysis import Analysis
from engine.audit.static.models import sketch
from engine.audit.static.playing import Actor, Stage, actor_of, behind, event_of, variants
from engine.audit.static.quoting import named
from engine.audit.static.reach import Reach, everything
from engine.audit.static.results import ClauseAt, Result, Witness
from engine.audit.static.sides import Side, declared_harsher, shared_scores
from engine.audit.static.situation import Moment
from engine.audit.static.solving import RLIMIT
from engine.evaluation.run import Outcome, play
from engine.language.load import LoadedPolicy
from engine.language.model import Policy
from engine.language.rows import Event
from engine.text import quoted

#: How many events may be played for one way of being harsher.
_BUDGET = 1_500

Verdict = Literal["proved", "refuted", "possible", "unknown"]


@dataclass(frozen=True)
class Comparison:
    """What came of comparing a policy with its reform."""

    verdict: Verdict  # `proved`: never harsher at first hand (see `says`)
    results: tuple[Result, ...]  # D940: each way in which it can be harsher
    asked: int  # how many questions the solver was asked

    @property
    def says(self) -> str:
        """The verdict in words."""
        match self.verdict:
            case "proved":
                return (
                    "never harsher at first hand: what an event or a change sets off by itself,"
                    f" from any state, leaves nobody with less ({self.asked} questions)"
                )
            case "refuted":
                return "it can be harsher: a history that was played ends worse under the reform"
            case "possible":
                return "it may be harsher, but no history was found in which it is"
            case _:
                return f"not decided within the solver's limit of {RLIMIT} steps"


def compare(before: LoadedPolicy, after: LoadedPolicy) -> Comparison:
    """Whether a reform (the policy ``after``) can be harsher than the policy ``before``.

    Of dated versions the last of each is compared: the reform as it is in the end.
    """
    old, new = before.versions[-1][1], after.versions[-1][1]
    both = _Both(old, new)
    results = [*declared_harsher(old, new), *both.results()]
    standings = {r.standing for r in results}
    verdict: Verdict = (
        "refuted" if standings & {"played", "proved"} else "possible" if "possible" in standings
        else "unknown" if "unknown" in standings else "proved"
    )  # fmt: skip
    return Comparison(verdict, tuple(results), both.asked)


class _Both:
    """Two policies over one set of variables."""

    def __init__(self, old: Policy, new: Policy) -> None:
        self.old, self.new = old, new
        self.declared = old.model_copy(
            update={
                "events": {**old.events, **new.events},
                "subjects": {**old.subjects, **new.subjects},
                "registries": {**old.registries, **new.registries},
            }
        )
        self.analysis = Analysis(self.declared, _joint(old, new))
        self.stage = Stage(self.analysis)
        self.asked = 0

    def results(self) -> Iterator[Result]:
        told: set[tuple[str, ...]] = set()
        moments = [(m, self._questions(m)) for m in self._moments()]
        holding = [(Moment("", str(k)), self._whiles(str(k))) for k in self.old.subjects]
        for moment, questions in (*moments, *holding):
            for question, said, clauses in questions:
                key = (said, *(c.clause for c in clauses))
                if key in told:
                    continue
                self.asked += 1
                answer = self.analysis.possible(moment, question)
                if answer == "no":
                    continue
                told.add(key)
                if answer == "unknown":
                    yield Result("D940", f"whether {said} is not decided", "unknown", clauses)
                    continue
                witness = self._witness(moment, question)
                loose = self.analysis.reader(moment).situation.loose
                yield Result("D940", f"under the reform {said}", "played" if witness else
                             "possible", clauses, "", witness, loose)  # fmt: skip

    def _moments(self) -> list[Moment]:
        found = {}
        for policy in (self.old, self.new):
            analysis = Analysis(policy, self.analysis.reach)
            for rule in policy.rules:
                for moment in analysis.moments(rule):
                    found[moment] = True
        return list(found)

    def _questions(self, moment: Moment) -> Iterator[tuple[Any, str, tuple[ClauseAt, ...]]]:
        reader = self.analysis.reader(moment)
        old = Side(reader, self.old, moment, "old")
        new = Side(reader.under(self.new), self.new, moment, "new", old)
        on = quoted(moment.key)
        for score in shared_scores(self.old, self.new, moment.kind):
            if old.moves(score) or new.moves(score):
                was, now = old.after(score), new.after(score)
                clauses = tuple(named(self.new, f"rules.{r.id}") for r in new.moving(score)) or (
                    tuple(named(self.old, f"rules.{r.id}") for r in old.moving(score)))  # fmt: skip
                yield now < was, f"{on} can leave a lower {quoted(score)}", clauses
        ask = reader.situation.asking
        for worse, better, verb, name in Side.doings(old, new):
            condition = ask.both((worse, ask.no(better)))
            yield condition, f"{on} {verb} {quoted(name)}", (_clause_of(self.old, self.new, name),)

    def _whiles(self, kind: str) -> Iterator[tuple[Any, str, tuple[ClauseAt, ...]]]:
        """Measures that hold by themselves under one of the two and not under the other."""
        moment = Moment("", kind)
        reader = self.analysis.reader(moment)
        ask, other = reader.situation.asking, reader.under(self.new)
        for section, harsh in (("penalties", True), ("rewards", False)):
            for name in dict.fromkeys((*getattr(self.old, section), *getattr(self.new, section))):
                was, now = (getattr(p, section).get(name) for p in (self.old, self.new))
                before = reader.written(was.while_, False) if was else ask.truth(False)
                after = other.written(now.while_, False) if now else ask.truth(False)
                if not (was and was.while_) and not (now and now.while_):
                    continue
                more, less = (after, before) if harsh else (before, after)
                said = (
                    f"{quoted(name)} holds for more" if harsh else f"{quoted(name)} holds for less"
                )
                yield ask.both((more, ask.no(less))), said, (
                    _clause_of(self.old, self.new, str(name)),)  # fmt: skip

    def _witness(self, moment: Moment, question: Any) -> Witness | None:
        """A history that ends worse under the reform."""
        left = _BUDGET
        for fresh in (True, False):
            made = sketch(self.analysis, moment, question, fresh=fresh)
            if made is None:
                continue
            actor = actor_of(self.declared, made)
            last = event_of(self.declared, actor, made)
            for one in variants(self.declared, last) if last else ():
                if self._worse(actor, [one]):
                    return Witness(actor.cast, (one,), 1)
            for row in () if fresh else self.stage.rows(actor):
                for length in dict.fromkeys(min(n, len(row)) for n in (1, 2, 3, 5, 8, 13)):
                    events = behind(row[:length], last)
                    left -= 2 * len(events)
                    if left <= 0:
                        return None
                    if self._worse(actor, events):
                        return Witness(actor.cast, tuple(events), len(events))
        return None

    def _worse(self, actor: Actor, events: list[Event]) -> bool:
        outcomes = [
            play(
                [(None, policy)],
                actor.cast,
                [e for e in events if e.type in policy.events],
                matcher="plain",
                keep=False,
            )
            for policy in (self.old, self.new)
        ]
        return worse_off(outcomes[0], outcomes[1], self.new)


def worse_off(was: Outcome, now: Outcome, policy: Policy) -> bool:
    """Whether anybody ends worse: a lower score, a penalty or listing more, a reward less."""
    penalties = {str(name) for name in policy.penalties}
    for who, old in was.standings.items():
        new = now.standings.get(who)
        if new is None:
            continue
        if any(new.scores[s] < value for s, value in old.scores.items() if s in new.scores):
            return True
        gained = set(new.active) - set(old.active)
        lost = set(old.active) - set(new.active)
        if gained & penalties or lost - penalties or set(new.listed) - set(old.listed):
            return True
    return False


def _clause_of(old: Policy, new: Policy, name: str) -> ClauseAt:
    for policy in (new, old):
        for section in ("penalties", "rewards", "registries", "events"):
            if name in getattr(policy, section):
                return named(policy, f"{section}.{name}")
    return ClauseAt(name, None)


def _joint(old: Policy, new: Policy) -> Reach:
    """What either policy can come to; nothing of it is shrunk."""
    one, two = everything(old), everything(new)
    scores = {
        name: (
            min(bounds[0], two.scores.get(name, bounds)[0]),
            max(bounds[1], two.scores.get(name, bounds)[1]),
        )
        for name, bounds in one.scores.items()
    }
    fields = {**one.emitted.fields, **two.emitted.fields}
    return replace(
        one, scores=scores, measures=one.measures | two.measures, ending=one.ending | two.ending,
        listed=one.listed | two.listed, emitted=replace(one.emitted, fields=fields), settled=False,
    )  # fmt: skip
