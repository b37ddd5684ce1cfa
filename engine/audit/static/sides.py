"""One policy's doings in one event, as terms: the score behind it, and what begins or ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.audit.static.pairs import overriders
from engine.audit.static.quoting import named
from engine.audit.static.results import Result, number
from engine.audit.static.situation import Moment
from engine.audit.static.translate import Translator
from engine.language import expressions as ex
from engine.language.model import Policy, Rule, ScoreSet
from engine.language.triggers import matching_types, parse_triggers
from engine.text import quoted
from engine.values import Duration


def shared_scores(old: Policy, new: Policy, kind: str) -> list[str]:
    """The scores that a kind of subject has under both."""
    return [str(name) for name, score in old.scores.items()
            if name in new.scores and kind in score.of and kind in new.scores[name].of]  # fmt: skip


class Side:
    """What one of two policies does at a moment."""

    def __init__(
        self, reader: Translator, policy: Policy, moment: Moment, side: str,
        other: Side | None = None,
    ) -> None:  # fmt: skip
        self.reader, self.policy, self.moment = reader, policy, moment
        self.ask = reader.situation.asking
        self.now: Any = other.now if other is not None else self.ask.fresh("now")
        self.silenced: dict[tuple[object, ...], Any] = {} if other is None else other.silenced
        self.rules = [
            rule for rule in policy.rules
            if any(moment.key in t.keys for t in parse_triggers(rule, policy))
        ]  # fmt: skip
        matched = {str(rule.id): self._matched(rule) for rule in self.rules}
        over = overriders(policy)
        self.fires = {
            name: self.ask.both(
                (test, *(self.ask.no(matched[by]) for by in over[name] if by in matched))
            )
            for name, test in matched.items()
        }

    def _matched(self, rule: Rule) -> Any:
        """Whether a rule matches, in force and not silenced by its limit."""
        parts = [self.reader.rule(rule)]
        if rule.in_force is not None:
            if rule.in_force.from_ is not None:
                parts.append(self.now >= rule.in_force.from_)
            if rule.in_force.until is not None:
                parts.append(self.now < rule.in_force.until)
        if rule.limit is not None:  # two rules of one name and limit are silenced alike
            key = (str(rule.id), rule.limit.times, rule.limit.per)
            if key not in self.silenced:
                self.silenced[key] = self.ask.fresh(f"{rule.id} is silenced", truth=True)
            parts.append(self.ask.no(self.silenced[key]))
        return self.ask.both(parts)

    # --- scores -------------------------------------------------------------------

    def moving(self, score: str) -> list[Rule]:
        """The rules that move a score of the subject itself."""
        return [rule for rule in self.rules
                if any(a.to is None and self._names(name) == score
                       for a in rule.then for name in (a.score or {}))]  # fmt: skip

    def moves(self, score: str) -> bool:
        """Whether any rule here moves a score of the subject itself."""
        return bool(self.moving(score))

    def _names(self, name: str) -> str:
        return str(name) or str(next(iter(self.policy.scores)))

    def after(self, score: str) -> Any:
        """The score behind the event: the last set, all additions, then the walls."""
        ask, declared = self.ask, self.policy.scores[score]
        value, added = self.reader.situation.score(score).value, ask.whole(0)
        for rule in self.rules:
            for action in rule.then if any(a.score for a in rule.then) else ():
                for name, change in (action.score or {}).items():
                    if action.to is not None or self._names(name) != score:
                        continue
                    text = change.set if isinstance(change, ScoreSet) else change
                    amount = self.reader.value(ex.parse(text)).value
                    fires = self.fires[str(rule.id)]
                    if isinstance(change, ScoreSet):
                        value = ask.choose(fires, amount, value)
                    else:
                        added = added + ask.choose(fires, amount, ask.whole(0))
        made = value + added
        if declared.min is not None:
            made = ask.choose(made < declared.min, ask.whole(declared.min), made)
        if declared.max is not None:
            made = ask.choose(made > declared.max, ask.whole(declared.max), made)
        return made

    # --- everything else -----------------------------------------------------------

    def does(self, verb: str, name: str, target: str) -> Any:
        """Whether some rule that fires does something."""
        return self.ask.either(
            self.fires[str(rule.id)] for rule in self.rules for action in rule.then
            if action.verb == verb and _name(action, verb) == name and str(action.to) == target
        )  # fmt: skip

    @staticmethod
    def doings(old: Side, new: Side) -> Iterator[tuple[Any, Any, str, str]]:
        """(on the harsher side, on the milder side, words, name) of what is not a score."""
        for worse, better, verbs in ((new, old, _HARSH), (old, new, _MILD)):
            for rule in worse.rules:
                for action in rule.then:
                    if action.verb not in verbs:
                        continue
                    name, target = _name(action, action.verb), str(action.to)
                    if action.verb == "lift" and (name in old.policy.rewards) != (worse is new):
                        continue
                    words = verbs[action.verb]
                    yield (worse.fires[str(rule.id)], better.does(action.verb, name, target),
                           words, name)  # fmt: skip


#: What is worse if the reform does it, and what is worse if only the old policy did it.
_HARSH = {"impose": "imposes", "list": "lists on", "lift": "ends", "emit": "raises"}
_MILD = {"grant": "no longer grants", "unlist": "no longer takes off", "lift": "no longer ends",
         "undo": "no longer takes back"}  # fmt: skip


def _name(action: Any, verb: str) -> str:
    held = getattr(action, verb)
    return str(held.event) if verb == "emit" and held is not None else str(held)


# --- declarations -----------------------------------------------------------------


def declared_harsher(old: Policy, new: Policy) -> Iterator[Result]:
    """What a reform makes harsher in a declaration: terms, blocks, starts, floors, lapses."""
    for name, score in new.scores.items():
        was = old.scores.get(name)
        if was is not None and score.start < was.start:
            yield _told(new, f"scores.{name}", f"{quoted(name)} starts at {number(score.start)}"
                        f" and not at {number(was.start)}")  # fmt: skip
    for name, ladder in new.grades.items():
        floors = {str(g.name): g.from_ for g in old.grades.get(name, ())}
        for grade in ladder:
            before = floors.get(str(grade.name))
            if before is not None and grade.from_ > before:
                said = f"begins at {number(grade.from_)} and not at {number(before)}"
                yield _told(new, f"grades.{name}.{grade.name}",
                            f"the grade {quoted(grade.name)} {said}")  # fmt: skip
    for name, penalty in new.penalties.items():
        if name not in old.penalties:
            continue
        earlier = old.penalties[name]
        if _longer(penalty.lasts, earlier.lasts):
            yield _told(new, f"penalties.{name}", f"{quoted(name)} lasts longer")
        blocks = [{t for p in one.blocks for t in matching_types(p, policy)}
                  for one, policy in ((penalty, new), (earlier, old))]  # fmt: skip
        for event in sorted(blocks[0] - blocks[1]):
            yield _told(new, f"penalties.{name}", f"{quoted(name)} blocks {quoted(event)}, too")
    yield from _longer_terms(old, new)


def _longer_terms(old: Policy, new: Policy) -> Iterator[Result]:
    """Rules whose impositions last longer, or whose losses lapse later."""
    before = {str(rule.id): rule for rule in old.rules}
    for rule in new.rules:
        earlier = before.get(str(rule.id))
        if earlier is None or len(earlier.then) != len(rule.then):
            continue
        for action, was in zip(rule.then, earlier.then, strict=True):
            if action.impose is not None and was.impose == action.impose:
                lasts = new.penalties[action.impose].lasts
                if action.for_ != was.for_ and _longer(action.for_ or lasts, was.for_ or lasts):
                    yield _told(new, f"rules.{rule.id}", f"{quoted(rule.id)} imposes"
                                f" {quoted(action.impose)} for longer")  # fmt: skip
            if action.score and was.score and _longer(action.lapses, was.lapses):
                yield Result("D940", f"under the reform what {quoted(rule.id)} takes lapses later",
                             "possible", (named(new, f"rules.{rule.id}"),))  # fmt: skip


def _told(policy: Policy, clause: str, said: str) -> Result:
    return Result("D940", f"under the reform {said}", "proved", (named(policy, clause),))


def _longer(now: Duration | None, was: Duration | None) -> bool:
    """Whether a term is surely or perhaps longer; without an end it is longest."""
    if now == was or was is None:
        return False
    return now is None or now.longest > was.shortest
