"""Steps are read once, in order, and told as entries; scores and measures are kept in mind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from engine.evaluation.records import SCORE_EFFECTS, Effect, Step
from engine.language.model import Policy
from engine.language.rows import policy_at
from engine.stories.histories import grade_of
from engine.stories.source import Source
from engine.stories.telling.dates import date_text, time_text, when_text
from engine.stories.telling.notebook import Notebook
from engine.stories.telling.records import Entry, Item
from engine.stories.telling.window import Window
from engine.values import format_number

#: A kind of sentence and its facts → the sentence; "" for what is not told.
Say = Callable[[str, Mapping[str, Any]], str]

_CLOCK = frozenset({"join", "drift", "lapse", "end", "every", "review"})


class Sent(NamedTuple):
    """A message as it was sent."""

    at: int
    who: str
    channel: str
    text: str
    notes: tuple[int, ...]


@dataclass
class Teller:
    """Tells the steps of one source; what was true so far is remembered."""

    source: Source
    say: Say
    book: Notebook
    window: Window = field(default_factory=Window)
    left: int = 0  # steps that are not told, as the page is long enough
    held: dict[str, dict[str, int | None]] = field(default_factory=dict)  # who → measure → until
    listed: dict[str, dict[str, None]] = field(default_factory=dict)
    scores: dict[str, dict[str, int]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)  # instant, who, event
    reasons: set[str] = field(default_factory=set)  # rules whose reason was told
    ids: set[str] = field(default_factory=set)  # of events, which no reader asks for

    def entries(self, only: str | None = None, *, whole: bool = False) -> Iterator[Entry]:
        """Everything that is worth telling, in order; ``only``: of one person.

        It ends where the window's most moments are told, unless the ``whole`` is asked for.
        """
        told = 0
        for step in self.source.steps():
            if self.window.over(step):
                return
            if not whole and told >= self.window.most:
                self.left += 1
                continue
            if step.input is not None and step.input.id:
                self.ids.add(step.input.id)
            if step.number < self.source.since:
                for effect in (effect for part in step.parts for effect in part.effects):
                    self._remember(effect)
                continue
            items = tuple(self._step(step, only))
            if items and step.number >= self.window.first:
                told += 1
                yield Entry(step.at, date_text(step.at), time_text(step.at),
                            self.source.name(step.who), items)  # fmt: skip

    def policy(self, at: int) -> Policy | None:
        """The version in force at an instant, if the policy is known."""
        return policy_at(self.source.versions, at) if self.source.versions else None

    def item(self, kind: str, facts: Mapping[str, Any], *notes: tuple[int, ...]) -> Item:
        """A thing in words, with its footnotes."""
        numbers = dict.fromkeys(number for some in notes for number in some)
        return Item(kind, self.say(kind, facts), tuple(numbers), facts)

    # --- one step -----------------------------------------------------------------

    def _step(self, step: Step, only: str | None) -> Iterator[Item]:
        effects = [effect for part in step.parts for effect in part.effects]
        about = self.window.about
        mine = about(step.who) if only is None else step.who == only
        begun = step.number >= self.window.first
        heads = list(self._head(step)) if mine and begun else []
        told = [
            effect
            for effect in effects
            if mine or (about(effect.target) if only is None else effect.target == only)
        ]
        told = told if begun else []
        scored = [effect for effect in told if effect.kind in SCORE_EFFECTS]
        rest = [effect for effect in told if effect.kind not in SCORE_EFFECTS]
        done = [item for effect in scored for item in self._effect(step, effect)]
        done += self._grades(step, scored)
        done += [item for effect in rest for item in self._effect(step, effect)]
        for effect in effects:
            self._remember(effect)
        if not begun or (not done and step.input is None):
            return
        yield from (item for item in (*heads, *done, *self._reasons(step, told)) if item.text)

    def _head(self, step: Step) -> Iterator[Item]:
        policy = self.policy(step.at)
        event = step.input
        facts: dict[str, Any] = {"name": self.source.name(step.who), "event": step.event,
                                 "title": event_title(policy, step.event),
                                 "refused": step.refused}  # fmt: skip
        if event is None:
            cause = step.cause.clause if step.cause else None
            kind = "clock" if step.event in _CLOCK else "event"
            facts |= {"fields": [], "happened": ""}
            yield self.item(kind, facts, self.book.clause(policy, cause or ""))
            return
        facts["fields"] = [
            {"name": name.replace("_", " ").replace("-", " "), "value": self.value_text(value)}
            for name, value in event.fields.items() if value not in self.ids
        ]  # fmt: skip
        facts["happened"] = when_text(event.at) if event.at != step.at else ""
        numbers = any(char.isdigit() for f in facts["fields"] for char in f["value"])
        yield self.item("event", facts,
                        self.book.row(event.where, event.source) if numbers else ())  # fmt: skip
        if event.says:
            yield self.item("says", {"text": str(event.says)})
        if step.duplicate:
            yield self.item("duplicate", facts)
        if step.refused:
            self.refused.append((step.at, step.who, step.event))
            blocking = self._blocking(policy, step)
            by = measure_title(policy, blocking) if blocking else ""
            clause = f"penalties.{blocking}" if blocking else ""
            said = {"name": facts["name"], "by": by, "title": facts["title"]}
            yield self.item("refused", said, self.book.clause(policy, clause))

    def value_text(self, value: int | str | bool) -> str:
        """A value of an event or a person, for people."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int):
            return format_number(value)
        if value in self.source.names:
            return self.source.names[value]
        return f"“{value}”" if " " in value else str(value)

    def _blocking(self, policy: Policy | None, step: Step) -> str:
        for name in self.held.get(step.who, {}) if policy else ():
            penalty = policy.penalties.get(name) if policy else None
            for pattern in penalty.blocks if penalty else ():
                text = str(pattern)
                if text == step.event or (text[-2:] == ".*" and step.event.startswith(text[:-1])):
                    return name
        return ""

    def _reasons(self, step: Step, told: list[Effect]) -> Iterator[Item]:
        """The in-world reasons of the rules that did something, each once a page."""
        policy = self.policy(step.at)
        if policy is None:
            return
        clauses = {effect.clause for effect in told}
        rules = {str(rule.id): rule for rule in policy.rules}
        for name in dict.fromkeys(step.fired):
            rule = rules.get(name)
            if rule is None or not rule.because or name in self.reasons:
                continue
            if f"rules.{name}" in clauses:
                self.reasons.add(name)
                yield self.item("because", {"text": str(rule.because)},
                                self.book.clause(policy, f"rules.{name}"))  # fmt: skip

    # --- effects --------------------------------------------------------------------

    def _effect(self, step: Step, effect: Effect) -> Iterator[Item]:
        policy = self.policy(step.at)
        name = self.source.name(effect.target)
        notes = self.book.clause(policy, effect.clause)
        kind = effect.kind
        facts: dict[str, Any] = {"name": name}
        if kind in SCORE_EFFECTS:
            if effect.change:
                yield self._moved(step, policy, effect, notes)
        elif kind in ("began", "ended", "extended", "restarted", "turned-away"):
            good = policy is not None and effect.name in policy.rewards
            until = date_text(effect.after) if effect.after is not None else ""
            facts |= {"measure": measure_title(policy, effect.name), "good": good, "until": until}
            said = {"restarted": "extended", "turned-away": "turned_away"}.get(kind, kind)
            section = "rewards" if good else "penalties"
            yield self.item(said, facts, notes,
                            self.book.clause(policy, f"{section}.{effect.name}"))  # fmt: skip
        elif kind in ("listed", "unlisted"):
            found = policy.registries.get(effect.name) if policy else None
            facts["registry"] = title_of(found, effect.name)
            yield self.item(kind, facts, notes)
        elif kind in ("message", "notice"):
            text = effect.detail
            channel = effect.name if kind == "message" and effect.name not in ("", "notify") else ""
            facts |= {"channel": channel, "text": str(text)}
            self.sent.append(Sent(step.at, effect.target, channel, str(text), notes))
            yield self.item("message", facts, notes)
        elif kind == "scheduled" and effect.after is not None and policy is not None:
            event = policy.events.get(effect.name)
            if event is not None and event.title:
                facts |= {"when": date_text(effect.after), "title": bare(event.title)}
                yield self.item("scheduled", facts, notes)
        elif kind == "idle" and effect.detail:
            yield self.item("nothing", {"name": name, "why": effect.detail}, notes)

    def _moved(
        self, step: Step, policy: Policy | None, effect: Effect, notes: tuple[int, ...]
    ) -> Item:
        facts = {
            "name": self.source.name(effect.target), "other": effect.target != step.who,
            "score": score_title(policy, effect.name), "way": effect.kind,
            "before": format_number(effect.before or 0), "after": format_number(effect.after or 0),
            "change": format_number(abs(effect.change)), "up": effect.change > 0,
        }  # fmt: skip
        return self.item("score", facts, notes)

    def _grades(self, step: Step, told: list[Effect]) -> Iterator[Item]:
        """The grades that a step changed, from where it began to where it ended."""
        policy = self.policy(step.at)
        first: dict[tuple[str, str], int] = {}
        last: dict[tuple[str, str], int] = {}
        for effect in told:
            key = (effect.target, effect.name)
            first.setdefault(key, effect.before or 0)
            last[key] = effect.after or 0
        for (who, score), value in last.items() if policy else ():
            assert policy is not None  # as the loop asks
            was, now = (grade_of(policy, score, v) for v in (first[who, score], value))
            if was and now and was != now:
                facts = {
                    "name": self.source.name(who), "up": now[0] < was[0],
                    "before": words_of(was[1]), "after": words_of(now[1]),
                    "score": score_title(policy, score), "many": len(policy.grades) > 1,
                }  # fmt: skip
                yield self.item("grade", facts, self.book.clause(policy, f"grades.{score}"))

    def _remember(self, effect: Effect) -> None:
        held = self.held.setdefault(effect.target, {})
        if effect.kind in ("began", "extended", "restarted"):
            held[effect.name] = effect.after
        elif effect.kind == "ended":
            held.pop(effect.name, None)
        elif effect.kind == "listed":
            self.listed.setdefault(effect.target, {})[effect.name] = None
        elif effect.kind == "unlisted":
            self.listed.get(effect.target, {}).pop(effect.name, None)
        elif effect.kind in SCORE_EFFECTS:
            self.scores.setdefault(effect.target, {})[effect.name] = effect.after or 0


# --- names --------------------------------------------------------------------------------


def bare(title: object) -> str:
    """A title without its full stop, so that a sentence can end behind it."""
    return str(title).strip().removesuffix(".")


def title_of(clause: Any, name: str) -> str:
    """A clause's title, else its name as words."""
    title = getattr(clause, "title", None)
    return bare(title) if title else words_of(name)


def words_of(name: str) -> str:
    """A name as words."""
    return name.replace("-", " ").replace("_", " ").replace(".", ": ")


def event_title(policy: Policy | None, kind: str) -> str:
    """What an event is called."""
    return title_of(policy.events.get(kind) if policy else None, kind)


def score_title(policy: Policy | None, name: str) -> str:
    """What a score is called."""
    return title_of(policy.scores.get(name) if policy else None, name)


def measure_title(policy: Policy | None, name: str) -> str:
    """What a reward or a penalty is called."""
    found = (policy.rewards.get(name) or policy.penalties.get(name)) if policy else None
    return title_of(found, name)


def policy_title(policy: Policy | None, name: str) -> str:
    """What a policy is called."""
    return bare(policy.title) if policy is not None and policy.title else name
